"""What the box around a command reports of it, so that a command that failed is told from one that never ran."""

import contextlib
import json
import os
from collections.abc import Iterator

STATUS_OPTION = "--json-status-fd"
"""Of bubblewrap and of our own launcher. Behind it stands the number of a pipe."""


class Status:
    """The pipe on which the box reports: one JSON object a line, `child-pid` first, `exit-code` last."""

    def __init__(self) -> None:
        self._read: int | None = None
        self._text = b""
        self.opened = False
        """Whether the command has a box that reports."""

    @contextlib.contextmanager
    def open(self, argv: list[str]) -> Iterator[tuple[list[str], tuple[int, ...]]]:
        """(argv with the pipe's number, descriptors the child needs). Nothing where the option is not there."""
        if STATUS_OPTION not in argv:
            yield argv, ()
            return
        self._read, write = os.pipe()
        self.opened = True
        os.set_blocking(self._read, False)
        place = argv.index(STATUS_OPTION) + 1
        try:
            yield [*argv[:place], str(write), *argv[place + 1 :]], (write,)
        finally:
            os.close(write)

    def close(self) -> None:
        self._fill()
        if self._read is not None:
            os.close(self._read)
            self._read = None

    def child(self) -> int | None:
        """The process whose descendants are the command's."""
        return self._value("child-pid")

    def exit_code(self) -> int | None:
        return self._value("exit-code")

    def _value(self, key: str) -> int | None:
        self._fill()
        for line in self._text.split(b"\n"):
            with contextlib.suppress(ValueError):
                row = json.loads(line)
                if key in row:
                    return int(row[key])
        return None

    def _fill(self) -> None:
        while self._read is not None:
            try:
                data = os.read(self._read, 4096)
            except OSError:
                return
            if not data:
                return
            self._text += data
