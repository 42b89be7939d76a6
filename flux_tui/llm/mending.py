"""A history that a server objects to, put more plainly: first without what is bound to a vendor, then without calls.

For what is sent only; the stored history stays as it was. What was mended stays so, since later replies build on it.
"""

from collections.abc import Sequence
from dataclasses import replace

from flux_tui.llm.encoding import dumps
from flux_tui.llm.handoff import arguments_of, said
from flux_tui.protocol.messages import CallPart, Message, Part, ResultPart, TextPart, ThinkingPart


class Mending:
    """Remembers by object which messages are sent mended."""

    def __init__(self) -> None:
        self._mended: dict[int, tuple[Message, Message]] = {}
        self._told: set[str] = set()
        """Calls that are sent as words, and so are their results."""

    def worsen(self, history: Sequence[Message]) -> None:
        """One step plainer for all that stands in the history now."""
        replies = [message for message in history if message.role == "assistant"]
        step = plain if any(self._form(message) != plain(message) for message in replies) else worded
        if step is worded:
            self._told |= {call.id for message in replies for call in message.calls}
        for message in replies:
            self._mended[id(message)] = (message, step(message))

    def applied(self, history: tuple[Message, ...]) -> tuple[Message, ...]:
        if not self._mended:
            return history
        return tuple(self._form(message) for message in history)

    def _form(self, message: Message) -> Message:
        if message.role == "user":
            return self._results_told(message)
        known = self._mended.get(id(message))
        return known[1] if known is not None and known[0] is message else message

    def _results_told(self, message: Message) -> Message:
        if not any(result.call in self._told for result in message.results):
            return message
        return replace(message, parts=tuple(_told(part) if self._is_told(part) else part for part in message.parts))

    def _is_told(self, part: Part) -> bool:
        return isinstance(part, ResultPart) and part.call in self._told


def plain(message: Message) -> Message:
    """Without thoughts, signatures and vendors' items."""
    parts = (part for part in message.parts if not isinstance(part, ThinkingPart))
    return replace(
        message,
        parts=tuple(replace(part, vendor=None) if isinstance(part, (TextPart, CallPart)) else part for part in parts),
    )


def worded(message: Message) -> Message:
    """With calls as words."""
    parts = plain(message).parts
    return replace(message, parts=tuple(_asked(part) if isinstance(part, CallPart) else part for part in parts))


def _asked(call: CallPart) -> TextPart:
    return TextPart(f"\n[I called {call.tool} with {dumps(arguments_of(call)).decode()}]\n")


def _told(part: Part) -> Part:
    return TextPart(f"[Result of {part.tool}]\n{said(part)}") if isinstance(part, ResultPart) else part
