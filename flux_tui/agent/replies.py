"""One reply from the model: its stream turned into events, the whole message recorded. Never raises for a fault."""

import re
from decimal import Decimal

from flux_tui.agent.effort import effort
from flux_tui.agent.fitting import make_room
from flux_tui.agent.prefix import system_prompt
from flux_tui.agent.room import Room
from flux_tui.llm.base_provider import Request
from flux_tui.llm.prices import cost
from flux_tui.protocol.codes import FaultName, StopReason
from flux_tui.protocol.events import (
    CallGrew,
    ErrorOccurred,
    MessageCut,
    MessageFinished,
    NoticeGiven,
    RequestSent,
    RetryScheduled,
    TextArrived,
    ThinkingArrived,
)
from flux_tui.protocol.messages import Message, Part, TextPart, ThinkingPart, Usage
from flux_tui.protocol.stream import (
    CallDelta,
    Failed,
    Fault,
    Finished,
    PartialDropped,
    RequestStarted,
    RetryWaiting,
    StreamItem,
    TextDelta,
    ThinkingDelta,
)
from flux_tui.tools.registry import specs

WRITTEN_CALL = re.compile(
    r"<tool_call>|<function=|<\|tool_call|\[TOOL_CALLS\]|<invoke name="
    r"|^\s*(```(json)?\s*)?\{\s*\"(name|function|tool)\"\s*:.*\"(arguments|parameters|input)\"\s*:",
    re.DOTALL,
)
"""How models write calls that their server does not take out of the text."""


SHORT_REPLY = 4_096
"""Tokens."""


async def ask_model(room: Room) -> Message | None:
    """The recorded reply, or None after the fault was told. If the context is full, room is made once."""
    reply = await _one_reply(room)
    if isinstance(reply, Fault) and reply.name is FaultName.CONTEXT_FULL:
        reply = await _one_reply(room, await _shorter(room))
    if isinstance(reply, Fault):
        _tell(room, reply)
        return None
    return reply


def written_call(text: str) -> bool:
    """Whether the text is, or holds, what was meant as a tool call."""
    return WRITTEN_CALL.search(text) is not None


async def _shorter(room: Room) -> int:
    """Leave out what can be left out. Where nothing can, the reply gets less room: vendors count it into the window."""
    if await make_room(room):
        return 0
    room.journal.emit(NoticeGiven("The model's context is full. One more try, for a short reply.", "warning"))
    return SHORT_REPLY


async def _one_reply(room: Room, max_output: int = 0) -> Message | Fault:
    """The recorded reply, or why there is none. A reply that is cancelled is kept as cut."""
    assert room.provider is not None
    shown: list[str] = []
    stream = room.provider.reply(_request(room, max_output))
    finished = False
    try:
        async for item in stream:
            if isinstance(item, Finished):
                await _record(room, item)
                finished = True
                return item.message
            if isinstance(item, Failed):
                return item.fault
            await _show(room, item, shown)
        return Fault(FaultName.CUT, "The reply ended without a word of how. Try again.")
    finally:
        if not finished and "".join(shown):
            await _keep_cut(room, "".join(shown))


def _request(room: Room, max_output: int) -> Request:
    history = tuple(room.conversation.messages)
    return Request(system_prompt(), specs(), history, room.journal.session, effort(room), max_output)


async def _show(room: Room, item: StreamItem, shown: list[str]) -> None:
    assert room.provider is not None
    journal, origin = room.journal, room.provider.origin
    match item:
        case TextDelta(text):
            shown.append(text)
            journal.emit(TextArrived(text))
        case ThinkingDelta(text):
            journal.emit(ThinkingArrived(text))
        case CallDelta(id, tool, characters):
            journal.emit(CallGrew(id, tool, characters))
        case RequestStarted(attempt):
            journal.emit(RequestSent(room.totals.requests + 1, attempt, origin.provider, origin.model))
        case RetryWaiting(attempt, wait_s, fault):
            journal.emit(RetryScheduled(attempt, wait_s, fault.name, fault.message))
        case PartialDropped(message, fault):
            shown.clear()
            await journal.commit([message], [MessageCut(message.text, fault.name)])
        case Failed() | Finished():
            pass


def _tell(room: Room, fault: Fault) -> None:
    room.journal.emit(ErrorOccurred(fault.name, fault.status, fault.message))


async def _record(room: Room, reply: Finished) -> None:
    message = reply.message
    assert message.origin is not None
    usage = message.usage or Usage()
    thinking = "".join(part.text for part in message.parts if isinstance(part, ThinkingPart))
    finished = MessageFinished(
        message.text,
        message.stop_reason or StopReason.END,
        message.origin.provider,
        message.origin.model,
        usage,
        _cost(room, message.origin.model, usage),
        thinking,
        reply.cache_miss,
        room.cast.role if room.cast is not None else "",
        room.cast.at_strong(usage) if room.cast is not None else None,
    )
    await room.journal.commit([message], [finished])


async def _keep_cut(room: Room, text: str) -> None:
    assert room.provider is not None
    parts: tuple[Part, ...] = (TextPart(text),)
    message = Message("assistant", parts, room.provider.origin, cut=True)
    await room.journal.commit([message], [MessageCut(text, FaultName.CUT)])


def _cost(room: Room, model: str, usage: Usage) -> Decimal | None:
    assert room.provider is not None
    return cost(room.provider.kind, model, usage, room.provider.tariff)
