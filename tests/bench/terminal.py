"""A program in a pseudo-terminal of 120x40 that answers what Textual asks, watched for its CPU and what it draws."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.measure import cpu_so_far

PATIENCE = 120.0
"""Seconds until something that is not drawn is given up."""
QUERIES = {b"\x1b[?2026$p": b"\x1b[?2026;1$y"}
"""What is asked of the terminal, and its answer."""
STYLE = re.compile(rb"\x1b\[[\d;:?]*[a-zA-Z]")


@dataclass(slots=True)
class Terminal:
    pid: int
    fd: int
    drawn: bytearray = field(default_factory=bytearray)
    """All that was written since it was last cleared."""
    silences: list[float] = field(default_factory=list)
    """Seconds between two pieces of output."""
    _last: float = 0.0

    @property
    def cpu(self) -> float:
        """Milliseconds used so far."""
        return cpu_so_far(self.pid) * 1000

    @property
    def memory(self) -> float:
        """Megabytes in use."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def keys(self, data: bytes) -> None:
        os.write(self.fd, data)

    def plain(self) -> bytes:
        """What was drawn, without colours and places."""
        return STYLE.sub(b"", self.drawn)

    def take(self, seconds: float) -> bool:
        """Read what there is, waiting at most so long for it. False if there was nothing."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        data = os.read(self.fd, 1 << 16)
        now = time.monotonic()
        self.silences.append(now - self._last)
        self._last = now
        for query, answer in QUERIES.items():
            if query in data:
                os.write(self.fd, answer)
        self.drawn += data
        return True

    def until(self, text: bytes) -> float:
        """The CPU milliseconds used when this text has been drawn. RuntimeError if it never is."""
        deadline = time.monotonic() + PATIENCE
        looked = 0
        while time.monotonic() < deadline:
            plain = STYLE.sub(b"", self.drawn[looked:])
            if text in plain:
                return self.cpu
            looked = max(0, len(self.drawn) - 2000)
            self.take(0.05)
        raise RuntimeError(f"{text!r} was not drawn; the end of what was: {bytes(self.drawn[-500:])!r}")

    def settle(self, quiet: float = 0.5) -> float:
        """The CPU milliseconds used when nothing more is drawn and nothing is computed."""
        while True:
            before = self.cpu
            if not self.take(quiet) and self.cpu - before < 20 * quiet:
                return self.cpu

    def echo(self, key: bytes) -> float:
        """Milliseconds from a key, one that stands nowhere yet, to its letter on the screen."""
        self.drawn.clear()
        started = time.monotonic()
        self.keys(key)
        while key not in self.plain():
            if not self.take(PATIENCE):
                raise RuntimeError(f"{key!r} was not drawn")
        return (time.monotonic() - started) * 1000


@contextmanager
def terminal(words: Sequence[str], env: Mapping[str, str]) -> Iterator[Terminal]:
    """The program, killed at the end."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(words[0], list(words), {**env, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"})
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    try:
        yield Terminal(pid, fd, _last=time.monotonic())
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(fd)
