"""Whether the person trusts a project's own configuration: exactly these bytes in this folder, and no others.

Nothing of the project is run, imported or obeyed to find out.
"""

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flux_tui.protocol.errors import UsageError

INSTRUCTIONS = ("AGENTS.md", "CLAUDE.md")
"""Instruction files in the root that are loaded, besides `.flux/instructions.md`."""

_LARGEST = 4 * 1024 * 1024
"""Bytes. A larger file is never loaded either."""
_MOST_KEPT = 256 * 1024
"""Bytes that are kept of one folder to show what changed since."""
_MOST_FILES = 2_000
_FILE = "trusted.json"


@dataclass(frozen=True, slots=True)
class _Known:
    """What was trusted."""

    sha256: str
    files: dict[str, str]

    @classmethod
    def read(cls, value: Any) -> "_Known":
        files = value.get("files") if isinstance(value, dict) else None
        sha256 = value.get("sha256") if isinstance(value, dict) else value
        return cls(str(sha256), {str(k): str(v) for k, v in files.items()} if isinstance(files, dict) else {})


def fingerprint(root: Path) -> str:
    """SHA-256 over the real path and every file of `.flux/` and of the instructions: names, kinds and bytes."""
    real = Path(os.path.realpath(root))
    digest = hashlib.sha256()
    _add(digest, b"root", os.fsencode(real))
    for name, path in _files(real):
        _add(digest, os.fsencode(name), _content(path))
    return digest.hexdigest()


def has_something(root: Path) -> bool:
    """Whether there is anything to trust."""
    return next(_files(Path(os.path.realpath(root))), None) is not None


def instructions(root: Path) -> str:
    """The project's words to the agent. Only for a trusted project."""
    real = Path(os.path.realpath(root))
    found: list[str] = []
    for name in (*INSTRUCTIONS, ".flux/instructions.md"):
        content = _bytes(real / name)
        text = content.decode("utf-8", "replace").strip() if content is not None else ""
        if text and text not in found:
            found.append(text)
    return "\n\n".join(found)


def is_trusted(root: Path, state: Path) -> bool:
    """`state`: Flux's state folder."""
    known = _read(state).get(os.path.realpath(root))
    try:
        return known is not None and known.sha256 == fingerprint(root)
    except UsageError:
        return False


def trust(root: Path, state: Path, shown: str = "") -> None:
    """Remember that what is there now is trusted. Any change of it asks again.

    `shown`: the fingerprint of what the person saw. UsageError if it is another one by now.
    """
    now = _Known(fingerprint(root), contents(root))
    if shown and now.sha256 != shown:
        raise UsageError("What would be trusted has just changed. Look at it again.")
    _write(state, {**_read(state), os.path.realpath(root): now})


def contents(root: Path) -> dict[str, str]:
    """What there is to trust, by name. What is no text, or too much of it, is named by its size."""
    found: dict[str, str] = {}
    room = _MOST_KEPT
    for name, path in _files(Path(os.path.realpath(root))):
        content = _content(path).removeprefix(b"file ")
        text = content.decode("utf-8", "replace") if len(content) <= room and b"\0" not in content else ""
        room -= len(text)
        found[name] = text or f"({len(content)} bytes, SHA-256 {hashlib.sha256(content).hexdigest()})"
    return found


def remembered(root: Path, state: Path) -> dict[str, str] | None:
    """The contents that were trusted last, None if there never were any."""
    known = _read(state).get(os.path.realpath(root))
    return None if known is None else known.files


def distrust(root: Path, state: Path) -> None:
    known = _read(state)
    if known.pop(os.path.realpath(root), None) is not None:
        _write(state, known)


def _files(real: Path) -> Iterator[tuple[str, Path]]:
    for name in INSTRUCTIONS:
        if os.path.lexists(real / name):
            yield name, real / name
    for name in sorted(_below(real)):
        yield name, real / name


def _below(real: Path) -> list[str]:
    """Files of `.flux/`, those behind links to folders too: whoever loads them follows such links as well."""
    found: list[str] = []
    been: set[str] = set()
    for folder, folders, names in os.walk(real / ".flux", followlinks=True):
        here = os.path.realpath(folder)
        if here in been:
            folders.clear()
            continue
        been.add(here)
        found += [os.path.relpath(os.path.join(folder, name), real) for name in names]  # noqa: PTH118 - may be no text
        if len(found) > _MOST_FILES:
            raise UsageError(f"{real}/.flux holds more than {_MOST_FILES} files, so it can't be trusted. Remove some.")
    return found


def _content(path: Path) -> bytes:
    """Of a link: where it leads, and what is there. Of what is no file of sensible size: that."""
    link = os.fsencode(path.readlink()) + b"\0" if path.is_symlink() else b""
    content = _bytes(path)
    return link + (b"not readable as a file" if content is None else b"file " + content)


def _bytes(path: Path) -> bytes | None:
    """None for what is missing, unreadable, too large, or no regular file. Never waits, as for a FIFO."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > _LARGEST:
            return None
        return os.read(descriptor, facts.st_size + 1)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _add(digest: "hashlib._Hash", name: bytes, content: bytes) -> None:
    # Lengths first, so that no two different sets of files read as the same stream.
    for piece in (name, content):
        digest.update(len(piece).to_bytes(8, "big"))
        digest.update(piece)


def _read(state: Path) -> "dict[str, _Known]":
    try:
        known = json.loads((state / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    rows = known.items() if isinstance(known, dict) else ()
    return {str(key): _Known.read(value) for key, value in rows}


def _write(state: Path, known: "Mapping[str, _Known]") -> None:
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = state / f"{_FILE}.{os.getpid()}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({key: asdict(value) for key, value in known.items()}, file, indent=1, sort_keys=True)
    temporary.replace(state / _FILE)
