"""A reply while it arrives. Calls become runnable only in `message`, from whole JSON, when the reply ended well."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

from flux_tui.llm.veil import Veil
from flux_tui.protocol.codes import StopReason
from flux_tui.protocol.messages import CallPart, Message, Origin, Part, TextPart, ThinkingPart, Usage, Vendor

ENDED_WELL = (StopReason.END, StopReason.TOOL_CALLS)


@dataclass(slots=True)
class Piece:
    """One block of the reply."""

    kind: Literal["text", "thinking", "call"]
    pieces: list[str] = field(default_factory=list)
    """Text, thought, or the JSON of a call's arguments."""
    id: str = ""
    tool: str = ""
    vendor: Vendor | None = None
    size: int = 0

    def add(self, text: str) -> None:
        self.pieces.append(text)
        self.size += len(text)

    @property
    def text(self) -> str:
        return "".join(self.pieces)


class Draft:
    """`pieces` in the order they are to stand in the message."""

    def __init__(self, origin: Origin, taken: Collection[str], veil: Veil | None = None) -> None:
        self._origin = origin
        self._veil = veil or Veil(())
        self._taken = taken
        self.pieces: list[Piece] = []

    def new(self, kind: Literal["text", "thinking", "call"], **fields: Any) -> Piece:
        piece = Piece(kind, **fields)
        self.pieces.append(piece)
        return piece

    @property
    def empty(self) -> bool:
        """Nothing that a person or a program could use."""
        return not any(piece.kind == "call" or piece.text.strip() for piece in self.pieces if piece.kind != "thinking")

    @property
    def characters(self) -> int:
        return sum(piece.size for piece in self.pieces)

    def message(self, stop: StopReason, usage: Usage) -> Message:
        """The whole reply. The calls decide between END and TOOL_CALLS, whatever the server said."""
        has_calls = any(piece.kind == "call" for piece in self.pieces)
        if stop in ENDED_WELL:
            stop = StopReason.TOOL_CALLS if has_calls else StopReason.END
        used: set[str] = set()
        parts = tuple(part for piece in self.pieces if (part := self._part(piece, stop, used)) is not None)
        return Message("assistant", parts, self._origin, stop, usage)

    def _part(self, piece: Piece, stop: StopReason, used: set[str]) -> Part | None:
        whole = piece.text
        text = self._veil.clean(whole)
        vendor = piece.vendor if text == whole else None
        match piece.kind:
            case "text":
                return TextPart(text, vendor) if text.strip() else None
            case "thinking":
                return ThinkingPart(text, vendor) if text or vendor else None
            case "call":
                id = self._unique(piece.id, used)
                if vendor is not None and "call_id" in vendor and vendor["call_id"] != id:
                    vendor = None
                arguments = parsed(text) if stop in ENDED_WELL else None
                return CallPart(id, piece.tool, arguments, "" if arguments is not None else text, vendor)

    def _unique(self, id: str, used: set[str]) -> str:
        id = id or "call_1"
        stem, number = id, 1
        while id in used or id in self._taken:
            number += 1
            id = f"{stem}_{number}"
        used.add(id)
        return id


def parsed(raw: str) -> dict[str, Any] | None:
    """Arguments as a JSON object; "" = a call without arguments; None = anything else."""
    if not raw.strip():
        return {}
    try:
        value = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
