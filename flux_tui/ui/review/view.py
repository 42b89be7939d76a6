"""The diff itself: one widget that draws both sides line by line, so that they can't lose step. Decides nothing."""

from typing import Any, ClassVar, Literal

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from flux_tui.ui import code
from flux_tui.ui.review.drawing import Drawing, Page
from flux_tui.ui.review.layout import WHOLE, Kind, Table, rows
from flux_tui.ui.styles import styles_of

SPLIT_FROM = 100
"""Own width from which both sides stand side by side."""
CONTEXT = (3, 12, WHOLE)
KEPT = 4_000
"""Rows whose strips are kept."""
AROUND = 4
"""Lines that are shown before and after the current unit."""

Columns = Literal["auto", "split", "unified"]


class DiffView(ScrollView, can_focus=True):
    """Rows of a diff, scrolled and folded; one unit of it is the current one."""

    DEFAULT_CSS = """
    DiffView {
        width: 1fr; height: 1fr; background: $background;
        scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1; scrollbar-gutter: stable; overflow-x: hidden;
    }
    """
    ALLOW_SELECT: ClassVar[bool] = False

    class Moved(Message):
        """Another unit became the current one."""

    def __init__(self, empty: str) -> None:
        super().__init__()
        self._empty = empty
        self._drawing: Drawing | None = None
        self._table = Table((), ())
        self._strips: dict[tuple[int, bool, str], list[Strip]] = {}
        self._page: Page | None = None
        self.current = 0
        self.columns: Columns = "auto"
        self.wrap = True
        self.context = 0

    @property
    def split(self) -> bool:
        return self.size.width >= SPLIT_FROM if self.columns == "auto" else self.columns == "split"

    def show(self, drawing: Drawing | None) -> None:
        """Another diff, from its start on; None = nothing."""
        self._drawing = drawing
        self._lay_out()
        self._choose(0)
        self.scroll_to(0, 0, force=True)

    def lay_out_again(self) -> None:
        """After a switch of columns, wrapping or context: the current unit stays where it is on the screen."""
        offset = self._table.span(self.current)[0] - self.scroll_offset.y
        self.styles.overflow_x = "hidden" if self.wrap else "auto"
        self._lay_out()
        self.scroll_to(0, max(self._table.span(self.current)[0] - offset, 0), force=True)

    def redraw(self) -> None:
        """Something that rows are drawn from has changed, but not their height."""
        self._strips.clear()
        self.refresh()

    def go(self, unit: int) -> None:
        """Make a unit the current one and bring it into view, with some lines around it if there is room."""
        self._choose(unit)
        top, end = self._table.span(unit)
        start, height = self.scroll_offset.y, self.size.height
        around = min(AROUND, max(height - (end - top), 0))
        if top < start or end + around > start + height:
            self.scroll_to(y=max(top - around, 0), force=True)

    def line(self) -> int:
        """1-based line of the new side where the current unit begins."""
        row = next((row for row in self._table.rows_of(self.current) if row.kind >= Kind.PAIR), None)
        return max(row.right if row.right >= 0 else row.left, 0) + 1 if row else 1

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        index = self._table.row_at(at)
        if index is None:
            return self._blank(y)
        strips, line = self._strips_of(index), at - self._table.top(index)
        # A frame may be drawn at a new width before the rows were laid out for it.
        return strips[line] if line < len(strips) else Strip.blank(self.size.width, self.rich_style)

    def notify_style_update(self) -> None:
        self._page = None
        self._strips.clear()
        super().notify_style_update()

    def scroll_to(self, x: float | None = None, y: float | None = None, **options: Any) -> None:
        """At once, always: a glide of a page costs twenty repaints."""
        super().scroll_to(x, y, **(options | {"animate": False}))

    def on_resize(self, event: events.Resize) -> None:
        self.lay_out_again()

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        if round(old_value) != round(new_value):
            self._page = None
            self._strips.clear()
        super().watch_scroll_x(old_value, new_value)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The current unit is always one that can be seen: keys never decide on what is out of view."""
        super().watch_scroll_y(old_value, new_value)
        top = self.scroll_offset.y
        units = self._table.units_between(top, top + self.size.height)
        if units and self.current not in units:
            self._choose(units[0])

    def on_click(self, event: events.Click) -> None:
        top = event.y + self.scroll_offset.y
        for unit in self._table.units_between(top, top + 1):
            self._choose(unit)

    def _choose(self, unit: int) -> None:
        self.current = unit
        self.refresh()
        self.post_message(self.Moved())

    def _lay_out(self) -> None:
        self._page = None
        self._strips.clear()
        drawing = self._drawing
        if drawing is None or not self.size.width:
            self._table = Table((), ())
        else:
            page = self._current_page(drawing)
            found = rows(drawing.files, len(drawing.notes), CONTEXT[self.context], self.split)
            self._table = Table(found, [drawing.height(row, page) for row in found])
        beyond = 0 if self.wrap or drawing is None else drawing.beyond(self._current_page(drawing))
        self.virtual_size = Size(self.size.width + beyond, self._table.height)
        self.refresh()

    def _strips_of(self, index: int) -> list[Strip]:
        drawing = self._drawing
        assert drawing is not None
        row = self._table.rows[index]
        current = row.unit == self.current and row.unit >= 0
        key = (index, current, drawing.decisions[row.unit] if row.unit >= 0 else "")
        if key not in self._strips:
            if len(self._strips) > KEPT:
                self._strips.clear()
            self._strips[key] = drawing.strips(row, self._current_page(drawing), current)
        return self._strips[key]

    def _current_page(self, drawing: Drawing) -> Page:
        if self._page is None:
            styles = styles_of(self.app)
            soft = not styles.ansi and self.app.console.color_system not in ("standard", "windows")
            across = 0 if self.wrap else self.scroll_offset.x
            width, base = self.size.width, self.rich_style
            self._page = Page(width, self.split, self.wrap, across, drawing.digits, styles, base, soft)
        return self._page

    def _blank(self, y: int) -> Strip:
        width, base = self.size.width, self.rich_style
        lines = code.wrapped(self._empty, max(width - 4, 8)) if self._drawing is None else []
        at = y - max(self.size.height // 2 - len(lines), 0)
        if not 0 <= at < len(lines):
            return Strip.blank(width, base)
        text = lines[at].strip().center(width)
        return Strip(code.fit([Segment(text, base + styles_of(self.app).muted)], width, base), width)
