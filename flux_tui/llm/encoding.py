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

    def items(self, history: Sequence[Message]) -> list[bytes]:
        """The history's items; they are joined once, with all else, since the whole may be megabytes."""
        now: dict[int, tuple[Message, bytes]] = {}
        for message in history:
            hit = self._known.get(id(message))
            if hit is None or hit[0] is not message:
                hit = (message, b",".join(dumps(item) for item in self._encode(message)))
            now[id(message)] = hit
        self._known = now
        return [encoded for message in history if (encoded := now[id(message)][1])]

    def prefix(self, system: str, tools: tuple[ToolSpec, ...], build: Callable[[], Mapping[str, Any]]) -> bytes:
        """System prompt and tools as the inside of a JSON object; built once, since they are frozen for a session."""
        if self._prefix is None or self._prefix[0] != system or self._prefix[1] is not tools:
            self._prefix = (system, tools, dumps(build())[1:-1])
        return self._prefix[2]


def joined(heads: Sequence[bytes], name: str, items: Sequence[bytes]) -> bytes:
    """One JSON object: the insides of others, and last an array of encoded items."""
    head = b"".join(part + b"," for part in heads if part)
    body = [b"{", head, b'"', name.encode(), b'":[', *_separated(items), b"]}"]
    return b"".join(body)


def _separated(items: Sequence[bytes]) -> list[bytes]:
    spaced = [b","] * max(0, 2 * len(items) - 1)
    spaced[::2] = items
    return spaced


def members(fields: Mapping[str, Any]) -> bytes:
    return dumps(fields)[1:-1]


def dumps(value: Any) -> bytes:
    """JSON as UTF-8. A lone surrogate, which no server takes, becomes a question mark."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
