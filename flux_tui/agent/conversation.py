"""The history of one session in memory, and all that is computed from it: ledger, guard counters, open calls.

Whatever is added here is in the store already, or is being stored by the same step.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import CallPart, Message, Part, ResultPart, TextPart
from flux_tui.workspace.ledger import Ledger

COMPACTED = "compacted"
"""`vendor["flux"]` of the text that marks a compaction: results before it are sent shortened and count as unseen."""

UNKNOWN_EFFECT = (
    "INTERRUPTED: the run ended before this call's result was recorded. It is not known whether it took effect; "
    "look before you repeat it."
)


class Conversation:
    """Append-only. `messages` is what a request is built from; results of one reply stand in one user message."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.ledger = Ledger()
        self._calls: dict[str, CallPart] = {}
        self._listeners: list[Listener] = []

    def listen(self, listener: "Listener") -> None:
        """`listener.note(call, result)` is told of every result, past and future."""
        for message in self.messages:
            for result in message.results:
                listener.note(self._calls.get(result.call), result)
        self._listeners.append(listener)

    def add(self, message: Message) -> None:
        """Append one message; results join the message of results that precedes them."""
        for call in message.calls:
            self._calls[call.id] = call
        if is_compaction(message):
            self._compact()
        last = self.messages[-1] if self.messages else None
        if message.role == "user" and last is not None and last.results:
            self.messages[-1] = replace(last, parts=last.parts + message.parts)
        else:
            self.messages.append(message)
        for result in message.results:
            self.ledger.note(result)
            for listener in self._listeners:
                listener.note(self._calls.get(result.call), result)

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

    def _compact(self) -> None:
        self.messages[:] = [short for short in map(shortened, self.messages) if short.parts]
        self.ledger.forget()


class Listener:
    """Something computed from the history, one result at a time."""

    def note(self, call: CallPart | None, result: ResultPart) -> None:
        raise NotImplementedError


def unknown(call: CallPart) -> ResultPart:
    return ResultPart(call.id, call.tool, UNKNOWN_EFFECT, Code.INTERRUPTED)


def is_compaction(message: Message) -> bool:
    return any(
        isinstance(part, TextPart) and part.vendor is not None and part.vendor.get("flux") == COMPACTED
        for part in message.parts
    )


def shortened(message: Message) -> Message:
    """Results reduced to their first line, thoughts and signatures dropped (they are bound to what stood before)."""
    parts: list[Part] = []
    for part in message.parts:
        if isinstance(part, ResultPart) and len(part.text) > 200:
            first = part.text.split("\n", 1)[0][:160]
            parts.append(replace(part, text=f"{first}\n[left out to save room; read again what you need]", seen=()))
        elif isinstance(part, (TextPart, CallPart)):
            parts.append(replace(part, vendor=part.vendor if is_mark(part) else None))
        elif isinstance(part, ResultPart):
            parts.append(replace(part, seen=()))
    return replace(message, parts=tuple(parts))


def is_mark(part: TextPart | CallPart) -> bool:
    return part.vendor is not None and "flux" in part.vendor
