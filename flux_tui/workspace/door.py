"""Reading and replacing one file through descriptors, from the root folder down and never through a link.

At every moment the file is complete old or complete new, and nothing is left behind when the disk fails.
"""

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import TypeVar

from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import FileChange, Refusal
from flux_tui.workspace.beneath import open_folder
from flux_tui.workspace.litter import temporary_name

T = TypeVar("T")
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
FRESH = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
CHUNK = 1 << 20


def guarded(path: str, act: Callable[[], T], near: Callable[[str], str]) -> T:
    """Run `act`; what the system says no to becomes a refusal that says what to do."""
    try:
        return act()
    except FileNotFoundError as error:
        hint = near(path)
        found = f" Did you mean {hint}?" if hint else " Next: look with list_files or find_files."
        raise Refusal(
            Code.FILE_NOT_FOUND, f"FILE_NOT_FOUND: there is no file {path}. Nothing was done.{found}", targets=(path,)
        ) from error
    except OSError as error:
        raise _system_refusal(path, error) from error


def _system_refusal(path: str, error: OSError) -> Refusal:
    said = os.strerror(error.errno) if error.errno else str(error)
    match error.errno:
        case errno.ELOOP:
            code, what = Code.OUTSIDE_WORKSPACE, f"{path} leads through a link that cannot be followed"
        case errno.EISDIR:
            code, what = Code.INVALID_ARGUMENTS, f"{path} is a folder"
        case errno.ENOTDIR:
            code, what = Code.INVALID_ARGUMENTS, f"{path}: a part of the path is no folder"
        case errno.ENXIO | errno.ENAMETOOLONG | errno.EINVAL:
            code, what = Code.INVALID_ARGUMENTS, f"{path}: {said}"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            code, what = Code.DENIED, f"the system forbids it on {path} ({said}); ask the person"
        case _:
            code, what = Code.INTERNAL_ERROR, f"the disk failed at {path}: {said}; the file is as it was"
    return Refusal(code, f"{code}: {what}. Nothing was done.", targets=(path,))


@contextlib.contextmanager
def folder(root: Path, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
    """(descriptor of the folder that holds `path`, its name there). Missing folders are made if `make`."""
    *parents, name = PurePosixPath(path).parts or (".",)
    here = open_folder(root, tuple(parents), make=make)
    try:
        yield here, name
    finally:
        os.close(here)


def read(root: Path, path: str, limit: int) -> bytes:
    with folder(root, path) as (here, name):
        return _read_at(here, name, path, limit)[0]


def mode(root: Path, path: str) -> int | None:
    found = _facts(root, path)
    return None if found is None else stat.S_IMODE(found.st_mode)


def caution(root: Path, path: str) -> str:
    """Why the file is not to be replaced without a question, as the rest of a sentence; "" if it may be."""
    found = _facts(root, path)
    return "" if found is None else _caution(found)


def _facts(root: Path, path: str) -> os.stat_result | None:
    """Of a regular file, None where none is."""
    try:
        with folder(root, path) as (here, name):
            found = os.stat(name, dir_fd=here, follow_symlinks=False)
    except FileNotFoundError:
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def _caution(found: os.stat_result) -> str:
    if found.st_nlink > 1:
        return f"has {found.st_nlink} names (hard links), and all of them would change"
    if not found.st_mode & stat.S_IWUSR:
        return f"is read-only (mode {stat.S_IMODE(found.st_mode):04o})"
    return ""


def _read_at(here: int, name: str, path: str, limit: int) -> tuple[bytes, os.stat_result]:
    descriptor = os.open(name, READ, dir_fd=here)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            kind = "a folder" if stat.S_ISDIR(found.st_mode) else "no regular file (a pipe, socket or device)"
            text = f"INVALID_ARGUMENTS: {path} is {kind}. Nothing was done."
            raise Refusal(Code.INVALID_ARGUMENTS, text, targets=(path,))
        if found.st_size > limit:
            raise _too_large(path, found.st_size, limit)
        with os.fdopen(os.dup(descriptor), "rb") as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise _too_large(path, len(data), limit)
        return data, found
    finally:
        os.close(descriptor)


def _too_large(path: str, size: int, limit: int) -> Refusal:
    return Refusal(
        Code.TOO_LARGE,
        f"TOO_LARGE: {path} has {size:,} bytes, the limit is {limit:,}. Nothing was done. "
        "Next: use grep_search, or run_command with head, tail or sed.",
        targets=(path,),
    )


def create(root: Path, change: FileChange, mode: int | None) -> None:
    """A new file, never over one that is there."""
    assert change.after is not None
    with folder(root, change.path, make=True) as (here, name), _temporary(here, change.after) as temporary:
        if mode is not None:
            os.chmod(temporary, mode, dir_fd=here)
        try:
            os.link(temporary, name, src_dir_fd=here, dst_dir_fd=here, follow_symlinks=False)
        except FileExistsError as error:
            raise Refusal(
                Code.ALREADY_EXISTS,
                f"ALREADY_EXISTS: {change.path} is there already. Nothing was done. Next: read it first.",
                targets=(change.path,),
            ) from error
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
                raise
            _create_plainly(here, name, change.after, mode)
        _sync(here)


def _create_plainly(here: int, name: str, data: bytes, mode: int | None) -> None:
    """For file systems without hard links: exclusive, removed again if the disk fails."""
    descriptor = os.open(name, FRESH, 0o666 if mode is None else mode, dir_fd=here)
    try:
        _write_all(descriptor, data)
    except BaseException:
        os.unlink(name, dir_fd=here)
        raise
    finally:
        os.close(descriptor)


def replace(root: Path, change: FileChange, consent: bool) -> None:
    """New bytes for an existing file that still holds the old ones."""
    assert change.after is not None
    with folder(root, change.path) as (here, name):
        found = _current(here, name, change)
        _must_have(consent, change.path, _caution(found))
        if found.st_nlink > 1:
            _rewrite(here, name, change)
            return
        try:
            with _temporary(here, change.after, (found, name)) as temporary:
                _must_have(consent, change.path, _caution(_current(here, name, change)))
                os.rename(temporary, name, src_dir_fd=here, dst_dir_fd=here)
        except PermissionError:
            # A folder in which nothing may be made or renamed, with a file in it that may be written.
            _rewrite(here, name, change)
        _sync(here)


def remove(root: Path, change: FileChange, consent: bool) -> None:
    with folder(root, change.path) as (here, name):
        found = _current(here, name, change)
        _must_have(consent or bool(found.st_mode & stat.S_IWUSR), change.path, _caution(found))
        os.unlink(name, dir_fd=here)
        _sync(here)


def _must_have(consent: bool, path: str, caution: str) -> None:
    if caution and not consent:
        raise Refusal(
            Code.DENIED,
            f"DENIED: {path} {caution}. Nothing was changed. Next: ask the person whether it may be written.",
            targets=(path,),
        )


def _current(here: int, name: str, change: FileChange) -> os.stat_result:
    """The file's state if it still holds `change.before`."""
    assert change.before is not None
    try:
        data, found = _read_at(here, name, change.path, len(change.before) + CHUNK)
    except FileNotFoundError as error:
        raise _stale(change.path, "is gone") from error
    except Refusal as refusal:
        if refusal.code is not Code.TOO_LARGE:
            raise
        raise _stale(change.path, "has grown") from refusal
    if data != change.before:
        raise _stale(change.path, "holds other bytes than the change was made from")
    return found


def _stale(path: str, what: str) -> Refusal:
    return Refusal(
        Code.STALE_FILE,
        f"STALE_FILE: {path} {what}; someone else changed it. Nothing was changed. Next: read_files again.",
        targets=(path,),
    )


@contextlib.contextmanager
def _temporary(here: int, data: bytes, like: tuple[os.stat_result, str] | None = None) -> Iterator[str]:
    """A synced file beside the target, gone afterwards unless it was renamed. `like`: what it takes owner, mode and
    attributes from."""
    name = temporary_name()
    descriptor = os.open(name, FRESH, 0o666 if like is None else 0o600, dir_fd=here)
    try:
        try:
            _write_all(descriptor, data)
            if like is not None:
                _dress(descriptor, here, *like)
        finally:
            os.close(descriptor)
        _compare(here, name, data)
        yield name
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=here)


def _dress(descriptor: int, here: int, like: os.stat_result, name: str) -> None:
    mine = os.fstat(descriptor)
    if (mine.st_uid, mine.st_gid) != (like.st_uid, like.st_gid):
        with contextlib.suppress(PermissionError):
            os.fchown(descriptor, like.st_uid, like.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(like.st_mode))
    if sys.platform == "linux":
        old = os.open(name, READ, dir_fd=here)
        try:
            _copy_attributes(old, descriptor)
        finally:
            os.close(old)


def _copy_attributes(old: int, new: int) -> None:
    """Extended attributes and access lists, as far as the system lets us."""
    with contextlib.suppress(OSError):
        for attribute in os.listxattr(old):
            with contextlib.suppress(OSError):
                os.setxattr(new, attribute, os.getxattr(old, attribute))


def _compare(here: int, name: str, data: bytes) -> None:
    """Read again what was written: file systems that lie are known. OSError if it is not the same."""
    descriptor = os.open(name, READ, dir_fd=here)
    with os.fdopen(descriptor, "rb") as stream:
        if stream.read(len(data) + 1) != data:
            raise OSError(errno.EIO, os.strerror(errno.EIO))


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    os.fsync(descriptor)
    if os.fstat(descriptor).st_size < len(data):
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def _rewrite(here: int, name: str, change: FileChange) -> None:
    """In place, where a rename can't be or would cut the file off from its other names.

    The old bytes lie beside it meanwhile, if anything may lie there; the journal of changes has them in any case.
    """
    assert change.before is not None
    assert change.after is not None
    descriptor = os.open(name, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=here)
    try:
        with contextlib.ExitStack() as backup:
            with contextlib.suppress(PermissionError):
                backup.enter_context(_temporary(here, change.before))
            try:
                _overwrite(descriptor, change.after)
                _compare(here, name, change.after)
            except OSError:
                _overwrite(descriptor, change.before)
                raise
    finally:
        os.close(descriptor)


def _overwrite(descriptor: int, data: bytes) -> None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    _write_all(descriptor, data)
    os.ftruncate(descriptor, len(data))
    os.fsync(descriptor)


def _sync(here: int) -> None:
    with contextlib.suppress(OSError):
        os.fsync(here)
