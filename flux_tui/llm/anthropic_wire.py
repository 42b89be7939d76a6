"""The Messages protocol of Anthropic: history to blocks, events to a reply."""

from collections.abc import Iterator, Mapping
from typing import Any

from flux_tui.llm.base_provider import Request
from flux_tui.llm.draft import Draft, Piece
from flux_tui.llm.encoding import Encoder, joined, members
from flux_tui.llm.handoff import arguments_of, own, said, wire_id
from flux_tui.llm.models import ModelInfo
from flux_tui.llm.wire import Reader, StreamError, Wire, count, mapping, text
from flux_tui.protocol.codes import Code, StopReason
from flux_tui.protocol.messages import CallPart, Message, Origin, Part, ResultPart, TextPart, ThinkingPart, Usage
from flux_tui.protocol.stream import CallDelta, StreamItem, TextDelta, ThinkingDelta

STOPS: Mapping[str, StopReason] = {
    "end_turn": StopReason.END,
    "stop_sequence": StopReason.END,
    "tool_use": StopReason.TOOL_CALLS,
    "max_tokens": StopReason.MAX_TOKENS,
    "refusal": StopReason.REFUSAL,
    "pause_turn": StopReason.PAUSE,
    "model_context_window_exceeded": StopReason.CONTEXT_FULL,
}
UNKNOWN_MAX_OUTPUT = 8192
DEFAULT_MAX_OUTPUT = 64_000


class MessagesWire(Wire):
    path = "/v1/messages"

    def __init__(self, origin: Origin, info: ModelInfo, max_output: int = 0, diagnoses: bool = False) -> None:
        self._origin = origin
        self._diagnoses = diagnoses
        """The server says why its cache missed, if it is told what it answered last."""
        self.last_id: str | None = None
        """Of the last whole reply."""
        self._info = info
        self._max_output = max_output or min(info.max_output or UNKNOWN_MAX_OUTPUT, DEFAULT_MAX_OUTPUT)
        self._encoder = Encoder(self._encode)

    def body(self, request: Request) -> bytes:
        encoder = self._encoder
        prefix = encoder.prefix(request.system, request.tools, lambda: _prefix(request))
        return joined([members(self._fields(request)), prefix], "messages", encoder.items(request.history))

    def _fields(self, request: Request) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "model": self._origin.model,
            "max_tokens": request.max_output or self._max_output,
            "stream": True,
        }
        if self._info.cache:
            fields["cache_control"] = {"type": "ephemeral"}
        if self._info.thinking == "adaptive":
            fields["thinking"] = {"type": "adaptive", "display": "summarized"}
        if self._diagnoses:
            fields["diagnostics"] = {"previous_message_id": self.last_id}
        if request.effort in self._info.efforts:
            fields["output_config"] = {"effort": request.effort}
        return fields

    def _encode(self, message: Message) -> list[dict[str, Any]]:
        content = [block for part in own(message, self._origin).parts if (block := _block(part)) is not None]
        return [{"role": message.role, "content": content}] if content else []

    def reader(self, draft: Draft, request: Request) -> "MessagesReader":
        return MessagesReader(draft, self)


def _prefix(request: Request) -> dict[str, Any]:
    tools = [{"name": t.name, "description": t.description, "input_schema": t.schema} for t in request.tools]
    fields: dict[str, Any] = {"system": request.system} if request.system else {}
    return {**fields, "tools": tools} if tools else fields


def _block(part: Part) -> dict[str, Any] | None:
    match part:
        case TextPart():
            return {"type": "text", "text": part.text}
        case ThinkingPart():
            return dict(part.vendor) if part.vendor else None
        case CallPart():
            return {"type": "tool_use", "id": wire_id(part.id), "name": part.tool, "input": arguments_of(part)}
        case ResultPart():
            block = {"type": "tool_result", "tool_use_id": wire_id(part.call), "content": said(part)}
            return block if part.code is Code.OK else {**block, "is_error": True}


class MessagesReader(Reader):
    def __init__(self, draft: Draft, wire: MessagesWire | None = None) -> None:
        super().__init__(draft)
        self._wire = wire
        self._id: str | None = None
        self._open: dict[int, Piece] = {}
        self._blocks: dict[int, dict[str, Any]] = {}
        self._counts: dict[str, Any] = {}
        self._reason: StopReason | None = None

    def take(self, name: str, data: Any) -> Iterator[StreamItem]:
        event = mapping(data)
        at = count(event.get("index"))
        match event.get("type", name):
            case "content_block_delta":
                yield from self._delta(at, mapping(event.get("delta")))
            case "content_block_start":
                self._start(at, mapping(event.get("content_block")))
            case "content_block_stop":
                self._finish(at)
            case "message_start":
                self._began(mapping(event.get("message")))
            case "message_delta":
                self._counted(event.get("usage"))
                reason = mapping(event.get("delta")).get("stop_reason")
                if reason is not None:
                    self._reason = STOPS.get(str(reason), StopReason.END)
            case "message_stop":
                self.stop = self._reason
                self.over = True
                if self._wire is not None:
                    self._wire.last_id = self._id
            case "error":
                raise StreamError(event)

    def _began(self, message: dict[str, Any]) -> None:
        self._counted(message.get("usage"))
        self._id = text(message.get("id")) or None
        self.cache_miss = text(mapping(mapping(message.get("diagnostics")).get("cache_miss_reason")).get("type"))

    def _start(self, index: int, block: dict[str, Any]) -> None:
        kind = {"text": "text", "thinking": "thinking", "redacted_thinking": "thinking", "tool_use": "call"}.get(
            text(block.get("type"))
        )
        if kind is None:
            return
        piece = self.draft.new(kind, id=text(block.get("id")), tool=text(block.get("name")))  # type: ignore[arg-type]
        first = block.get("text") if kind == "text" else block.get("thinking")
        if isinstance(first, str) and first:
            piece.add(first)
        self._open[index] = piece
        self._blocks[index] = dict(block)

    def _delta(self, index: int, delta: dict[str, Any]) -> Iterator[StreamItem]:
        piece = self._open.get(index)
        if piece is None:
            return
        match delta.get("type"):
            case "text_delta" if piece.kind == "text" and (new := text(delta.get("text"))):
                piece.add(new)
                yield TextDelta(new)
            case "thinking_delta" if piece.kind == "thinking" and (new := text(delta.get("thinking"))):
                piece.add(new)
                yield ThinkingDelta(new)
            case "signature_delta":
                block = self._blocks[index]
                block["signature"] = text(block.get("signature")) + text(delta.get("signature"))
            case "input_json_delta" if piece.kind == "call":
                piece.add(text(delta.get("partial_json")))
                yield CallDelta(piece.id, piece.tool, piece.size)

    def _finish(self, index: int) -> None:
        piece, block = self._open.get(index), self._blocks.get(index, {})
        if piece is None or piece.kind != "thinking":
            return
        if block.get("type") == "redacted_thinking":
            piece.vendor = block
        elif block.get("signature"):
            piece.vendor = {**block, "thinking": piece.text}

    def _counted(self, usage: Any) -> None:
        """Counts are cumulative: the last one that is given holds."""
        if not isinstance(usage, dict):
            return
        self._counts.update({key: value for key, value in usage.items() if value is not None})
        self.usage = Usage(
            input=count(self._counts.get("input_tokens")),
            output=count(self._counts.get("output_tokens")),
            cache_read=count(self._counts.get("cache_read_input_tokens")),
            cache_write=count(self._counts.get("cache_creation_input_tokens")),
        )
