"""A provider that says what a script says: for the demo, and for tests of whatever stands above the providers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flux_tui.llm.base_provider import BaseLLMProvider, Request
from flux_tui.protocol.codes import FaultName, StopReason
from flux_tui.protocol.messages import CallPart, Message, Origin, Part, TextPart, ThinkingPart, Usage
from flux_tui.protocol.stream import CallDelta, Failed, Fault, Finished, StreamItem, TextDelta, ThinkingDelta


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call. `id` "" = made from the number of the reply."""

    tool: str
    arguments: Mapping[str, Any] | None = field(default_factory=dict)
    id: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    thinking: str = ""
    stop: StopReason | None = None
    """None = by the calls."""
    usage: Usage = field(default_factory=Usage)
    fault: Fault | None = None
    """The reply ends with this after its text was streamed."""
    pause: float = 0.0
    """Seconds between two pieces of text."""
    piece: int = 12
    """Characters of a piece."""


Script = Sequence[Reply] | Callable[[Request], Reply]
OVER = Fault(FaultName.INTERNAL, "The script has no more replies.")


class ScriptedProvider(BaseLLMProvider):
    """Plays a list of replies in order, or whatever a function of the request gives. Keeps the requests it got."""

    kind = "demo"

    def __init__(self, script: Script, model: str = "script", origin: Origin | None = None) -> None:
        super().__init__(origin or Origin("demo", "demo", "", model))
        self._script = script
        self._next = 0
        self.requests: list[Request] = []

    async def stream(self, request: Request) -> AsyncIterator[StreamItem]:
        self.requests.append(request)
        reply = self._reply(request)
        if reply is None:
            yield Failed(OVER)
            return
        async for item in self._play(reply, request):
            yield item

    def _reply(self, request: Request) -> Reply | None:
        if callable(self._script):
            return self._script(request)
        self._next += 1
        return self._script[self._next - 1] if self._next <= len(self._script) else None

    async def _play(self, reply: Reply, request: Request) -> AsyncIterator[StreamItem]:
        for piece in pieces(reply.thinking, reply.piece):
            yield ThinkingDelta(piece)
            await asyncio.sleep(reply.pause)
        for piece in pieces(reply.text, reply.piece):
            yield TextDelta(piece)
            await asyncio.sleep(reply.pause)
        if reply.fault is not None:
            yield Failed(reply.fault)
            return
        message = self._message(reply, request)
        for call in message.calls:
            yield CallDelta(call.id, call.tool, len(str(call.arguments or call.raw)))
        yield Finished(message)

    def _message(self, reply: Reply, request: Request) -> Message:
        taken = {call.id for message in request.history for call in message.calls}
        parts: list[Part] = [ThinkingPart(reply.thinking)] if reply.thinking else []
        if reply.text:
            parts.append(TextPart(reply.text))
        for call in reply.calls:
            id = call.id or f"call_{len(taken) + 1}"
            taken.add(id)
            parts.append(CallPart(id, call.tool, call.arguments, call.raw))
        stop = reply.stop or (StopReason.TOOL_CALLS if reply.calls else StopReason.END)
        return Message("assistant", tuple(parts), self.origin, stop, reply.usage)


def pieces(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), max(1, size))]
