"""The wall where bubblewrap can't be had: Landlock for files, seccomp for sockets, and no capabilities.

Read and run by `launcher.py` in the child, before the command: it imports nothing of Flux. It must raise rather than
leave a wall out, since then the command is not run.
"""

from __future__ import annotations

import ctypes
import os
import struct

TYPE_CHECKING = False
"""Not from `typing`, which takes as long to load as all the rest."""
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_OLDEST = 3
"""The Landlock ABI without which a file outside could still be truncated."""
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_TRUNCATE, _IOCTL = 1 << 14, 1 << 15
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL
_WRITABLE_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")

_ARCHITECTURES: Mapping[str, tuple[int, int]] = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""Machine -> (its number for seccomp, number of the system call `socket`)."""
_IO_URING = (425, 427)
"""First and last of its system calls; through it a socket could be had without `socket`."""
_INTERNET = (2, 10, 16)
"""AF_INET, AF_INET6, AF_NETLINK (which name lookups use)."""
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_EPERM, _EACCES, _ENOSYS = 1, 13, 38

_PR_CAPBSET_DROP, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 24, 22, 38


def confine(write: Sequence[str], hide: Sequence[str], network: bool) -> None:
    """`write`, `hide`: real paths. OSError if a wall can't be put up."""
    libc = ctypes.CDLL(None, use_errno=True)
    _must(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _files(libc, write, hide)
    _drop_capabilities(libc)
    _sockets(libc, network)


def _must(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _files(libc: Any, write: Sequence[str], hide: Sequence[str]) -> None:
    abi = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if abi < _OLDEST:
        raise OSError(_ENOSYS, f"the kernel's Landlock is too old or off (ABI {max(abi, 0)}, needed {_OLDEST})")
    handled = (1 << (16 if abi >= 5 else 15)) - 1
    # Connections by TCP are left to seccomp; what is scoped are abstract sockets and signals.
    attributes = struct.pack("QQQ", handled, 0, 3)[: 24 if abi >= 6 else 8]
    rules = _must(libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0))
    # Listing names is free everywhere: a folder on the way to something hidden can't be allowed as a whole.
    _allow(libc, rules, "/", _READ_DIR)
    for path in shown(hide):
        _allow(libc, rules, path, _READ & handled)
    for path in (*write, *_WRITABLE_DEVICES):
        _allow(libc, rules, path, handled & ~(_IOCTL if path not in _WRITABLE_DEVICES else 0))
    _must(libc.syscall(_RESTRICT_SELF, rules, 0))
    os.close(rules)


def shown(hide: Sequence[str]) -> Iterator[str]:
    """The largest trees that hold nothing hidden, which together are all the rest."""
    closed = set(hide)
    ways = {"/"}
    for path in closed:
        above = os.path.dirname(path)  # noqa: PTH120 - pathlib would double the time to start
        while above not in ways:
            ways.add(above)
            above = os.path.dirname(above)  # noqa: PTH120 - as above
    todo = ["/"]
    while todo:
        folder = todo.pop()
        try:
            names = os.listdir(folder)  # noqa: PTH208 - as above
        except OSError:
            continue
        for name in names:
            path = f"{folder.rstrip('/')}/{name}"
            if path in closed:
                continue
            if path in ways:
                todo.append(path)
            else:
                yield path


def _allow(libc: Any, rules: int, path: str, access: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return
    if not os.path.isdir(f"/proc/self/fd/{place}"):  # noqa: PTH112 - as above
        access &= _OF_FILES
    try:
        _must(libc.syscall(_ADD_RULE, rules, 1, struct.pack("=Qi", access, place), 0))
    finally:
        os.close(place)


def _drop_capabilities(libc: Any) -> None:
    for capability in range(64):
        # What can't be dropped from the bounding set is of no use without privileges, which none can gain.
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    version_3 = struct.pack("Ii", 0x20080522, 0)
    _must(libc.capset(version_3, struct.pack("6I", *(0,) * 6)))


def _sockets(libc: Any, network: bool) -> None:
    program = filter_program(os.uname().machine, _INTERNET if network else ())
    code = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    _must(libc.prctl(_PR_SET_SECCOMP, 2, head, 0, 0))


def filter_program(machine: str, families: Sequence[int]) -> bytes:
    """BPF that refuses every socket but those of `families`, io_uring, and any other architecture's calls."""
    if machine not in _ARCHITECTURES:
        raise OSError(_ENOSYS, f"no filter is known for {machine}")
    architecture, socket = _ARCHITECTURES[machine]
    load, equal, at_least, above, give = 0x20, 0x15, 0x35, 0x25, 0x06
    lines = [
        (load, 0, 0, 4),
        (equal, 1, 0, architecture),
        (give, 0, 0, _REFUSE | _ENOSYS),
        (load, 0, 0, 0),
        # The x32 calls have numbers of their own, and no program needs them.
        (at_least, 0, 1, 0x40000000),
        (give, 0, 0, _REFUSE | _ENOSYS),
        (at_least, 0, 2, _IO_URING[0]),
        (above, 1, 0, _IO_URING[1]),
        (give, 0, 0, _REFUSE | _EPERM),
        (equal, 1, 0, socket),
        (give, 0, 0, _ALLOW),
        (load, 0, 0, 16),
    ]
    for place, family in enumerate(families):
        lines.append((equal, len(families) - place, 0, family))
    lines += [(give, 0, 0, _REFUSE | _EACCES), (give, 0, 0, _ALLOW)]
    return b"".join(struct.pack("HBBI", *line) for line in lines)
