"""All items of a transcript, one under the other: where each begins, and its lines when they are looked at.

Heights are estimated until an item first comes into view. Drawn lines are kept for the items seen last, and only those.
"""

from collections import OrderedDict

from textual.strip import Strip

from flux_tui.ui.heights import Heights
from flux_tui.ui.item import Item
from flux_tui.ui.styles import Styles

KEPT = 256
"""Items whose lines are remembered."""
_BLANK = Strip([])


class Roll:
    """Lines count from 0 over all items. Nothing is drawn before `place` has said how wide."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.width = 80
        self.styles: Styles | None = None
        self._heights = Heights()
        self._index: dict[Item, int] = {}
        self._drawn: OrderedDict[int, tuple[int, list[Strip]]] = OrderedDict()
        """Index -> (revision, lines)."""

    @property
    def total(self) -> int:
        return self._heights.total

    def place(self, width: int, styles: Styles) -> bool:
        """Says how wide and in which colours to draw. True if the heights are guesses again."""
        narrower = width != self.width
        if narrower or styles is not self.styles:
            self._drawn.clear()
        self.width, self.styles = width, styles
        if narrower:
            self._heights = Heights(self._estimate(index) for index in range(len(self.items)))
        return narrower

    def append(self, item: Item) -> None:
        self._index[item] = len(self.items)
        self.items.append(item)
        self._heights.append(self._estimate(len(self.items) - 1))

    def index(self, item: Item) -> int | None:
        return self._index.get(item)

    def guess(self, index: int) -> None:
        """The item has changed out of sight."""
        self._drawn.pop(index, None)
        self._heights.set(index, self._estimate(index))

    def top(self, index: int) -> int:
        return self._heights.top(index)

    def height(self, index: int) -> int:
        return self._heights[index]

    def find(self, line: int) -> tuple[int, int]:
        """(item, line inside it); beyond the end the item after the last."""
        return self._heights.find(line)

    def air(self, index: int) -> int:
        """Blank lines above an item: none between two of one line each."""
        if index == 0:
            return 0
        return 0 if self.items[index - 1].slim and self.items[index].slim else 1

    def redraw(self, index: int) -> int:
        """Draws an item that has changed; returns its first line that is another one than before."""
        found = self._drawn.get(index)
        if found and found[0] == self.items[index].revision:
            # Drawn anew since it changed, by a repaint of something else: what the screen shows of it is not known.
            return 0
        old, new = found[1] if found else [], self.strips(index)
        same = zip(old, new, strict=False)
        return next((at for at, (one, other) in enumerate(same) if one is not other), min(len(old), len(new)))

    def strips(self, index: int) -> list[Strip]:
        """Its lines, air included; from then on its height is exact."""
        assert self.styles is not None
        item, found = self.items[index], self._drawn.get(index)
        if found and found[0] == item.revision:
            self._drawn.move_to_end(index)
            return found[1]
        strips = [_BLANK] * self.air(index) + item.render(self.width, self.styles)
        self._drawn[index] = (item.revision, strips)
        self._drawn.move_to_end(index)
        self._heights.set(index, len(strips))
        if len(self._drawn) > KEPT:
            old, _ = self._drawn.popitem(last=False)
            self.items[old].rest()
        return strips

    def measure(self, line: int, height: int) -> None:
        """Makes the heights exact from the item at `line` to the one `height` lines further down."""
        index, inside = self.find(line)
        room = height + inside
        while room > 0 and index < len(self.items):
            room -= len(self.strips(index))
            index += 1

    def strip(self, line: int) -> Strip:
        index, inside = self.find(line)
        if index >= len(self.items):
            return _BLANK
        strips = self.strips(index)
        return strips[inside] if inside < len(strips) else _BLANK

    def _estimate(self, index: int) -> int:
        return self.air(index) + self.items[index].estimate(self.width)
