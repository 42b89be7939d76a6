"""The wall around commands: what bubblewrap, Landlock or macOS is told, kind by kind. Builds arguments, runs nothing.

Which kind holds on this machine is found by `probing.py`. A sandbox that can't be had is never silently replaced: label
and reason say so, and every command asks.
"""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from flux_tui.safety import seatbelt
from flux_tui.safety.environment import environment as environment
from flux_tui.safety.masks import REPLACED, git_guards, hideable, masks, read_only

Kind = Literal["bwrap", "bwrap-host-proc", "landlock", "seatbelt", "off", "none"]
"""From the strongest. `off`: not wanted; `none`: wanted and not to be had."""

STATUS_OPTION = "--json-status-fd"
"""The word behind this option is replaced by the runner with the number of a pipe."""
LAUNCHER = Path(__file__).with_name("launcher.py")

_BWRAP_FOLDERS = ("/usr/bin", "/bin", "/usr/local/bin", "/run/current-system/sw/bin")
_UNSHARED = (
    "--unshare-user", "--disable-userns", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
)  # fmt: skip
_CONFINED = ("--cap-drop", "ALL", "--die-with-parent", "--new-session", "--hostname", "flux")
_LIMITS = 'ulimit -c 0; ulimit -f 8388608; exec "$@"'
"""No core dumps; no file over 4 GiB, which this shell counts in blocks of 512 bytes."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    kind: Kind
    label: str
    """For the status bar."""
    reason: str = ""
    """Why it is not the full sandbox, and what to do; empty for the full one."""
    hide: tuple[Path, ...] = ()
    """What no command may read, as found by the probe: secrets of the home folder, Flux's own folders."""
    network: bool = False
    """Whether commands reach the network: only the person's own settings say so."""
    writable: tuple[Path, ...] = ()
    """Folders outside the workspace that commands may write, by the person's own settings."""
    git_writable: bool = False
    """For one git command that the person allowed: `.git` may be written, but not what says which programs git runs."""

    instead: tuple[tuple[Path, Path], ...] = ()
    """(file that is there, what commands find in its place, read-only). For bubblewrap alone."""

    @property
    def walls(self) -> bool:
        """Whether commands are confined."""
        return self.kind not in ("off", "none")

    @property
    def asks(self) -> bool:
        """Whether every command must ask because the sandbox that was wanted is missing."""
        return self.kind == "none"

    @property
    def guards_git(self) -> bool:
        """Whether `.git` and what else runs later is read-only inside."""
        return self.walls and self.kind != "landlock"

    def argv(self, command: str, *, workspace: Path, cwd: Path, tmp: Path, hide: Sequence[Path] = ()) -> list[str]:
        """The command in its box. `workspace` and `tmp` are real folders; `tmp` becomes the command's temporary folder.

        Start it with `environment()`: what the box itself was given can be read inside it.
        """
        inner = [*_limited(), shell(), "--noprofile", "--norc", "-c", command]
        masked = hideable((*self.hide, *hide), workspace, self.writable)
        match self.kind:
            case "bwrap" | "bwrap-host-proc":
                return [*self._bwrap(workspace, tmp, masked), "--chdir", str(cwd), "--", *inner]
            case "landlock":
                # What is allowed here can't be taken back for a part of it.
                more = [path for path in self.writable if not any(one.is_relative_to(path) for one in masked)]
                write = [word for path in (workspace, tmp, *more) for word in ("--write", str(path))]
                hidden = [word for path in (*masked, *REPLACED) for word in ("--hide", str(path))]
                network = ("--network", "on") if self.network else ()
                return _launched(inner, "--tmp", str(tmp), *write, *hidden, *network)
            case "seatbelt":
                guarded = [path for path, _ in self._guarded(workspace)]
                box = seatbelt.argv((workspace, tmp, *self.writable), guarded, masked, self.network)
                return _launched([*box, *inner], "--tmp", str(tmp))
            case "off" | "none":
                return _launched(inner, "--tmp", str(tmp))

    def _bwrap(self, workspace: Path, tmp: Path, masked: Sequence[Path]) -> Iterator[str]:
        early = [path for path in masked if not path.is_relative_to(workspace)]
        late = [path for path in masked if path.is_relative_to(workspace)]
        yield from (bwrap() or "bwrap", STATUS_OPTION, "-1", *_UNSHARED)
        yield from (() if self.network else ("--unshare-net",))
        yield from (*_CONFINED, *self._system())
        yield from ("--bind", str(tmp), "/tmp")
        yield from masks(early)
        for path in self.writable:
            yield from ("--bind-try", str(path), str(path))
            yield from masks(one for one in early if one.is_relative_to(path))
        yield from ("--bind", str(workspace), str(workspace))
        for path, way in self._guarded(workspace):
            yield from (way, str(path), str(path))
        yield from masks(late)
        for path, other in self.instead:
            yield from ("--ro-bind", str(other), str(path))

    def _guarded(self, workspace: Path) -> list[tuple[Path, str]]:
        """(path, how it is bound) of what must not be written inside the workspace, in order."""
        found = [(path, "--ro-bind") for path in read_only(workspace)]
        if not self.git_writable:
            return found
        git = workspace / ".git"
        # Bound onto itself, so that it can't be moved away from under what is bound inside it.
        opened = [(path, "--bind" if path == git else way) for path, way in found]
        return [*opened, *((path, "--ro-bind") for path in git_guards(git))]

    def _system(self) -> Iterator[str]:
        yield from ("--ro-bind", "/", "/", "--dev", "/dev")
        if self.kind == "bwrap":
            # As root even a fresh /proc has a writable /proc/sys: the host's.
            yield from ("--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys")
        yield from ("--tmpfs", "/run", "--tmpfs", "/var/tmp")
        names = os.path.realpath("/etc/resolv.conf")
        if self.network and names.startswith("/run/"):
            yield from ("--ro-bind-try", names, names)


def _launched(inner: Sequence[str], *options: str) -> list[str]:
    return [sys.executable, "-IES", str(LAUNCHER), STATUS_OPTION, "-1", *options, "--", *inner]


def _limited() -> tuple[str, ...]:
    nice = ("/usr/bin/nice", "-n", "5") if os.access("/usr/bin/nice", os.X_OK) else ()
    return ("/bin/sh", "-c", _LIMITS, "sh", *nice)


@lru_cache(maxsize=1)
def bwrap() -> str | None:
    """The system's own bubblewrap. Never one from PATH, which may lead into the workspace."""
    found = (f"{folder}/bwrap" for folder in _BWRAP_FOLDERS)
    return next((path for path in found if os.access(path, os.X_OK)), None)


@lru_cache(maxsize=1)
def shell() -> str:
    return "/bin/bash" if os.access("/bin/bash", os.X_OK) else shutil.which("bash") or "/bin/sh"
