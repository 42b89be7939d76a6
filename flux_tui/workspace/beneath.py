"""Opening a folder below a root so that nothing on the way can lead out of it: no link, no `..`, no magic of /proc.

The kernel's own `openat2` where it is there, else one step after the other.
"""

import contextlib
import errno
import os
import struct
import sys
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_OPENAT2 = 437
_RESOLVE = 0x02 | 0x04 | 0x08
"""RESOLVE_NO_MAGICLINKS, NO_SYMLINKS, BENEATH: the paths given here have no link in them, or one that just came."""
_UNKNOWN = (errno.ENOSYS, errno.EPERM, errno.EINVAL, errno.E2BIG)


def open_folder(root: Path, parts: tuple[str, ...], *, make: bool = False) -> int:
    """A descriptor. OSError: ELOOP or ENOTDIR for a link on the way. Missing folders are made if `make`."""
    top = os.open(root, FOLDER)
    if not parts:
        return top
    try:
        try:
            below = _at_once(top, "/".join(parts))
        except FileNotFoundError:
            if not make:
                raise
            below = None
        return _step_by_step(top, parts, make) if below is None else below
    finally:
        os.close(top)


def _step_by_step(top: int, parts: tuple[str, ...], make: bool) -> int:
    here = os.dup(top)
    try:
        for part in parts:
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, dir_fd=here)
            below = os.open(part, FOLDER, dir_fd=here)
            os.close(here)
            here = below
    except BaseException:
        os.close(here)
        raise
    return here


def _at_once(top: int, path: str) -> int | None:
    """None where the kernel does not offer it."""
    call = _openat2()
    if call is None:
        return None
    import ctypes

    how = struct.pack("QQQ", FOLDER, 0, _RESOLVE)
    found = int(call(_OPENAT2, top, os.fsencode(path), how, ctypes.c_size_t(len(how))))
    if found >= 0:
        return found
    number = ctypes.get_errno()
    if number in _UNKNOWN:
        return None
    raise OSError(number, os.strerror(number), path)


@cache
def _openat2() -> Any:
    if sys.platform != "linux":
        return None
    import ctypes

    return ctypes.CDLL(None, use_errno=True).syscall
