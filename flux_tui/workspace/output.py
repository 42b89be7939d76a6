"""What a command printed, kept in bounded memory: the head, the tail, and how much lay between."""

HEAD = 16 * 1024
TAIL = 48 * 1024
MOST = 64 * 1024 * 1024
"""A command that prints more than this is ended."""


class Output:
    """Bytes go in, text comes out."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = bytearray()
        self.total = 0

    def feed(self, data: bytes) -> None:
        self.total += len(data)
        if room := HEAD - len(self._head):
            self._head += data[:room]
            data = data[room:]
        if data:
            self._tail += data[-TAIL:]
            if len(self._tail) > 2 * TAIL:
                del self._tail[:-TAIL]

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
