"""One screen to choose from a list by typing: models, sessions, themes, modes, the palette."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import clamp
from textual.message import Message
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

from flux_tui.safety.visible import visible
from flux_tui.ui.fuzzy import rank
from flux_tui.ui.styles import styles_of
from flux_tui.ui.widgets.line import Piece, clip, draw

MOST = 500
"""Rows that are kept of a search."""


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    title: str
    note: str = ""
    right: str = ""
    """Keys, prices, dates: dim at the right edge."""
    current: bool = False
    off: bool = False
    """It can't be used now; it may be chosen all the same."""


class RowList(Widget):
    """The rows in view; a cursor that the screen moves."""

    class Clicked(Message):
        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows: Sequence[Row] = ()
        self.cursor = 0
        self.first = 0
        self.column = 0
        """Cells that titles have where notes follow them, so that the notes stand below each other."""

    def show(self, rows: Sequence[Row], cursor: int = 0) -> None:
        self.rows, self.cursor = rows, clamp(cursor, 0, max(len(rows) - 1, 0))
        self.column = max((cell_len(row.title) for row in rows if row.note), default=0)
        self.refresh()

    def move(self, step: int) -> None:
        self.cursor = clamp(self.cursor + step, 0, max(len(self.rows) - 1, 0))
        self.refresh()

    @property
    def chosen(self) -> Row | None:
        return self.rows[self.cursor] if self.rows else None

    def render_line(self, y: int) -> Strip:
        styles, width, height = styles_of(self.app), self.size.width, max(self.size.height, 1)
        self.first = clamp(self.first, self.cursor - height + 1, self.cursor)
        index = self.first + y
        if index >= len(self.rows):
            words = "Nothing fits. Esc closes" if not self.rows and y == 0 else ""
            return draw([Piece(((words, styles.faint),))], (), width, self.rich_style)
        row = self.rows[index]
        here = index == self.cursor
        sign = "› " if here else "  "
        marked = any(one.current for one in self.rows)
        mark = ("● " if row.current else "  " * marked, styles.accent)
        room = width - 8
        right = clip(visible(row.right), room // 2)
        title = clip(visible(row.title).replace("\n", " "), room - len(right))
        title = set_cell_size(title, clamp(self.column, cell_len(title), room // 3)) if row.note else title
        note = clip(visible(row.note).replace("\n", " "), max(room - len(right) - len(title) - 4, 0))
        title_style = styles.faint if row.off else styles.strong if here else styles.text
        left = [Piece(((sign, styles.accent), mark, (title, title_style)))]
        left += [Piece(((note, styles.muted),), 2)] if note else []
        base = self.rich_style + styles.cursor if here else self.rich_style
        return draw(left, [Piece(((right, styles.faint),), 1)] if right else (), width, base)

    def on_click(self, event: events.Click) -> None:
        index = self.first + event.y
        if index < len(self.rows):
            self.post_message(self.Clicked(index))


class Picker(ModalScreen[str | None]):
    """Dismisses with a row's id, what was typed (if `free`), or None."""

    CSS_PATH = "picker.tcss"

    def __init__(
        self,
        title: str,
        rows: Sequence[Row],
        *,
        free: bool = False,
        preview: Callable[[str], None] | None = None,
        empty: str = "Type to search",
    ) -> None:
        super().__init__()
        self._title = title
        self._rows = tuple(rows)
        self._free = free
        self._preview = preview
        self._empty = empty

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Static(self._title, id="title", markup=False)
            yield Input(placeholder=self._empty, id="query")
            yield RowList(id="rows")
            yield Static("Enter choose   ↑↓ move   Esc close", id="help", markup=False)

    def on_mount(self) -> None:
        current = next((index for index, row in enumerate(self._rows) if row.current), 0)
        self._list.show(self._rows, current)
        self.query_one(Input).focus()

    @property
    def _list(self) -> RowList:
        return self.query_one(RowList)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        by_name = {f"{row.title} {row.note} {row.id}": row for row in self._rows}
        self._list.show([by_name[name] for name in rank(event.value.strip(), by_name, MOST, in_order=True)])
        self._show_preview()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._take(event.value.strip())

    def on_row_list_clicked(self, message: RowList.Clicked) -> None:
        self._list.show(self._list.rows, message.index)
        self._take("")

    def on_key(self, event: events.Key) -> None:
        page = max(self._list.size.height - 1, 1)
        step = {"up": -1, "down": 1, "ctrl+p": -1, "ctrl+n": 1, "pageup": -page, "pagedown": page}.get(event.key)
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
        elif step is not None:
            event.stop()
            self._list.move(step)
            self._show_preview()

    def _take(self, typed: str) -> None:
        row = self._list.chosen
        exact = self._free and typed and (row is None or typed not in row.id)
        self.dismiss(typed if exact else row.id if row is not None else None)

    def _show_preview(self) -> None:
        if self._preview is not None and (row := self._list.chosen) is not None:
            self._preview(row.id)
