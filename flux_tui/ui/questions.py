"""The open questions of a session in the order they came, and when one may take the focus by itself."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flux_tui.protocol.decisions import Asked

STILL = 0.5
"""Seconds without a key before a card may open by itself, and before an open card takes a key as an answer."""


class Questions:
    def __init__(self) -> None:
        self._open: dict[str, Asked] = {}

    def add(self, asked: "Asked") -> None:
        self._open[asked.call] = asked

    def drop(self, call: str) -> None:
        self._open.pop(call, None)

    def clear(self) -> None:
        self._open.clear()

    @property
    def edit(self) -> "Asked | None":
        """The first one that belongs in the review."""
        return next((one for one in self._open.values() if _is_edit(one)), None)

    @property
    def cards(self) -> "tuple[Asked, ...]":
        """Those that belong on the approval card."""
        return tuple(one for one in self._open.values() if not _is_edit(one))

    @property
    def card(self) -> "Asked | None":
        return next(iter(self.cards), None)


def _is_edit(asked: "Asked") -> bool:
    from flux_tui.protocol.decisions import EditQuestion

    return isinstance(asked.question, EditQuestion)


def may_open(*, drafting: bool, since_key: float) -> bool:
    """Whether a card may open and take the focus by itself: never over a draft or under typing fingers."""
    return not drafting and since_key >= STILL
