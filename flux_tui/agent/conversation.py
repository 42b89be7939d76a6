"""The history of one session in memory, and all that is computed from it: ledger, guard counters, open calls.

Whatever is added here is in the store already, or is being stored by the same step.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import CallPart, Message, Part, ResultPart, TextPart, Vendor
from flux_tui.workspace.ledger import Ledger

COMPACTED = "compacted"
"""`vendor["flux"]` of the text that marks a compaction: results before it are sent shortened and count as unseen."""

RESET = "reset"
"""`vendor["flux"]` of the text by which the person lets everything be tried again."""
PLAN = "update_plan"
"""The tool whose last call is the plan."""
THOROUGH = 2
"""`vendor["level"]` of a compaction that also leaves out the middle of the conversation and shortens long words."""
NEWEST = 8
"""Messages that a thorough compaction keeps, at most."""
BRIEF = 1_000
"""Characters that are kept of a long text or argument."""

UNKNOWN_EFFECT = (
    "INTERRUPTED: the run ended before this call's result was recorded. It is not known whether it took effect; "
    "look before you repeat it."
)


class Conversation:
    """Append-only. `messages` is what a request is built from; results of one reply stand in one user message."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.ledger = Ledger()
        self.plan: tuple[str, ...] = ()
        """The steps of the plan as the model last gave them."""
        self._calls: dict[str, CallPart] = {}
        self._listeners: list[Listener] = []

    def listen(self, listener: "Listener") -> None:
        """`listener.note(call, result)` is told of every result from now on, `listener.marked` of every mark."""
        self._listeners.append(listener)

    def add(self, message: Message) -> None:
        """Append one message; results join the message of results that precedes them."""
        for call in message.calls:
            self._calls[call.id] = call
        if (mark := compaction(message)) is not None:
            self.messages[:] = compacted(self.messages, thorough=mark.get("level") == THOROUGH)
            self.ledger.forget()
        last = self.messages[-1] if self.messages else None
        if message.role == "user" and last is not None and last.results:
            self.messages[-1] = replace(last, parts=last.parts + message.parts)
        else:
            self.messages.append(message)
        for part in message.parts:
            if isinstance(part, TextPart) and part.vendor is not None and is_mark(part):
                for listener in self._listeners:
                    listener.marked(part.vendor)
        for result in message.results:
            self.ledger.note(result)
            self._note_plan(result)
            for listener in self._listeners:
                listener.note(self._calls.get(result.call), result)

    def _note_plan(self, result: ResultPart) -> None:
        call = self._calls.get(result.call)
        if call is not None and call.tool == PLAN and result.code is Code.OK and call.arguments is not None:
            steps = call.arguments.get("steps", ())
            self.plan = (steps,) if isinstance(steps, str) else tuple(map(str, steps))

    def load(self, messages: Iterable[Message]) -> list[Message]:
        """Take over a stored history. Returns the messages that had to be added so that every call has its result."""
        for message in messages:
            self.add(message)
        added = [Message("user", (unknown(call),)) for call in self.open_calls()]
        for message in added:
            self.add(message)
        return added

    def replace(self, messages: Iterable[Message]) -> None:
        """Start over with another history (after a rewind). What listeners counted stays counted."""
        listeners, self._listeners = self._listeners, []
        self.messages.clear()
        self.plan = ()
        self.ledger.forget()
        for message in messages:
            self.add(message)
        self._listeners = listeners

    def open_calls(self) -> Sequence[CallPart]:
        """Calls of the last reply that have no result yet."""
        for index in range(len(self.messages) - 1, -1, -1):
            message = self.messages[index]
            if message.role == "assistant":
                if message.cut:
                    return ()
                answered = {result.call for later in self.messages[index + 1 :] for result in later.results}
                return [call for call in message.calls if call.id not in answered]
        return ()


class Listener:
    """Something computed from the history, one result at a time."""

    def note(self, call: CallPart | None, result: ResultPart) -> None:
        raise NotImplementedError

    def marked(self, mark: Vendor) -> None:
        """What Flux or the person put into the history, by `mark["flux"]`."""


def unknown(call: CallPart) -> ResultPart:
    return ResultPart(call.id, call.tool, UNKNOWN_EFFECT, Code.INTERRUPTED)


def compaction(message: Message) -> Vendor | None:
    """The mark of a compaction, if this is one."""
    for part in message.parts:
        if isinstance(part, TextPart) and part.vendor is not None and part.vendor.get("flux") == COMPACTED:
            return part.vendor
    return None


def compacted(messages: Sequence[Message], *, thorough: bool) -> list[Message]:
    """What a compaction leaves of a history."""
    kept = without_middle(messages) if thorough else messages
    short = [shortened(message, brief if thorough else None) for message in kept]
    return [message for message in short if message.parts]


def without_middle(messages: Sequence[Message]) -> list[Message]:
    """The first message and the newest ones, from a prompt on; what stood between is left out."""
    newest = max(1, len(messages) - NEWEST)
    while newest < len(messages) and (messages[newest].role != "user" or messages[newest].results):
        newest += 1
    return [*messages[:1], *messages[newest:]]


def brief(text: str) -> str:
    """Beginning and end of a long text."""
    if len(text) <= BRIEF:
        return text
    return f"{text[: BRIEF // 2]}\n[{len(text) - BRIEF:,} characters left out]\n{text[-BRIEF // 2 :]}"


def shortened(message: Message, words: Callable[[str], str] | None = None) -> Message:
    """Results reduced to their first line, thoughts and signatures dropped (they are bound to what stood before)."""
    parts: list[Part] = []
    for part in message.parts:
        if isinstance(part, ResultPart) and len(part.text) > 200:
            first = part.text.split("\n", 1)[0][:160]
            parts.append(replace(part, text=f"{first}\n[left out to save room; read again what you need]", seen=()))
        elif isinstance(part, TextPart):
            text = part.text if words is None or is_mark(part) else words(part.text)
            parts.append(TextPart(text, part.vendor if is_mark(part) else None))
        elif isinstance(part, CallPart):
            parts.append(replace(part, vendor=None, arguments=_brief_arguments(part.arguments), raw=brief(part.raw)))
        elif isinstance(part, ResultPart):
            parts.append(replace(part, seen=()))
    return replace(message, parts=tuple(parts))


def _brief_arguments(arguments: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """What was written at length stands in the files; the call keeps its beginning and end."""
    if arguments is None:
        return None
    return {name: brief(value) if isinstance(value, str) else value for name, value in arguments.items()}


def is_mark(part: TextPart) -> bool:
    return part.vendor is not None and "flux" in part.vendor
