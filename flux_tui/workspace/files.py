"""The one door to the disk: names are held inside the folder, reads are bounded, writes are all or nothing.

No other module opens a workspace file for writing. A write never lands on bytes other than those it was made from.
"""

import difflib
import hashlib
import os
from pathlib import Path, PurePosixPath

from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import FileChange, Refusal
from flux_tui.workspace import door

READ_LIMIT = 50 * 1024 * 1024


def digest(data: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def is_protected(path: str) -> bool:
    """True for `.git` and what lies in it, at any depth and in any case."""
    return any(part.casefold().rstrip(". ") == ".git" for part in path.replace("\\", "/").split("/"))


class Workspace:
    """A folder and the files in it. Paths are relative to it, with `/`, as `locate` gives them."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))

    def locate(self, given: str) -> str:
        """The real file's path for any name it is given: `./x`, `pkg/../x`, absolute, through a link inside.

        The file need not exist; "." is the folder itself. Refusal: OUTSIDE_WORKSPACE, INVALID_ARGUMENTS, PROTECTED_PATH
        (a `.git` that is a link).
        """
        if not given.strip() or "\0" in given:
            raise Refusal(
                Code.INVALID_ARGUMENTS, "INVALID_ARGUMENTS: the path is empty or holds NUL. Nothing was done."
            )
        try:
            real = Path(os.path.realpath(self.root / given))
        except (OSError, ValueError) as error:  # UnicodeEncodeError is a ValueError
            raise Refusal(Code.INVALID_ARGUMENTS, f"INVALID_ARGUMENTS: no usable path: {error}.") from error
        if not real.is_relative_to(self.root):
            raise Refusal(
                Code.OUTSIDE_WORKSPACE,
                f"OUTSIDE_WORKSPACE: {given} leads to {real}, outside the folder {self.root}. Nothing was done. "
                "Next: use a path inside it.",
            )
        if real.is_symlink():
            text = f"INVALID_ARGUMENTS: {given} is a link that leads back to itself. Nothing was done."
            raise Refusal(Code.INVALID_ARGUMENTS, text)
        path = real.relative_to(self.root).as_posix()
        if is_protected(os.path.normpath(given)) and not is_protected(str(real)):
            raise _protected(given)
        return path

    def lexical(self, given: str) -> str:
        """The name as given, relative to the folder, no link followed: rules hold for it too. "" if it leaves."""
        path = os.path.relpath(self.root / given, self.root)
        return "" if path.startswith("..") else path.replace(os.sep, "/")

    def read(self, path: str) -> bytes:
        """The whole file. Refusal: FILE_NOT_FOUND, TOO_LARGE, INVALID_ARGUMENTS (no regular file), DENIED."""
        return door.guarded(path, lambda: door.read(self.root, path, READ_LIMIT), self._near)

    def exists(self, path: str) -> bool:
        """Anything at all is there, a dangling link too."""
        return os.path.lexists(self.root / path)

    def mode(self, path: str) -> int | None:
        """Permission bits of a regular file, None where none is."""
        return door.guarded(path, lambda: door.mode(self.root, path), self._near)

    def caution(self, path: str) -> str:
        """Why replacing or removing the file needs a question, as the rest of a sentence; "" where it needs none."""
        return door.guarded(path, lambda: door.caution(self.root, path), self._near)

    def write(self, change: FileChange, mode: int | None = None, *, consent: bool = False) -> None:
        """Create, replace or remove one file, atomically. `mode`: permission bits for a file that does not exist yet.
        `consent`: the person said yes to what `caution` told, or asked for this write.

        Refusal: STALE_FILE (the disk holds other bytes than `change.before`), ALREADY_EXISTS, PROTECTED_PATH, DENIED,
        INTERNAL_ERROR (the disk failed; the old file is whole).
        """
        if is_protected(change.path):
            raise _protected(change.path)
        if change.after is None:
            return door.guarded(change.path, lambda: door.remove(self.root, change, consent), self._near)
        if change.before is None:
            kept = self.mode(change.moved_from) if mode is None and change.moved_from else mode
            return door.guarded(change.path, lambda: door.create(self.root, change, kept), self._near)
        return door.guarded(change.path, lambda: door.replace(self.root, change, consent), self._near)

    def _near(self, path: str) -> str:
        """The nearest name in the same folder, or ""."""
        wanted = PurePosixPath(path)
        try:
            with os.scandir(self.root / wanted.parent) as entries:
                names = [entry.name for entry, _ in zip(entries, range(2000), strict=False)]
        except OSError:
            return ""
        near = difflib.get_close_matches(wanted.name, names, 1, 0.6)
        return (wanted.parent / near[0]).as_posix() if near else ""


def _protected(path: str) -> Refusal:
    return Refusal(
        Code.PROTECTED_PATH,
        f"PROTECTED_PATH: {path} belongs to git's own data, which no tool may touch. Nothing was done. "
        "Next: use git through run_command.",
        targets=(path,),
    )
