"""The conversation as one Line API widget: only what is in view is drawn, so ten thousand messages cost what ten do.

It shows items and moves among them; what they say comes from elsewhere.
"""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.selection import Selection
from textual.strip import Strip

from flux_tui.ui import selecting
from flux_tui.ui.item import MARGIN
from flux_tui.ui.roll_view import RollView
from flux_tui.ui.styles import styles_of
from flux_tui.ui.wrap import crop

EMPTY = (
    "Ask for a change, or ask what the code does.",
    "",
    "@ names a file    / runs a command    F1 shows the keys",
)


class Transcript(RollView, can_focus=True):
    """Items, a cursor among them, and the keys of the chat pane."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "Next item", id="chat.down", show=False),
        Binding("k,up", "move(-1)", "Previous item", id="chat.up", show=False),
        Binding("enter", "open", "Open or close the item", id="chat.open", show=False),
        Binding("y", "copy", "Copy the item", id="chat.copy", show=False),
        Binding("right_curly_bracket", "prompt(1)", "Next prompt", id="chat.next", show=False),
        Binding("left_curly_bracket", "prompt(-1)", "Previous prompt", id="chat.previous", show=False),
        Binding("g,home", "top", "To the start", id="chat.top", show=False),
        Binding("G,end", "end", "To the end and follow", id="chat.end", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False),
        Binding("pagedown,ctrl+f,space", "page(1)", "Page down", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.cursor: int | None = None
        """The item that keys act on. Drawn while the transcript has the focus."""

    def clear(self) -> None:
        self.cursor = None
        super().clear()

    def toggle_output(self) -> None:
        """Opens all tool calls, or closes them all if they are open."""
        calls = [item for item in self.roll.items if item.foldable and item.openable]
        opening = not all(item.expanded for item in calls)
        for item in calls:
            if item.expanded is not opening:
                item.toggle()
                self.changed(item)
        self.flush()

    def action_move(self, step: int) -> None:
        """To the next item; through an item taller than the pane, half a pane at a time."""
        if not self.roll.items:
            return
        at = self._at_cursor()
        top, bottom = self._span(at)
        view = self.scroll_offset.y
        hidden = bottom - view - self.view.height if step > 0 else view - top
        if self.cursor is not None and hidden > 0 and bottom - top > self.view.height:
            self.move(step * min(hidden, max(1, self.view.height // 2)))
            return
        moved = at if self.cursor is None else min(max(at + step, 0), len(self.roll.items) - 1)
        self._to(moved)

    def action_open(self) -> None:
        if not self.roll.items:
            return
        self.cursor = self._at_cursor()
        item = self.roll.items[self.cursor]
        item.toggle()
        self.following = False
        self.changed(item)
        self.flush()
        self._to(self.cursor)

    def action_copy(self) -> None:
        if self.roll.items:
            self.cursor = self._at_cursor()
            self.app.copy_to_clipboard(self.roll.items[self.cursor].plain())
            self.refresh()

    def action_prompt(self, step: int) -> None:
        """The prompt before or after the cursor goes to the top of the pane."""
        at = self._at_cursor() if self.cursor is not None else len(self.roll.items)
        ahead = range(at + 1, len(self.roll.items)) if step > 0 else range(at - 1, -1, -1)
        found = next((index for index in ahead if self.roll.items[index].prompt), None)
        if found is not None:
            self.cursor = found
            self.jump(self.roll.top(found) + self.roll.air(found))

    def action_top(self) -> None:
        if self.roll.items:
            self.cursor = 0
            self.jump(0)

    def action_end(self) -> None:
        self.cursor = len(self.roll.items) - 1 if self.roll.items else None
        self.follow()
        self.refresh()

    def action_page(self, step: int) -> None:
        self.move(step * max(1, self.view.height - 2))
        if self.cursor is not None:
            first = self.roll.find(self.scroll_offset.y)[0]
            last = self.roll.find(self.scroll_offset.y + self.view.height - 1)[0]
            self.cursor = min(max(self.cursor, first), last, len(self.roll.items) - 1)

    def _at_cursor(self) -> int:
        """The cursor's item; without a cursor the last one in view."""
        if self.cursor is not None:
            return min(self.cursor, len(self.roll.items) - 1)
        return min(self.roll.find(self.scroll_offset.y + self.view.height - 1)[0], len(self.roll.items) - 1)

    def _to(self, index: int) -> None:
        """The cursor goes there, and the view no further than it must."""
        self.cursor = index
        self.roll.strips(index)
        top, bottom = self._span(index)
        view, height = self.scroll_offset.y, self.view.height
        if top < view or bottom - top >= height:
            self.jump(top)
        elif bottom > view + height:
            self.jump(bottom - height)
        self.refresh()

    def _span(self, index: int) -> tuple[int, int]:
        """The lines of an item, without the air above it."""
        top = self.roll.top(index)
        return top + self.roll.air(index), top + self.roll.height(index)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def draw_line(self, line: int) -> Strip:
        if not self.roll.items:
            return self._hint(line)
        strip = super().draw_line(line)
        if self.has_focus and self.cursor is not None and strip and self.roll.find(line)[0] == self.cursor:
            strip = _marked(strip, styles_of(self.app).accent)
        if (selection := self.text_selection) is not None:
            strip = selecting.highlight(strip, selection.get_span(line), styles_of(self.app).selection)
        return strip

    def _hint(self, line: int) -> Strip:
        at = line - max(0, (self.view.height - len(EMPTY)) // 2)
        if not 0 <= at < len(EMPTY):
            return Strip([])
        text, styles = crop(EMPTY[at], self.view.width), styles_of(self.app)
        left = " " * max(0, (self.view.width - len(text)) // 2)
        return Strip([Segment(left), Segment(text, styles.muted if at == 0 else styles.faint)])

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        first = selection.start.y if selection.start else 0
        last = min(selection.end.y if selection.end else self.roll.total, self.roll.total - 1)
        lines = (self.roll.strip(line).text for line in range(first, last + 1))
        return selecting.extract(lines, first, selection, len(MARGIN)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        index, inside = self.roll.find(self.scroll_offset.y + event.y)
        if self.text_selection is not None or index >= len(self.roll.items):
            return
        self.cursor = index
        item = self.roll.items[index]
        if item.openable and inside >= self.roll.air(index) and (inside == self.roll.air(index) or not item.expanded):
            self.action_open()
        self.refresh()


def _marked(strip: Strip, style: Style) -> Strip:
    """The line with the cursor's bar in its margin."""
    bar = "█" if strip.text.startswith("▌") else "▎"
    return Strip([Segment(bar, style), *strip.crop(1)], strip.cell_length)
