"""The history of one session in memory, and all that is computed from it: ledger, guard counters, open calls, plan.

Whatever is added here is in the store already, or is being stored by the same step.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from flux_tui.agent.compaction import (
    COMPACTED,
    UNCOMPACTED,
    can_shorten,
    compacted,
    is_mark,
    mark_of,
    plain,
    plan_in,
)
from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import CallPart, Message, ResultPart, TextPart, Vendor
from flux_tui.workspace.ledger import Ledger

RESET = "reset"
"""`vendor["flux"]` of the text by which the person lets everything be tried again."""

UNKNOWN_EFFECT = (
    "INTERRUPTED: the run ended before this call's result was recorded. It is not known whether it took effect; "
    "look before you repeat it."
)


@dataclass(slots=True)
class _Whole:
    """The history before a compaction, and what was added since."""

    messages: list[Message]
    forgotten: set[str]
    since: list[Message] = field(default_factory=list)


class Conversation:
    """Append-only. `messages` is what a request is built from; results of one reply stand in one user message."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.ledger = Ledger()
        self.plan: tuple[str, ...] = ()
        """The steps of the plan as the model last gave them."""
        self._calls: dict[str, CallPart] = {}
        self._forgotten: set[str] = set()
        """Calls whose results the model is no longer sent."""
        self._whole: list[_Whole] = []
        self._listeners: list[Listener] = []

    @property
    def compactions(self) -> int:
        """How many there are that can be taken back."""
        return len(self._whole)

    def listen(self, listener: "Listener") -> None:
        """`listener.note(call, result)` is told of every result from now on, `listener.marked` of every mark."""
        self._listeners.append(listener)

    def add(self, message: Message) -> None:
        """Append one message; results join the message of results that precedes them."""
        for call in message.calls:
            self._calls[call.id] = call
        if (mark := mark_of(message, COMPACTED)) is not None:
            self._compact(mark)
        elif mark_of(message, UNCOMPACTED) is not None and self._whole:
            self._bring_back()
        elif self._whole:
            self._whole[-1].since.append(message)
        self._append(message)
        for part in message.parts:
            if isinstance(part, TextPart) and part.vendor is not None and is_mark(part):
                for listener in self._listeners:
                    listener.marked(part.vendor)
        for result in message.results:
            self._note(result)

    def _append(self, message: Message) -> None:
        last = self.messages[-1] if self.messages else None
        if message.role == "user" and last is not None and last.results:
            self.messages[-1] = replace(last, parts=last.parts + message.parts)
        else:
            self.messages.append(message)

    def _note(self, result: ResultPart) -> None:
        self.ledger.note(result)
        call = self._calls.get(result.call)
        if call is not None and result.code is Code.OK:
            steps = plan_in((Message("assistant", (call,)), Message("user", (result,))))
            self.plan = self.plan if steps is None else steps
        for listener in self._listeners:
            listener.note(call, result)

    def _compact(self, mark: Vendor) -> None:
        self._whole.append(_Whole(list(self.messages), set(self._forgotten)))
        calls = mark.get("calls")
        found = {result.call for message in self.messages for result in message.results if can_shorten(result)}
        self._forgotten |= found if calls is None else found & set(calls)
        self.messages[:] = compacted(self.messages, mark)
        self._remember()

    def _bring_back(self) -> None:
        whole = self._whole.pop()
        self.messages[:], self._forgotten = whole.messages, whole.forgotten
        for message in whole.since:
            self._append(plain(message))
        if self._whole:
            self._whole[-1].since += whole.since
        self._remember()

    def _remember(self) -> None:
        """The ledger of what is still sent: a line that was left out is unseen, all else stays as it was."""
        self.ledger.forget()
        for message in self.messages:
            for result in message.results:
                self.ledger.note(result, remembered=result.call not in self._forgotten)

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
        self._whole.clear()
        self._forgotten.clear()
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
