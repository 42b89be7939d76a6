"""Server-sent events out of bytes, for all three protocols. Comments and pings are life, not content."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LONGEST = 64 * 1024 * 1024
"""Bytes of one line."""


class NotJson(ValueError):
    """An event whose data is no JSON."""


@dataclass(frozen=True, slots=True)
class Event:
    name: str
    data: Any
    """Parsed JSON; None for the `[DONE]` that ends a Chat Completions stream."""


class Parser:
    """Feed it bytes as they come; segments may end anywhere, also inside a character."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        """The beginning of a line whose end has not come."""
        self._size = 0
        self._name = ""
        self._data: list[bytes] = []
        self.events = 0
        """How many there were."""

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """The events that are whole now. Raises NotJson."""
        lines = self._lines(chunk)
        for line in lines:
            if line[-1:] == b"\r":
                line = line[:-1]
            if not line:
                if self._data:
                    yield self._event()
                self._name = ""
            elif line.startswith(b"data:"):
                self._data.append(line[5:])
            elif line.startswith(b"event:"):
                self._name = line[6:].strip().decode("utf-8", "replace")

    def _lines(self, chunk: bytes) -> list[bytes]:
        """The lines that are whole now, without their LF."""
        lines = chunk.split(b"\n")
        if len(lines) > 1 and self._held:
            lines[0] = b"".join((*self._held, lines[0]))
            self._held.clear()
            self._size = 0
        if rest := lines.pop():
            self._held.append(rest)
            self._size += len(rest)
            if self._size > LONGEST:
                raise NotJson("a line without end")
        return lines

    def _event(self) -> Event:
        raw = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
        self._data.clear()
        self.events += 1
        text = raw.decode("utf-8", "replace").strip()
        if text.startswith("[DONE]"):
            return Event("done", None)
        try:
            return Event(self._name, json.loads(text))
        except (ValueError, RecursionError) as error:
            raise NotJson(text[:80]) from error
