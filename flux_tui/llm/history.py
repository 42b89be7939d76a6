"""What is sent must be valid whatever happened before: every call answered once, directly after, nothing empty.

Repairs are for the request only; the stored history stays as it was.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flux_tui.protocol.codes import Code, StopReason
from flux_tui.protocol.messages import CallPart, Message, Part, ResultPart, TextPart, ThinkingPart, user

log = logging.getLogger(__name__)

LOST = (
    "INTERRUPTED: this call has no recorded result. It is not known whether it took effect; look before you repeat it."
)
GO_ON = "(The conversation before this is not kept.)"

Repairs = tuple[str, ...]


def validate(history: Sequence[Message]) -> tuple[tuple[Message, ...], Repairs]:
    """A history that every vendor takes, and what had to be mended. Messages that are right stay the same objects."""
    repairs: list[str] = []
    kept = list(_usable(history, repairs))
    paired = list(_paired(kept, repairs))
    while paired and paired[0].role == "assistant":
        paired[:0] = [user(GO_ON)]
        repairs.append("the history began with a reply")
    while paired and paired[-1].role == "assistant" and paired[-1].stop_reason is not StopReason.PAUSE:
        repairs.append("the history ended with a reply")
        paired.append(user("Go on."))
    return tuple(paired), tuple(repairs)


@dataclass(frozen=True, slots=True)
class Facts:
    """What validity depends on, of one message."""

    message: Message
    """Kept, so that its identity stays its own."""
    whole: bool
    """Not cut, not empty, no empty part; results, where there are some, stand first."""
    calls: tuple[str, ...]
    results: tuple[str, ...]


class Checked:
    """`validate` for a history that grows: messages it has met are not looked into again."""

    def __init__(self) -> None:
        self._facts: dict[int, Facts] = {}
        self.ids: set[str] = set()
        """Ids of all calls in the history that was checked last."""
        self._logged: set[str] = set()
        """The same repairs are needed again with each request; they are told once."""

    def valid(self, history: Sequence[Message]) -> tuple[Message, ...]:
        facts = [self._of(message) for message in history]
        self._facts = {id(fact.message): fact for fact in facts}
        self.ids = {call for fact in facts for call in fact.calls}
        if _sound(facts, len(self.ids)):
            return tuple(history)
        mended, repairs = validate(history)
        for repair in dict.fromkeys(repairs):
            if repair not in self._logged:
                self._logged.add(repair)
                log.info("history mended for the request: %s", repair)
        return mended

    def _of(self, message: Message) -> Facts:
        known = self._facts.get(id(message))
        return known if known is not None and known.message is message else facts_of(message)


def facts_of(message: Message) -> Facts:
    results = tuple(result.call for result in message.results)
    first = message.parts[: len(results)]
    whole = not message.cut and bool(message.parts) and all(map(_filled, message.parts))
    whole = whole and all(isinstance(part, ResultPart) for part in first)
    return Facts(message, whole, tuple(call.id for call in message.calls), results)


def _sound(facts: Sequence[Facts], ids: int) -> bool:
    """Whether nothing has to be mended. Cheap, and stricter than it must be."""
    open_calls: tuple[str, ...] = ()
    number = 0
    for fact in facts:
        user_side = fact.message.role == "user"
        if not fact.whole or (open_calls and not user_side) or not _same(open_calls, fact.results):
            return False
        open_calls = fact.calls
        number += len(fact.calls)
    ends = facts and facts[0].message.role == "user" and facts[-1].message.role == "user"
    return bool(ends) and number == ids and not open_calls


def _same(calls: tuple[str, ...], results: tuple[str, ...]) -> bool:
    return calls == results or sorted(calls) == sorted(results)


def _usable(history: Sequence[Message], repairs: list[str]) -> Iterator[Message]:
    """Without cut replies that were replaced, without empty parts and messages."""
    for index, message in enumerate(history):
        if message.cut:
            replaced = index + 1 >= len(history) or history[index + 1].role == "assistant"
            text = "" if replaced else message.text.rstrip()
            if text:
                yield Message("assistant", (TextPart(text),), message.origin)
            continue
        if all(map(_filled, message.parts)) and message.parts:
            yield message
            continue
        parts = tuple(part for part in message.parts if _filled(part))
        repairs.append("an empty part was left out")
        if any(not isinstance(part, ThinkingPart) for part in parts):
            yield replace(message, parts=parts)


def _filled(part: Part) -> bool:
    return not isinstance(part, TextPart) or (bool(part.text) and not part.text.isspace())


def _paired(messages: list[Message], repairs: list[str]) -> Iterator[Message]:
    """Every call with its one result in the next message, ids unique over the whole history."""
    taken: set[str] = set()
    index = 0
    while index < len(messages):
        message = messages[index]
        index += 1
        calls = message.calls if message.role == "assistant" else ()
        if not calls:
            if message.results:
                message = _without_results(message, repairs)
            if message.parts:
                yield message
            continue
        answers: list[Message] = []
        while index < len(messages) and messages[index].role == "user":
            answers.append(messages[index])
            index += 1
        yield from _answered(message, answers, taken, repairs)


def _without_results(message: Message, repairs: list[str]) -> Message:
    repairs.append("a result that answers no call was left out")
    return replace(message, parts=tuple(part for part in message.parts if not isinstance(part, ResultPart)))


def _answered(message: Message, answers: list[Message], taken: set[str], repairs: list[str]) -> Iterator[Message]:
    """The reply and the user messages up to the next one."""
    wanted = [call.id for call in message.calls]
    fresh = len(set(wanted)) == len(wanted) and taken.isdisjoint(wanted)
    if fresh and answers and _in_order(answers[0], wanted) and not any(later.results for later in answers[1:]):
        taken.update(wanted)
        yield message
        yield from answers
        return
    calls, results = _matched(message, answers, taken, repairs)
    renamed = iter(calls)
    yield replace(message, parts=tuple(next(renamed) if isinstance(p, CallPart) else p for p in message.parts))
    words = tuple(part for answer in answers for part in answer.parts if isinstance(part, TextPart))
    yield Message("user", (*results, *words))


def _in_order(answer: Message, wanted: list[str]) -> bool:
    """The results stand first, one for each call, in any order."""
    head = answer.parts[: len(wanted)]
    if not all(isinstance(part, ResultPart) for part in head) or len(answer.results) != len(wanted):
        return False
    return sorted(result.call for result in answer.results) == sorted(wanted)


def _matched(
    message: Message, answers: list[Message], taken: set[str], repairs: list[str]
) -> tuple[list[CallPart], list[ResultPart]]:
    found: dict[str, list[ResultPart]] = {}
    for answer in answers:
        for result in answer.results:
            found.setdefault(result.call, []).append(result)
    calls: list[CallPart] = []
    results: list[ResultPart] = []
    for call in message.calls:
        if same := found.get(call.id):
            result = same.pop(0)
        else:
            result = ResultPart(call.id, call.tool, LOST, Code.INTERRUPTED)
            repairs.append(f"call {call.id} had no result")
        id = _unused(call.id, taken)
        if id != call.id:
            repairs.append(f"call id {call.id} was used twice")
        calls.append(replace(call, id=id, vendor=call.vendor if id == call.id else None))
        results.append(replace(result, call=id))
        taken.add(id)
    if any(found.values()):
        repairs.append("a result that answers no call was left out")
    return calls, results


def _unused(id: str, used: set[str]) -> str:
    number, stem = 1, id
    while id in used:
        number += 1
        id = f"{stem}_again{number}"
    return id
