"""Requests as bytes. Each message is encoded once, so that a long history costs no more than its newest part."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flux_tui.protocol.messages import Message, ToolSpec

Encode = Callable[[Message], Sequence[Mapping[str, Any]]]
"""One message as the vendor's items, in order; it may give several, or none."""


class Encoder:
    """Remembers the encoded form by object: messages are frozen, so the same object has the same bytes."""

    def __init__(self, encode: Encode) -> None:
        self._encode = encode
        self._known: dict[int, tuple[Message, bytes]] = {}
        self._prefix: tuple[str, tuple[ToolSpec, ...], bytes] | None = None

    def items(self, history: Sequence[Message]) -> bytes:
        """The history as the inside of a JSON array."""
        now: dict[int, tuple[Message, bytes]] = {}
        for message in history:
            hit = self._known.get(id(message))
            if hit is None or hit[0] is not message:
                hit = (message, b",".join(dumps(item) for item in self._encode(message)))
            now[id(message)] = hit
        self._known = now
        return b",".join(encoded for message in history if (encoded := now[id(message)][1]))

    def prefix(self, system: str, tools: tuple[ToolSpec, ...], build: Callable[[], Mapping[str, Any]]) -> bytes:
        """System prompt and tools as the inside of a JSON object; built once, since they are frozen for a session."""
        if self._prefix is None or self._prefix[0] != system or self._prefix[1] is not tools:
            self._prefix = (system, tools, dumps(build())[1:-1])
        return self._prefix[2]


def joined(*members: bytes) -> bytes:
    """Insides of JSON objects as one object."""
    return b"{" + b",".join(member for member in members if member) + b"}"


def members(fields: Mapping[str, Any]) -> bytes:
    return dumps(fields)[1:-1]


def dumps(value: Any) -> bytes:
    """JSON as UTF-8. A lone surrogate, which no server takes, becomes a question mark."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
