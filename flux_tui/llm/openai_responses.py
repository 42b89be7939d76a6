"""The Responses protocol without stored state: output items go back verbatim to where they came from."""

from collections.abc import Iterator, Mapping
from typing import Any

from flux_tui.llm.base_provider import Request
from flux_tui.llm.draft import Draft, Piece
from flux_tui.llm.encoding import Encoder, dumps, joined, members
from flux_tui.llm.handoff import arguments_of, own, said, wire_id
from flux_tui.llm.models import ModelInfo
from flux_tui.llm.wire import Reader, StreamError, Wire, count, mapping, text
from flux_tui.protocol.codes import StopReason
from flux_tui.protocol.messages import CallPart, Message, Origin, Part, ResultPart, TextPart, ThinkingPart, Usage
from flux_tui.protocol.stream import CallDelta, StreamItem, TextDelta, ThinkingDelta

KINDS: Mapping[str, str] = {"message": "text", "reasoning": "thinking", "function_call": "call"}


class ResponsesWire(Wire):
    path = "/responses"

    def __init__(self, origin: Origin, info: ModelInfo, cache_key: bool, max_output: int = 0) -> None:
        self._origin = origin
        self._info = info
        self._cache_key = cache_key
        self._max_output = max_output
        self._encoder = Encoder(self._encode)

    def body(self, request: Request) -> bytes:
        encoder = self._encoder
        prefix = encoder.prefix(request.system, request.tools, lambda: _prefix(request))
        return joined([members(self._fields(request)), prefix], "input", encoder.items(request.history))

    def _fields(self, request: Request) -> dict[str, Any]:
        fields: dict[str, Any] = {"model": self._origin.model, "stream": True, "store": False}
        most = request.max_output or self._max_output
        if most:
            fields["max_output_tokens"] = most
        if self._info.thinking == "reasoning":
            effort = {"effort": request.effort} if request.effort in self._info.efforts else {}
            fields["reasoning"] = {**effort, "summary": "auto"}
            fields["include"] = ["reasoning.encrypted_content"]
        if self._cache_key and request.session:
            fields["prompt_cache_key"] = request.session
        return fields

    def _encode(self, message: Message) -> list[dict[str, Any]]:
        items = [_item(part, message.role) for part in own(message, self._origin).parts]
        return _with_followers([item for item in items if item is not None])

    def reader(self, draft: Draft, request: Request) -> "ResponsesReader":
        return ResponsesReader(draft, request.max_output or self._max_output)


def _prefix(request: Request) -> dict[str, Any]:
    tools = [
        {"type": "function", "name": t.name, "description": t.description, "parameters": t.schema, "strict": False}
        for t in request.tools
    ]
    fields: dict[str, Any] = {"instructions": request.system} if request.system else {}
    return {**fields, "tools": tools} if tools else fields


def _item(part: Part, role: str) -> dict[str, Any] | None:
    match part:
        case TextPart():
            return _verbatim(part) or {"role": role, "content": part.text}
        case ThinkingPart():
            return _verbatim(part)
        case CallPart():
            # the result has the id as it is sent, so an item whose id is not fit for that can't go back whole
            return (_verbatim(part) if wire_id(part.id) == part.id else None) or _call(part)
        case ResultPart():
            return {
                "type": "function_call_output",
                "call_id": wire_id(part.call),
                "output": said(part),
            }


def _verbatim(part: TextPart | ThinkingPart | CallPart) -> dict[str, Any] | None:
    return dict(part.vendor) if part.vendor is not None and part.vendor.get("type") in KINDS else None


def _call(call: CallPart) -> dict[str, Any]:
    arguments = dumps(arguments_of(call)).decode()
    return {"type": "function_call", "call_id": wire_id(call.id), "name": call.tool, "arguments": arguments}


def _with_followers(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Reasoning is taken only with its text and before the item that it led to."""
    kept: list[dict[str, Any]] = []
    for item in reversed(items):
        if item.get("type") == "reasoning" and not (kept and "id" in kept[-1] and item.get("encrypted_content")):
            continue
        kept.append(item)
    return kept[::-1]


class ResponsesReader(Reader):
    def __init__(self, draft: Draft, limit: int) -> None:
        super().__init__(draft)
        self._limit = limit
        self._open: dict[int, Piece] = {}
        self._refused = False

    def take(self, name: str, data: Any) -> Iterator[StreamItem]:
        event = mapping(data)
        at = count(event.get("output_index"))
        match event.get("type", name):
            case "response.output_text.delta":
                yield from self._text(at, text(event.get("delta")))
            case "response.refusal.delta":
                self._refused = True
                yield from self._text(at, text(event.get("delta")))
            case "response.reasoning_summary_text.delta" | "response.reasoning_text.delta":
                yield from self._thinks(at, text(event.get("delta")))
            case "response.reasoning_summary_part.added":
                yield from self._thinks(at, "\n\n" if self._has_text(at) else "")
            case "response.function_call_arguments.delta":
                yield from self._grows(at, text(event.get("delta")))
            case "response.output_item.added":
                self._begin(at, mapping(event.get("item")))
            case "response.output_item.done":
                self._whole(at, mapping(event.get("item")))
            case "response.completed" | "response.incomplete":
                self._end(mapping(event.get("response")))
            case "response.failed":
                raise StreamError(mapping(event.get("response")).get("error") or event)
            case "error":
                raise StreamError(event)
            case _ if event.get("error"):
                raise StreamError(event)

    def _begin(self, at: int, item: dict[str, Any]) -> Piece | None:
        kind = KINDS.get(text(item.get("type")))
        if kind is None:
            return None
        piece = self.draft.new(kind, id=text(item.get("call_id")), tool=text(item.get("name")))  # type: ignore[arg-type]
        self._open[at] = piece
        return piece

    def _piece(self, at: int, kind: str) -> Piece:
        """The block of this place; made if the server did not announce it."""
        piece = self._open.get(at)
        if piece is None or piece.kind != kind:
            piece = self._open[at] = self.draft.new(kind)  # type: ignore[arg-type]
        return piece

    def _has_text(self, at: int) -> bool:
        piece = self._open.get(at)
        return piece is not None and piece.size > 0

    def _text(self, at: int, new: str) -> Iterator[StreamItem]:
        if new:
            self._piece(at, "text").add(new)
            yield TextDelta(new)

    def _thinks(self, at: int, new: str) -> Iterator[StreamItem]:
        if new:
            self._piece(at, "thinking").add(new)
            yield ThinkingDelta(new)

    def _grows(self, at: int, new: str) -> Iterator[StreamItem]:
        piece = self._piece(at, "call")
        piece.add(new)
        yield CallDelta(piece.id, piece.tool, piece.size)

    def _whole(self, at: int, item: dict[str, Any]) -> None:
        """The finished item is the truth; what streamed before was a preview of it."""
        piece = self._open.get(at) or self._begin(at, item)
        if piece is None or KINDS.get(text(item.get("type"))) != piece.kind:
            return
        piece.vendor = item
        said = {"text": _said, "thinking": _thought, "call": _arguments}[piece.kind](item)
        if said or piece.kind == "call":
            piece.pieces, piece.size = [said], len(said)
        piece.id = text(item.get("call_id")) or piece.id
        piece.tool = text(item.get("name")) or piece.tool

    def _end(self, response: dict[str, Any]) -> None:
        output = response.get("output")
        for at, item in enumerate(output if isinstance(output, list) and not self._open else []):
            self._whole(at, mapping(item))
        self.usage = _usage(mapping(response.get("usage")))
        self.over = True
        self.stop = self._stop(response)

    def _stop(self, response: dict[str, Any]) -> StopReason:
        reason = text(mapping(response.get("incomplete_details")).get("reason"))
        if reason == "content_filter":
            return StopReason.CONTENT_FILTER
        if reason or response.get("status") == "incomplete":
            return StopReason.MAX_TOKENS
        if self._refused:
            return StopReason.REFUSAL
        # llama.cpp reports a reply that was cut at the limit as completed
        cut = bool(self._limit and self.usage and self.usage.output >= self._limit)
        return StopReason.MAX_TOKENS if cut else StopReason.END


def _said(item: dict[str, Any]) -> str:
    content = item.get("content")
    parts = [mapping(part) for part in content] if isinstance(content, list) else []
    return "".join(text(part.get("text")) or text(part.get("refusal")) for part in parts)


def _thought(item: dict[str, Any]) -> str:
    summary = item.get("summary")
    parts = [mapping(part) for part in summary] if isinstance(summary, list) else []
    return "\n\n".join(text(part.get("text")) for part in parts if part.get("text"))


def _arguments(item: dict[str, Any]) -> str:
    arguments = item.get("arguments")
    return dumps(arguments).decode() if isinstance(arguments, (dict, list)) else text(arguments)


def _usage(usage: dict[str, Any]) -> Usage | None:
    if not usage:
        return None
    details = mapping(usage.get("input_tokens_details"))
    read, write = count(details.get("cached_tokens")), count(details.get("cache_write_tokens"))
    return Usage(
        max(0, count(usage.get("input_tokens")) - read - write), count(usage.get("output_tokens")), read, write
    )
