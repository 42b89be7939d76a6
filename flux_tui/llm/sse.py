"""Server-sent events out of bytes, for all three protocols. Comments and pings are life, not content."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


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
        self._rest = b""
        self._name = ""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """The events that are whole now. Raises NotJson."""
        lines = (self._rest + chunk).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            line = line.rstrip(b"\r")
            if not line:
                if self._data:
                    yield self._event()
                self._name = ""
            elif line.startswith(b"data:"):
                self._data.append(line[5:].lstrip(b" "))
            elif line.startswith(b"event:"):
                self._name = line[6:].strip().decode("utf-8", "replace")

    def _event(self) -> Event:
        raw = b"\n".join(self._data)
        self._data.clear()
        if raw.startswith(b"[DONE]"):
            return Event("done", None)
        try:
            return Event(self._name, json.loads(raw))
        except (ValueError, RecursionError) as error:
            raise NotJson(raw[:80].decode("utf-8", "replace")) from error
