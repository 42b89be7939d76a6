"""Making room in the model's context: what is left out of the requests, told to the model and to the person.

The store keeps every row; only what is sent gets shorter. As little as helps goes, the oldest results first.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from flux_tui.agent.compaction import (
    COMPACTED,
    THOROUGH,
    UNCOMPACTED,
    called,
    can_shorten,
    compacted,
    first_line,
)
from flux_tui.agent.room import Room
from flux_tui.protocol.events import NoticeGiven
from flux_tui.protocol.messages import CallPart, Message, Part, TextPart, ThinkingPart
from flux_tui.protocol.outcomes import Refusal

MOST_NAMED = 10
WORTH = 0.1
"""The part of the conversation that must be freed for a compaction to be worth it."""
FREED = 0.5
"""The part that is left where the server says no more than that it is too much."""
WHY_FULL = "The conversation did not fit into the model's context."


async def compact(room: Room) -> str:
    """The person wants room: every result is shortened; their words and the answers stay whole."""
    return await _mark(room, everything(room.conversation.messages), thorough=False)


async def compact_thoroughly(room: Room) -> str:
    """The middle of the conversation is left out as well."""
    return await _mark(room, everything(room.conversation.messages), thorough=True)


async def bring_back(room: Room) -> str:
    """Take the last compaction back: what it left out is sent again."""
    if not room.conversation.compactions:
        return "Nothing was left out that could be brought back."
    before = characters(room.conversation.messages)
    part = TextPart("[The person brought back what was left out.]", {"flux": UNCOMPACTED})
    await room.journal.commit([Message("user", (part,))])
    more = max(0, characters(room.conversation.messages) - before) // 4
    return f"About {more:,} tokens are sent again; the model sees those files as read."


async def make_room(room: Room, most: int = 0, why: str = WHY_FULL, thorough: bool = True) -> bool:
    """Leave out as little as brings the conversation to `most` characters (0 = a half of it). False if nothing worth
    it can be left out. `thorough`: whole exchanges may go, if results do not suffice."""
    messages = room.conversation.messages
    size_now = characters(messages)
    most = min(most or round(FREED * size_now), round((1 - WORTH) * size_now))
    calls = oldest(messages, size_now - most)
    left = characters(compacted(messages, {"calls": calls}))
    if left > most and thorough:
        every = everything(messages)
        middle = characters(compacted(messages, {"calls": every, "level": THOROUGH}))
        if middle < (1 - WORTH) * left or middle <= most:
            left, calls = middle, every
        else:
            thorough = False
    else:
        thorough = False
    if left > (1 - WORTH) * size_now:
        return False
    told = await _mark(room, calls, thorough)
    room.journal.emit(NoticeGiven(f"{why} {told}", "warning"))
    return True


def everything(messages: Iterable[Message]) -> list[str]:
    return [result.call for message in messages for result in message.results if can_shorten(result)]


def oldest(messages: Sequence[Message], wanted: int) -> list[str]:
    """The calls whose results, the oldest first, free so many characters; all of them if they do not suffice."""
    arguments = {call.id: size(call) - size(called(call)) for message in messages for call in message.calls}
    chosen: list[str] = []
    for message in messages:
        for result in message.results:
            if wanted <= 0:
                return chosen
            if can_shorten(result):
                chosen.append(result.call)
                wanted -= len(result.text) - len(first_line(result)) + arguments.get(result.call, 0)
    return chosen


async def _mark(room: Room, calls: list[str], thorough: bool) -> str:
    messages = room.conversation.messages
    before, count = characters(messages), len(messages)
    gone = named(messages, calls)
    vendor: dict[str, Any] = {"flux": COMPACTED, "calls": calls, **({"level": THOROUGH} if thorough else {})}
    text = f"[To save room these results are left out but for their first lines: {gone}. Read again what you need.]"
    if thorough:
        text = f"[To save room earlier messages are left out and long answers are cut. Of results: {gone}.]"
    await room.journal.commit([Message("user", (TextPart(text, vendor),))])
    freed = max(0, before - characters(room.conversation.messages)) // 4
    dropped = f"{max(0, count - len(room.conversation.messages))} earlier messages and " if thorough else ""
    return (
        f"About {freed:,} tokens are left out of what is sent from now on: {dropped}the results of {gone}. "
        "The model sees those lines as unread; what you said stays. /compact undo brings it back."
    )


def named(messages: Iterable[Message], calls: Iterable[str]) -> str:
    """These calls in words, each kind once, the most frequent first."""
    by_id = {call.id: call for message in messages for call in message.calls}
    count = Counter(titled(by_id[id]) if id in by_id else "an earlier call" for id in calls)
    rows = [f"{name} ({number} times)" if number > 1 else name for name, number in count.items()]
    more = f" and {len(rows) - MOST_NAMED} more" if len(rows) > MOST_NAMED else ""
    return ", ".join(rows[:MOST_NAMED]) + more if rows else "none"


def titled(call: CallPart) -> str:
    """Verb and place, in one line."""
    from flux_tui.tools.registry import build

    try:
        tool = build(call.tool, call.arguments)
    except Refusal:
        return call.tool
    title = " ".join(tool.title().split())
    return f"{tool.verb} {title[:60]}" if title else tool.verb


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
