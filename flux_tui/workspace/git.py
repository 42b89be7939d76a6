"""What git says of the files, read-only. Never to be called before a folder is trusted; the caller gives the sandbox.

A repository can name programs in its own settings. Those that an option can switch off are switched off here; against
the rest (filters) only the sandbox helps.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from flux_tui.workspace import processes

State = Literal["M", "A", "D", "U", "?"]
"""Modified, added, deleted, unmerged, not under version control."""
Wrap = Callable[[Sequence[str]], Sequence[str]]
"""Puts a command into the sandbox."""

SECONDS = 10.0
MOST_BYTES = 4_000_000
_OPTIONS = (
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "safe.bareRepository=explicit"),
    *("-c", "core.untrackedCache=false", "-c", "protocol.allow=never", "--no-optional-locks", "--no-pager"),
)
_STATUS = (
    *("status", "--porcelain=v2", "-z", "--untracked-files=normal", "--no-renames", "--ignore-submodules=all"),
    *("--", "."),
)
# What git complains of must not be read as names.
_QUIET = ("sh", "-c", 'exec git "$@" 2>/dev/null', "git")


async def status(root: Path, wrap: Wrap, env: Mapping[str, str]) -> dict[str, State]:
    """State by path relative to `root`, `/` at the end of a folder that is not under version control.

    Empty where there is no repository, no git, or no answer in time.
    """
    repository = _repository(root)
    if repository is None:
        return {}
    pieces: list[bytes] = []
    argv = wrap((*_QUIET, *_OPTIONS, *_STATUS))
    ended = await processes.run(argv, env=env, cwd=root, timeout=SECONDS, on_output=pieces.append)
    data = b"".join(pieces)
    if ended.exit != 0 or len(data) > MOST_BYTES:
        return {}
    prefix = root.relative_to(repository).as_posix() + "/" if root != repository else ""
    return {path[len(prefix) :]: state for path, state in parsed(data) if path.startswith(prefix)}


def parsed(data: bytes) -> Iterator[tuple[str, State]]:
    """(path, state) of each entry of `status --porcelain=v2 -z` without renames."""
    for entry in data.decode("utf-8", "surrogateescape").split("\0"):
        kind, _, rest = entry.partition(" ")
        match kind:
            case "1":
                fields = rest.split(" ", 7)
                if len(fields) == 8:
                    yield fields[7], _state(fields[0])
            case "u":
                fields = rest.split(" ", 9)
                if len(fields) == 10:
                    yield fields[9], "U"
            case "?":
                yield rest, "?"


def _state(signs: str) -> State:
    """From the two letters for index and work tree."""
    if "D" in signs:
        return "D"
    return "A" if signs.startswith("A") else "M"


def _repository(root: Path) -> Path | None:
    """The folder with `.git`, found without asking git."""
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)
