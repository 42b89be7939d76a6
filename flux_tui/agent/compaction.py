"""What is left of a history once room was made in it. Pure functions of the messages and the mark, so that a resume
gives the same.

The person's words, their noes and the plan are never cut. Results go first; only then whole exchanges in the middle.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import CallPart, Message, Part, ResultPart, TextPart, Vendor

COMPACTED = "compacted"
"""`vendor["flux"]` of the text that marks a compaction. `calls`: the ids whose results are shortened (none given: all);
`level`: see `THOROUGH`."""
UNCOMPACTED = "uncompacted"
"""`vendor["flux"]` of the text that takes the last compaction back."""
CHECKS = "checks"
"""`vendor["flux"]` of what Flux reports of checks."""
DIGEST = "digest"
"""`vendor["flux"]` of the text that stands for messages that were left out."""
PINNED = "pinned"
"""`vendor["flux"]` of what is kept of them."""
THOROUGH = 2
"""`vendor["level"]` of a compaction that also leaves out the middle of the conversation and shortens long answers."""
PLAN = "update_plan"
"""The tool whose last call is the plan."""
NEWEST = 8
"""Messages that a thorough compaction keeps, at most."""
BRIEF = 1_000
"""Characters that are kept of a long answer or argument."""
SHORT = 240
"""Characters up to which a result is not worth shortening."""
LEFT_OUT = "[left out to save room; read again what you need]"


def mark_of(message: Message, kind: str) -> Vendor | None:
    """The mark of this kind, if the message holds one."""
    for part in message.parts:
        if isinstance(part, TextPart) and part.vendor is not None and part.vendor.get("flux") == kind:
            return part.vendor
    return None


def compacted(messages: Sequence[Message], mark: Vendor) -> list[Message]:
    """What the compaction of this mark leaves of a history."""
    thorough = mark.get("level") == THOROUGH
    calls = mark.get("calls")
    kept = without_middle(messages) if thorough else messages
    short = [shortened(message, None if calls is None else frozenset(calls), thorough) for message in kept]
    return [message for message in short if message.parts]


def can_shorten(result: ResultPart) -> bool:
    return len(result.text) > SHORT and result.code is not Code.REJECTED and result.tool != PLAN


def without_middle(messages: Sequence[Message]) -> list[Message]:
    """The first message, what must be kept of the middle, and the newest whole exchanges."""
    newest = max(1, len(messages) - NEWEST)
    while newest < len(messages) and messages[newest].results:
        newest += 1
    middle = messages[1:newest]
    if not middle:
        return list(messages)
    return [*messages[:1], Message("user", (*_digest(middle), *_plan(middle, messages[newest:]))), *messages[newest:]]


def _digest(middle: Sequence[Message]) -> list[Part]:
    """How much is gone, and word for word what the person said and refused in it."""
    texts = [part for message in middle for part in message.parts if isinstance(part, TextPart)]
    before = sum(
        int(part.vendor.get("count", 0)) for part in texts if part.vendor and part.vendor.get("flux") == DIGEST
    )
    count = before + len(middle)
    said = f"[{count} messages are left out here to save room. What the person said in them, word for word:]"
    return [TextPart(said, {"flux": DIGEST, "count": count}), *(part for message in middle for part in _pins(message))]


def _pins(message: Message) -> Iterable[Part]:
    if message.role != "user":
        return
    for part in message.parts:
        if isinstance(part, TextPart) and (part.vendor is None or part.vendor.get("flux") == PINNED):
            yield part
        elif isinstance(part, ResultPart) and part.code is Code.REJECTED:
            yield TextPart(f"[{part.tool} was rejected. {part.text}]", {"flux": PINNED})


def _plan(middle: Sequence[Message], newest: Sequence[Message]) -> list[Part]:
    """The plan, unless a newer one is kept anyway."""
    steps = plan_in(middle)
    if steps is None or plan_in(newest) is not None:
        return []
    lines = "\n".join(steps)
    return [TextPart(f"[Your plan:\n{lines}]", {"flux": "plan", "steps": list(steps)})]


def plan_in(messages: Sequence[Message]) -> tuple[str, ...] | None:
    """The steps of the last plan in these, None if there is none."""
    calls = {call.id: call for message in messages for call in message.calls if call.tool == PLAN}
    found: tuple[str, ...] | None = None
    for message in messages:
        for part in message.parts:
            if isinstance(part, TextPart) and part.vendor is not None and part.vendor.get("flux") == "plan":
                found = tuple(part.vendor["steps"])
            elif isinstance(part, ResultPart) and part.code is Code.OK and part.call in calls:
                found = steps_of(calls[part.call])
    return found


def steps_of(call: CallPart) -> tuple[str, ...]:
    steps = (call.arguments or {}).get("steps", ())
    return (steps,) if isinstance(steps, str) else tuple(map(str, steps))


def shortened(message: Message, calls: Collection[str] | None, thorough: bool) -> Message:
    """Results reduced to their first line, thoughts and signatures dropped (they are bound to what stood before)."""
    parts: list[Part] = []
    for part in message.parts:
        chosen = calls is None or (isinstance(part, ResultPart) and part.call in calls)
        match part:
            case ResultPart() if chosen and can_shorten(part):
                parts.append(replace(part, text=first_line(part), seen=()))
            case ResultPart():
                parts.append(replace(part, seen=()) if calls is None else part)
            case CallPart(id=id):
                parts.append(called(part) if calls is None or id in calls else replace(part, vendor=None))
            case TextPart(text=text, vendor=vendor):
                short = thorough and message.role == "assistant"
                parts.append(TextPart(brief(text) if short else text, vendor if is_mark(part) else None))
            case _:
                pass
    return replace(message, parts=tuple(parts))


def first_line(result: ResultPart) -> str:
    return f"{result.text.split(chr(10), 1)[0][:160]}\n{LEFT_OUT}"


def called(call: CallPart) -> CallPart:
    """What was written at length stands in the files; the call keeps its beginning and end."""
    if call.tool == PLAN:
        return replace(call, vendor=None)
    return replace(call, vendor=None, arguments=_brief_arguments(call.arguments), raw=brief(call.raw))


def _brief_arguments(arguments: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if arguments is None:
        return None
    return {name: brief(value) if isinstance(value, str) else value for name, value in arguments.items()}


def brief(text: str) -> str:
    """Beginning and end of a long text."""
    if len(text) <= BRIEF:
        return text
    return f"{text[: BRIEF // 2]}\n[{len(text) - BRIEF:,} characters left out]\n{text[-BRIEF // 2 :]}"


def plain(message: Message) -> Message:
    """Without thoughts and vendors' own parts: what they are bound to is another history now."""
    return shortened(message, frozenset(), False)


def is_mark(part: TextPart) -> bool:
    return part.vendor is not None and "flux" in part.vendor
