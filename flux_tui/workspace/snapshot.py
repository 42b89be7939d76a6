"""What a command changed: the workspace before it and after it, compared by stat and then by bytes. Reads only.

Bounded: so many files, so many bytes kept. Caches and dependencies (`SKIPPED`, and folders with a CACHEDIR.TAG) are
left out. What was read once is kept for the session, so that a second command costs a walk.
"""

import os
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flux_tui.protocol.outcomes import FileChange

SKIPPED = frozenset({
    ".git", ".hg", ".svn", "node_modules", "bower_components", ".venv", "venv", "__pycache__", ".tox", ".nox", ".eggs",
    ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".gradle", ".terraform", ".next", ".nuxt",
})  # fmt: skip
"""Names of folders that are not looked into."""

_CACHE_TAG = "CACHEDIR.TAG"
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_TICK = 50_000_000
"""Nanoseconds within which a second write may leave the same times behind."""


@dataclass(frozen=True, slots=True)
class Bounds:
    files: int = 20_000
    changes: int = 2_000
    """Above either, what changed is not known."""
    kept: int = 64 * 1024 * 1024
    """Bytes in memory."""
    largest: int = 2 * 1024 * 1024
    """Bytes of one file that is kept."""


Print = tuple[int, int, int, int, int]
"""mtime, ctime (ns), size, inode, mode: while it is the same, so are the bytes."""
Walk = dict[str, Print]


@dataclass(slots=True)
class _Kept:
    print: Print
    data: bytes | None
    """None if it was too large to keep, or no regular file."""
    racy: bool
    """Read so soon after it was written that its times prove nothing."""


@dataclass(slots=True)
class Snapshots:
    """The snapshots of one session's workspace. Not for two commands at once."""

    root: Path
    bounds: Bounds = Bounds()
    _kept: dict[str, _Kept] = field(default_factory=dict)
    _bytes: int = 0

    def take(self) -> "Snapshot":
        """The workspace as it is now."""
        before = walk(self.root, {}, self.bounds.files)
        if before is not None:
            self._forget(self._kept.keys() - before.keys())
            self._keep(before)
        return Snapshot(self, before)

    def data(self, path: str) -> bytes | None:
        kept = self._kept.get(path)
        return kept.data if kept is not None else None

    def is_racy(self, path: str) -> bool:
        """Whether equal times prove nothing of what was read."""
        kept = self._kept.get(path)
        return kept is not None and kept.racy and kept.data is not None

    def replace(self, path: str, print: Print | None) -> bytes | None:
        """Read the file again and keep it; None if it is gone or can't be kept."""
        self._forget((path,))
        if print is None:
            return None
        size = print[2]
        fits = stat.S_ISREG(print[4]) and size <= self.bounds.largest and self._bytes + size <= self.bounds.kept
        data = _read(f"{self.root}/{path}", self.bounds.largest) if fits else None
        racy = time.time_ns() - max(print[0], print[1]) < _TICK
        self._kept[path] = _Kept(print, data, racy)
        self._bytes += len(data or b"")
        return data

    def _keep(self, found: Walk) -> None:
        """Small files first: they are the most, and the likeliest to be somebody's work."""
        changed = [path for path, print in found.items() if self._is_new(path, print)]
        for path in sorted(changed, key=lambda path: found[path][2]):
            self.replace(path, found[path])

    def _is_new(self, path: str, print: Print) -> bool:
        kept = self._kept.get(path)
        return kept is None or kept.racy or kept.print != print

    def _forget(self, paths: Iterable[str]) -> None:
        for path in tuple(paths):
            kept = self._kept.pop(path, None)
            self._bytes -= len(kept.data or b"") if kept is not None else 0


@dataclass(slots=True)
class Snapshot:
    """The workspace at one moment."""

    _session: Snapshots
    _before: Walk | None
    untold: tuple[str, ...] = ()
    """After `changes()`: paths that changed but can't be undone (too large, links, devices, unspeakable names)."""

    def changes(self) -> tuple[FileChange, ...] | None:
        """What is different now, sorted by path. None = too large to tell."""
        bounds = self._session.bounds
        after = None if self._before is None else walk(self._session.root, self._before, bounds.files)
        if self._before is None or after is None:
            return None
        changed = sorted(self._different(self._before, after))
        if len(changed) > bounds.changes:
            return None
        found: list[FileChange] = []
        untold: list[str] = []
        for path in changed:
            old, new = self._before.get(path), after.get(path)
            before = self._session.data(path)
            now = self._session.replace(path, new)
            if not _speakable(path) or (old and before is None) or (new and now is None):
                untold.append(path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))
            elif before != now:
                found.append(FileChange(path, before if old else None, now if new else None))
        self.untold = tuple(untold)
        return tuple(found)

    def _different(self, before: Walk, after: Walk) -> Iterator[str]:
        yield from before.keys() - after.keys()
        for path, print in after.items():
            if before.get(path) != print or self._session.is_racy(path):
                yield path


def walk(root: Path, known: Walk, most: int) -> Walk | None:
    """Every file below `root` by its relative path; None if more than `most`. Links are files, not followed.

    A folder that holds files of `known` is looked into whatever lies in it now: a cache tag must not hide a change.
    """
    found: Walk = {}
    parents = {path.rpartition("/")[0] for path in known}
    todo = [""]
    while todo:
        folder = todo.pop()
        prefix = f"{folder}/" if folder else ""
        try:
            entries = list(os.scandir(f"{root}/{folder}"))
        except OSError:
            continue
        if folder and folder not in parents and any(entry.name == _CACHE_TAG for entry in entries):
            continue
        for entry in entries:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                if name not in SKIPPED:
                    todo.append(prefix + name)
                continue
            try:
                facts = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            found[prefix + name] = (facts.st_mtime_ns, facts.st_ctime_ns, facts.st_size, facts.st_ino, facts.st_mode)
        if len(found) > most:
            return None
    return found


def _read(path: str, largest: int) -> bytes | None:
    try:
        descriptor = os.open(path, _OPEN)
    except OSError:
        return None
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > largest:
            return None
        data = os.read(descriptor, facts.st_size + 1)
        return data if len(data) == facts.st_size else None
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _speakable(path: str) -> bool:
    """Whether the name is text. One that is not can be neither stored nor named to a model."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
