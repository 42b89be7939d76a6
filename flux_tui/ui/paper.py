"""Lines as they are on the screen: on their paper, in full width, in the terminal's colours. Drawn once."""

from collections.abc import Iterable

from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.strip import Strip

READY = 1000
"""Lines that are kept."""
Look = tuple[Style, Color, int]
"""What lies under everything, its background, and the width."""


class Paper:
    """A line that only moved is the same one again."""

    def __init__(self) -> None:
        self._look: Look = (Style.null(), Color(0, 0, 0), 0)
        self._ready: dict[int, tuple[Strip, Strip]] = {}
        """By id, lines drawn lately and what they are on the screen."""

    def lay(self, look: Look) -> None:
        """Once a frame: reading the look costs 0.1 ms."""
        if look != self._look or len(self._ready) > READY:
            self._look = look
            self._ready.clear()

    def finished(self, strip: Strip, filters: Iterable[LineFilter]) -> Strip:
        kept = self._ready.get(id(strip))
        if kept is not None and kept[0] is strip:
            return kept[1]
        style, background, width = self._look
        made = strip.apply_style(style).adjust_cell_length(width, style)
        for change in filters:
            made = made.apply_filter(change, background)
        self._ready[id(strip)] = (strip, made)
        return made
