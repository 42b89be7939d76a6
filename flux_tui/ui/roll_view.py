"""A roll of items on the screen: scrolling that follows the end, never jumps, and draws only what is in view."""

import sys

from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from flux_tui.ui.item import Item
from flux_tui.ui.paper import Paper
from flux_tui.ui.roll import Roll
from flux_tui.ui.styles import styles_of


class RollView(ScrollView):
    """`append`, `changed`, then `flush` at most 30 times a second."""

    DEFAULT_CSS = """
    RollView { overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.roll = Roll()
        self.following = True
        """Whether the end stays in view as it grows."""
        self._dirty: set[Item] = set()
        self._fresh = sys.maxsize
        """The first item that was appended since the last flush."""
        self._paper = Paper()
        self._moving = False
        """Whether a change of the scroll position is our own."""

    @property
    def view(self) -> Size:
        """What is in view, without the scrollbar."""
        return self.scrollable_content_region.size

    def append(self, item: Item) -> None:
        self.roll.append(item)
        self._fresh = min(self._fresh, len(self.roll.items) - 1)

    def changed(self, item: Item) -> None:
        self._dirty.add(item)

    def clear(self) -> None:
        self.roll = Roll()
        self.following = True
        self._dirty.clear()
        self._fresh = sys.maxsize
        self._place()
        self._settle()
        self.refresh()

    def follow(self) -> None:
        """To the end, and stay there."""
        self.following = True
        self._settle()

    def flush(self) -> None:
        """Draws what has changed, if it is in view."""
        if self.roll.styles is None or not (self._dirty or self._fresh < len(self.roll.items)):
            return
        top, bottom = self.scroll_offset.y, self.scroll_offset.y + self.view.height
        anchor, inside = self.roll.find(top)
        stale = bottom
        for index in sorted(index for item in self._dirty if (index := self.roll.index(item)) is not None):
            begin = self.roll.top(index)
            if index < anchor or begin > bottom:
                self.roll.guess(index)
            else:
                stale = min(stale, begin + self.roll.redraw(index))
        if self._fresh < len(self.roll.items):
            stale = min(stale, self.roll.top(self._fresh))
        self._dirty.clear()
        self._fresh = sys.maxsize
        moved = self.roll.top(anchor) + inside - top if anchor < len(self.roll.items) else 0
        if moved and not self.following:
            self._scroll_to_line(top + moved)
        self._settle()
        if stale < bottom:
            self.refresh(Region(0, max(0, stale - top), self.view.width, bottom - stale))

    def _place(self) -> None:
        """Takes over width and colours; the item at the top stays there."""
        anchor, inside = self.roll.find(self.scroll_offset.y)
        if not self.view.width:
            return
        if self.roll.place(self.view.width, styles_of(self.app)) and anchor < len(self.roll.items):
            self.roll.strips(anchor)
            self._scroll_to_line(self.roll.top(anchor) + min(inside, self.roll.height(anchor) - 1))

    def _settle(self) -> None:
        """Makes what is in view exact, and the scrollbar true to it."""
        if self.roll.styles is None:
            return
        for _ in range(3):
            total = self.roll.total
            if self.following:
                self._scroll_to_line(total - self.view.height)
            self.roll.measure(self.scroll_offset.y, self.view.height)
            if self.roll.total == total:
                break
        self._grow()

    def _grow(self) -> None:
        size = Size(self.view.width, self.roll.total)
        if size != self.virtual_size:
            # The reactive would lay the whole screen out again; the scrollbar is all that depends on it.
            self.set_reactive(Widget.virtual_size, size)
        self.vertical_scrollbar.window_virtual_size = size.height
        self.vertical_scrollbar.window_size = self.view.height
        if self.following:
            self._scroll_to_line(self.max_scroll_y)

    def _scroll_to_line(self, line: int) -> None:
        self._moving = True
        if line > self.max_scroll_y:
            self.set_reactive(Widget.virtual_size, Size(self.view.width, line + self.view.height))
        self.scroll_y = self.scroll_target_y = max(0, line)
        self._moving = False

    def jump(self, line: int) -> None:
        """Makes a line the top one, as far as there are lines."""
        self.roll.measure(line, self.view.height)
        self._grow()
        self._scroll_to_line(min(line, self.max_scroll_y))
        self.following = self.scroll_offset.y >= self.max_scroll_y

    def move(self, lines: int) -> None:
        """Scrolls by lines, and what was in view keeps its place among them."""
        self.scroll_y = self.scroll_target_y = self.scroll_offset.y + lines

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        if not self._moving and self.roll.styles is not None:
            if new_value < old_value:
                self._approach(round(old_value), round(new_value))
            self.following = round(new_value) >= self.max_scroll_y
        super().watch_scroll_y(old_value, self.scroll_y)

    def _approach(self, old: int, new: int) -> None:
        """Scrolling up meets items never seen: they become exact, and what was at the top does not jump."""
        anchor, inside = self.roll.find(old)
        for _ in range(3):
            self.roll.measure(new, old - new)
            shift = self.roll.top(anchor) + inside - old
            if not shift:
                return
            old, new = old + shift, new + shift
            self._scroll_to_line(new)

    def on_resize(self) -> None:
        self._place()
        self._settle()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self.is_mounted:
            self._place()
            self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        self._place()
        self._settle()
        self._paper.lay((self.rich_style, self.background_colors[1], self.size.width))
        top, filters = self.scroll_offset.y, self.get_line_filters()
        strips = [self._paper.finished(self.draw_line(top + y), filters) for y in crop.line_range]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(crop.x, crop.right) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        """Textual asks this way for the place under the mouse."""
        line, paper = self.scroll_offset.y + y, self.rich_style
        strip = self.draw_line(line).apply_style(paper).adjust_cell_length(self.roll.width, paper)
        return strip.apply_offsets(0, line)

    def draw_line(self, line: int) -> Strip:
        """A line, counted from the start of the roll."""
        return self.roll.strip(line)
