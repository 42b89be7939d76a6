"""Making room in the model's context: what is left out of the requests, told to the model and to the person.

The store keeps every row; only what is sent gets shorter.
"""

from collections.abc import Iterable

from flux_tui.agent.conversation import COMPACTED, THOROUGH, compacted, without_middle
from flux_tui.agent.room import Room
from flux_tui.protocol.events import NoticeGiven
from flux_tui.protocol.messages import CallPart, Message, Part, TextPart, ThinkingPart

MARK = "[To save room, the results above are left out but for their first lines. Read again what you need.]"
DROPPED = (
    "[To save room, {count} earlier messages are left out, and long texts are cut. Ask for what you need of them.]"
)
WORTH = 0.1
"""The part of the conversation that must be freed for a compaction to be worth it."""


async def compact(room: Room) -> str:
    """Results and long arguments are shortened; the person's words and the answers stay whole."""
    return await _mark(room, MARK, {"flux": COMPACTED})


async def compact_thoroughly(room: Room) -> str:
    """The middle of the conversation is left out as well."""
    messages = room.conversation.messages
    count = len(messages) - len(without_middle(messages))
    told = await _mark(room, DROPPED.format(count=count), {"flux": COMPACTED, "level": THOROUGH})
    return f"{count} earlier messages are left out. {told}"


async def make_room(room: Room) -> bool:
    """Leave out as little as helps. False if there is nothing that could be left out."""
    messages = room.conversation.messages
    most = (1 - WORTH) * characters(messages)
    if characters(compacted(messages, thorough=False)) <= most:
        told = await compact(room)
    elif characters(compacted(messages, thorough=True)) <= most:
        told = await compact_thoroughly(room)
    else:
        return False
    room.journal.emit(NoticeGiven(f"The conversation did not fit into the model's context. {told}", "warning"))
    return True


async def _mark(room: Room, text: str, vendor: dict[str, object]) -> str:
    before = characters(room.conversation.messages)
    await room.journal.commit([Message("user", (TextPart(text, vendor=vendor),))])
    freed = max(0, before - characters(room.conversation.messages)) // 4
    return f"About {freed:,} tokens are left out of what is sent from now on; the model sees those files as unread."


def characters(messages: Iterable[Message]) -> int:
    """Of all that a request says of them."""
    return sum(size(part) for message in messages for part in message.parts)


def size(part: Part) -> int:
    match part:
        case CallPart(arguments=arguments, raw=raw):
            return len(raw) + sum(len(str(value)) for value in (arguments or {}).values())
        case ThinkingPart(text=text, vendor=vendor):
            return len(text) + (len(str(vendor.get("encrypted_content", ""))) if vendor else 0)
        case _:
            return len(part.text)
