"""Chat Completions, as OpenAI and the many compatible servers speak it, with tolerance for what these get wrong."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from flux_tui.llm.base_provider import Request
from flux_tui.llm.draft import Draft, Piece, parsed
from flux_tui.llm.encoding import Encoder, dumps, joined, members
from flux_tui.llm.handoff import arguments_of, own, said, wire_id
from flux_tui.llm.think_tags import ThinkTags
from flux_tui.llm.wire import Reader, StreamError, Wire, count, mapping, text
from flux_tui.protocol.codes import StopReason
from flux_tui.protocol.messages import CallPart, Message, Origin, TextPart, ThinkingPart, Usage
from flux_tui.protocol.stream import CallDelta, StreamItem, TextDelta, ThinkingDelta

STOPS: Mapping[str, StopReason] = {
    "length": StopReason.MAX_TOKENS,
    "content_filter": StopReason.CONTENT_FILTER,
    "refusal": StopReason.REFUSAL,
}
THOUGHTS = ("reasoning_content", "reasoning")
"""Names under which servers send thinking; the first also has to go back where it came from."""


class ChatWire(Wire):
    path = "/chat/completions"

    def __init__(self, origin: Origin, known: Collection[str] = (), max_output: int = 0) -> None:
        self._origin = origin
        self._known = known
        """Fields the server knows beyond the basics."""
        self._echoes = THOUGHTS[0] in known
        """Every reply with calls goes back with its thoughts, be they empty."""
        self._max_output = max_output
        self._encoder = Encoder(self._encode)

    def body(self, request: Request) -> bytes:
        system = [dumps({"role": "system", "content": request.system})] if request.system else []
        if not self._echoes and any(_thought(message, self._origin) is not None for message in request.history):
            self._echoes, self._encoder = True, Encoder(self._encode)
        encoder = self._encoder
        prefix = encoder.prefix(request.system, request.tools, lambda: _tools(request))
        messages = [*system, *encoder.items(request.history)]
        return joined([members(self._fields(request)), prefix], "messages", messages)

    def _fields(self, request: Request) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "model": self._origin.model,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        most = request.max_output or self._max_output
        if most:
            fields["max_completion_tokens" if "max_completion_tokens" in self._known else "max_tokens"] = most
        if "prompt_cache_key" in self._known and request.session:
            fields["prompt_cache_key"] = request.session
        if request.effort and "reasoning_effort" in self._known:
            fields["reasoning_effort"] = request.effort
        if request.effort and "reasoning" in self._known:
            fields["reasoning"] = {"effort": request.effort}
        return fields

    def _encode(self, message: Message) -> list[dict[str, Any]]:
        message = own(message, self._origin)
        if message.role == "assistant":
            return [self._assistant(message)] if message.text or message.calls else []
        items: list[dict[str, Any]] = [
            {"role": "tool", "tool_call_id": wire_id(result.call), "content": said(result)}
            for result in message.results
        ]
        words = "\n\n".join(part.text for part in message.parts if isinstance(part, TextPart))
        return [*items, {"role": "user", "content": words}] if words else items

    def _assistant(self, message: Message) -> dict[str, Any]:
        item: dict[str, Any] = {"role": "assistant", "content": message.text}
        if message.calls:
            item["tool_calls"] = [_call(call) for call in message.calls]
            if self._echoes:
                item[THOUGHTS[0]] = _thought(message, self._origin) or ""
        return item

    def reader(self, draft: Draft, request: Request) -> "ChatReader":
        return ChatReader(draft)


def _tools(request: Request) -> dict[str, Any]:
    tools = [
        {"type": "function", "function": {"name": t.name, "description": t.description, "parameters": t.schema}}
        for t in request.tools
    ]
    return {"tools": tools} if tools else {}


def _thought(message: Message, origin: Origin) -> str | None:
    """The thoughts that the server sent under the name under which it wants them back. None = there were none."""
    if message.origin != origin:
        return None
    for part in message.parts:
        if isinstance(part, ThinkingPart) and part.vendor and part.vendor.get("field") == THOUGHTS[0]:
            return part.text
    return None


def _call(call: CallPart) -> dict[str, Any]:
    arguments = dumps(arguments_of(call)).decode()
    return {"id": wire_id(call.id), "type": "function", "function": {"name": call.tool, "arguments": arguments}}


class ChatReader(Reader):
    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self._tags = ThinkTags()
        self._text: Piece | None = None
        self._thought: Piece | None = None
        self._calls: dict[int, Piece] = {}

    def take(self, name: str, data: Any) -> Iterator[StreamItem]:
        if name == "done":
            yield from self._said(self._tags.rest())
            self.stop = self.stop or StopReason.END
            self.over = True
            return
        chunk = mapping(data)
        if not isinstance(data, dict) or chunk.get("error") or name == "error":
            raise StreamError(data)
        if isinstance(chunk.get("usage"), dict):
            self.usage = _usage(chunk["usage"])
        choices = chunk.get("choices")
        if not isinstance(choices, list) or not choices:
            return
        choice = mapping(choices[0])
        yield from self._delta(mapping(choice.get("delta")))
        reason = choice.get("finish_reason")
        if reason is None:
            return
        if reason == "error":
            raise StreamError(choice.get("error") or chunk)
        yield from self._said(self._tags.rest())
        self.stop = STOPS.get(str(reason), StopReason.END)

    def _delta(self, delta: dict[str, Any]) -> Iterator[StreamItem]:
        for field in THOUGHTS:
            if isinstance(thought := delta.get(field), str):
                yield from self._thinks(thought, field)
                break
        if content := text(delta.get("content")):
            yield from self._said(self._tags.feed(content))
        if refusal := text(delta.get("refusal")):
            yield from self._said([("text", refusal)])
        calls = delta.get("tool_calls")
        for call in calls if isinstance(calls, list) else []:
            yield from self._grows(mapping(call))

    def _said(self, pieces: list[tuple[str, str]]) -> Iterator[StreamItem]:
        for kind, piece in pieces:
            if kind == "thinking":
                yield from self._thinks(piece, "")
                continue
            self._text = self._text or self.draft.new("text")
            self._text.add(piece)
            yield TextDelta(piece)

    def _thinks(self, thought: str, field: str) -> Iterator[StreamItem]:
        if self._thought is None:
            self._thought = self.draft.new("thinking", vendor={"field": field} if field else None)
        self._thought.add(thought)
        if thought:
            yield ThinkingDelta(thought)

    def _grows(self, call: dict[str, Any]) -> Iterator[StreamItem]:
        """A chunk with a new id and a name starts a call, whatever its index says."""
        function = mapping(call.get("function"))
        id, tool = text(call.get("id")), text(function.get("name"))
        index = call.get("index") if isinstance(call.get("index"), int) else None
        piece = self._calls.get(index if index is not None else len(self._calls) - 1)
        if piece is None or (tool and _another(piece, id)):
            piece = self.draft.new("call", id=id or f"call_{len(self.draft.pieces) + 1}", tool=tool)
            self._calls[index if index is not None else len(self._calls)] = piece
        elif tool and not piece.tool:
            piece.tool = tool
        arguments = function.get("arguments")
        piece.add(dumps(arguments).decode() if isinstance(arguments, (dict, list)) else text(arguments))
        yield CallDelta(piece.id, piece.tool, piece.size)


def _another(piece: Piece, id: str) -> bool:
    """Whether a chunk with a name belongs to a call of its own: another id, or none and the last one is complete."""
    return id != piece.id if id else piece.size > 0 and parsed(piece.text) is not None


def _usage(usage: dict[str, Any]) -> Usage | None:
    if not count(usage.get("prompt_tokens")) and not count(usage.get("completion_tokens")):
        return None
    details = mapping(usage.get("prompt_tokens_details"))
    read = count(details.get("cached_tokens")) or count(usage.get("prompt_cache_hit_tokens"))
    write = count(details.get("cache_write_tokens"))
    prompt = count(usage.get("prompt_tokens"))
    return Usage(max(0, prompt - read - write), count(usage.get("completion_tokens")), read, write)
