"""CPU seconds of processes, as the kernel counts them, and the figures made of them. Linux only."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUNS = 3
"""How often each thing is done; the cheapest time counts, since all that a busy machine does is add."""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What a value is compared with, measured in the same run."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value beside its yardstick, in the same unit."""

    name: str
    value: float
    beside: Yardstick
    aim: str = ""
    unit: str = "ms CPU"

    def __str__(self) -> str:
        ratio = f"{self.value / self.beside.value:6.2f} x" if self.beside.value else f"{'-':>8}"
        aim = f"   aim: {self.aim}" if self.aim else ""
        return (
            f"{self.name:<44}{self.value:9.1f} {self.unit:<6} {ratio}  {self.beside.name} {self.beside.value:.1f}{aim}"
        )


def best(run: Callable[[], float], times: int = RUNS) -> float:
    return min(run() for _ in range(times))


def cpu_so_far(pid: int) -> float:
    """Seconds a running process has used, all its threads together, without its children."""
    return time.clock_gettime((~pid << 3) | 2)


def command(words: Sequence[str], env: Mapping[str, str] | None = None) -> float:
    """CPU milliseconds of a process from its start to its end, with the children it waited for."""
    process = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return ended(process)


def ended(process: "subprocess.Popen[bytes]") -> float:
    """Wait for it; its CPU milliseconds. RuntimeError, with what it said, if it failed."""
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"exit {process.returncode}: {said[-1000:].decode('utf-8', 'replace')}")
    return (used.ru_utime + used.ru_stime) * 1000


def python(code: str) -> float:
    """CPU milliseconds of `python -c code`."""
    return command([sys.executable, "-c", code])
