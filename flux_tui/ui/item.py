"""One entry of a transcript, and how lines stand beside its sign."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from flux_tui.ui.styles import Styles
from flux_tui.ui.wrap import Line

MARGIN = "  "
"""Left of everything: the cursor's column and one of air."""
HANG = "    "
"""Left of what belongs to a line with a sign."""


class Item:
    """One entry. `revision` grows with everything that changes its lines."""

    slim: ClassVar[bool] = False
    """One line of meaning: it stands close to its like."""
    prompt: ClassVar[bool] = False
    """What the person said."""
    foldable: ClassVar[bool] = False
    """Opened and closed together with all its like."""

    def __init__(self) -> None:
        self.revision = 0
        self.expanded = False

    @property
    def openable(self) -> bool:
        return False

    def toggle(self) -> None:
        """Open it, or close it again."""
        if self.openable:
            self.expanded = not self.expanded
            self.touch()

    def touch(self) -> None:
        self.revision += 1

    def render(self, width: int, styles: Styles) -> list[Strip]:
        """Its lines, each at most `width` cells. The list may be the item's own: read it, don't keep it."""
        raise NotImplementedError

    def estimate(self, width: int) -> int:
        """About how many lines `render` gives. Must be cheap."""
        return 1

    def plain(self) -> str:
        """What copying it copies."""
        raise NotImplementedError

    def rest(self) -> None:
        """It is out of sight: what can be drawn again may be forgotten."""


def signed(sign: str, style: Style, lines: list[Line]) -> list[Strip]:
    """Lines behind a sign in the margin."""
    strips = [Strip([Segment(" " * (len(MARGIN) + 1)), *line]) for line in lines]
    strips[0] = Strip([Segment(" "), Segment(f"{sign} ", style), *lines[0]])
    return strips


def hung(lines: list[Line]) -> list[Strip]:
    """Lines that belong to the line above."""
    return [Strip([Segment(HANG), *line]) for line in lines]


def rows(text: str, width: int) -> int:
    return max(1, text.count("\n") + len(text) // max(8, width) + 1)
