"""One reply from the model: its stream turned into events, the whole message recorded. Never raises for a fault."""

from decimal import Decimal

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


async def ask_model(room: Room) -> Message | None:
    """The recorded reply, or None after the fault was told. A reply that is cancelled is kept as cut."""
    assert room.provider is not None
    shown: list[str] = []
    request = Request(system_prompt(), specs(), tuple(room.conversation.messages), room.journal.session)
    stream = room.provider.reply(request)
    finished = False
    try:
        async for item in stream:
            if isinstance(item, Finished):
                await _record(room, item.message)
                finished = True
                return item.message
            await _show(room, item, shown)
            if isinstance(item, Failed):
                return None
        _tell(room, Fault(FaultName.CUT, "The reply ended without a word of how. Try again."))
        return None
    finally:
        if not finished and "".join(shown):
            await _keep_cut(room, "".join(shown))


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
        case Failed(fault):
            _tell(room, fault)
        case Finished():
            pass


def _tell(room: Room, fault: Fault) -> None:
    room.journal.emit(ErrorOccurred(fault.name, fault.status, fault.message))


async def _record(room: Room, message: Message) -> None:
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
    )
    await room.journal.commit([message], [finished])


async def _keep_cut(room: Room, text: str) -> None:
    assert room.provider is not None
    parts: tuple[Part, ...] = (TextPart(text),)
    message = Message("assistant", parts, room.provider.origin, cut=True)
    await room.journal.commit([message], [MessageCut(text, FaultName.CUT)])


def _cost(room: Room, model: str, usage: Usage) -> Decimal | None:
    assert room.provider is not None
    return cost(room.provider.kind, model, usage, room.provider.compatible)
