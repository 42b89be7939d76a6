"""What a command printed, kept in bounded memory: the head, the tail, and how much lay between.

What is too long for that goes to a file as a whole, so that it can be searched.
"""

import os
import secrets
from pathlib import Path

HEAD = 16 * 1024
TAIL = 48 * 1024
MOST = 64 * 1024 * 1024
"""A command that prints more than this is ended."""


class Output:
    """Bytes go in, text comes out. `spill`: the folder for a long output, None = only head and tail are kept."""

    def __init__(self, spill: Path | None = None) -> None:
        self._head = bytearray()
        self._tail = bytearray()
        self._spill = spill
        self._file: int | None = None
        self.total = 0
        self.spilled = ""
        """Name of the file with all of it, "" where there is none."""

    def feed(self, data: bytes) -> None:
        self.total += len(data)
        if self._spill is not None and self.total > HEAD + TAIL:
            self._keep(data)
        if room := HEAD - len(self._head):
            self._head += data[:room]
            data = data[room:]
        if data:
            self._tail += data[-TAIL:]
            if len(self._tail) > 2 * TAIL:
                del self._tail[:-TAIL]

    def close(self) -> None:
        """No more comes."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _keep(self, data: bytes) -> None:
        """To the file; a full disk only means that the middle is lost."""
        try:
            if self._file is None:
                data = self._begin() + data
            assert self._file is not None
            os.write(self._file, data)
        except OSError:
            self._spill, self.spilled = None, ""
            self.close()

    def _begin(self) -> bytes:
        assert self._spill is not None
        self.spilled = f"output-{secrets.token_hex(4)}.txt"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        self._file = os.open(self._spill / self.spilled, flags, 0o600)
        return bytes(self._head + self._tail)

    @property
    def too_much(self) -> bool:
        return self.total > MOST

    def text(self) -> str:
        """Cut at line ends where there are any. Binary output is named, not shown."""
        if b"\0" in self._head[:8192]:
            return f"⟨binary output: {self.total} bytes⟩"
        if self.total <= HEAD + TAIL:
            return _decoded(bytes(self._head + self._tail))
        head = bytes(self._head)
        tail = bytes(self._tail[-TAIL:])
        if (end := head.rfind(b"\n")) > HEAD // 2:
            head = head[: end + 1]
        if 0 <= (start := tail.find(b"\n")) < TAIL // 2:
            tail = tail[start + 1 :]
        tail = tail.lstrip(bytes(range(0x80, 0xC0)))
        left_out = self.total - len(head) - len(tail)
        before = "" if head.endswith(b"\n") else "\n"
        return f"{head.decode('utf-8', 'ignore')}{before}⟨{left_out} bytes left out⟩\n{_decoded(tail)}"


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace")
