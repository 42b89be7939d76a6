"""Who a process is, so that a number used again is not taken for the old one. Only looks; never signals anything."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Process:
    pid: int
    born: str
    """Start time in the kernel's own ticks since boot; "" where the system does not tell."""
    boot: str
    """Id of this run of the system; "" where the system does not tell."""


def myself() -> Process:
    return Process(os.getpid(), _born(os.getpid()), _boot())


def is_alive(process: Process) -> bool:
    if process.boot != _boot():
        return False
    if process.born:
        return _born(process.pid) == process.born
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _born(pid: int) -> str:
    try:
        line = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The program's name, in brackets, may hold anything; what follows the last one is numbers.
    rest = line.rpartition(")")[2].split()
    return rest[19] if len(rest) > 19 and rest[0] != "Z" else ""


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
