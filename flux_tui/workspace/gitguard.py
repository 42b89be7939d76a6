"""What git would run or look up elsewhere, kept while a command may write `.git`, and put back if it was changed.

Commits, branches and the index are none of it. Nothing of git is run.
"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

_NOT_WALKED = frozenset({"refs", "logs", "lfs", "rr-cache"})
_NAMES = frozenset({"config", "config.worktree", "commondir", "gitdir", "attributes", "alternates", "http-alternates"})
_LARGEST = 1024 * 1024
_MOST = 5_000
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

Kept = tuple[int, bytes]
"""Mode, and the bytes or where the link leads."""


@dataclass(slots=True)
class GitGuard:
    """The guarded files of one `.git` folder at one moment."""

    git: Path
    _kept: dict[str, Kept] = field(default_factory=dict)

    @classmethod
    def take(cls, git: Path) -> "GitGuard":
        return cls(git, _guarded(git))

    def restore(self) -> tuple[str, ...]:
        """Put back what is different now. The paths, relative to `.git`."""
        now = _guarded(self.git)
        changed = sorted(name for name in self._kept.keys() | now.keys() if self._kept.get(name) != now.get(name))
        for name in changed:
            self._put_back(self.git / name, self._kept.get(name))
        return tuple(changed)

    def _put_back(self, path: Path, kept: Kept | None) -> None:
        if os.path.lexists(path):
            path.unlink()
        if kept is None:
            return
        mode, content = kept
        path.parent.mkdir(parents=True, exist_ok=True)
        if stat.S_ISLNK(mode):
            path.symlink_to(os.fsdecode(content))
            return
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), stat.S_IMODE(mode))


def _guarded(git: Path) -> dict[str, Kept]:
    found: dict[str, Kept] = {}
    for folder, folders, names in os.walk(git):
        here = Path(folder)
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = [name for name in folders if name not in _NOT_WALKED and _may_hold(here, git, name)]
        for name in (*links, *names):
            path = here / name
            if (name in links or name in _NAMES or "hooks" in path.relative_to(git).parts) and len(found) < _MOST:
                found[path.relative_to(git).as_posix()] = _content(path)
    return found


def _may_hold(here: Path, git: Path, name: str) -> bool:
    """Of the objects only `info`, which may name other stores."""
    return here.name != "objects" or name == "info"


def _content(path: Path) -> Kept:
    facts = path.lstat()
    if stat.S_ISLNK(facts.st_mode):
        return facts.st_mode, os.fsencode(path.readlink())
    if not stat.S_ISREG(facts.st_mode) or facts.st_size > _LARGEST:
        return facts.st_mode, f"{facts.st_size} {facts.st_mtime_ns} {facts.st_ino}".encode()
    descriptor = os.open(path, _OPEN)
    with os.fdopen(descriptor, "rb") as file:
        return facts.st_mode, file.read(_LARGEST)
