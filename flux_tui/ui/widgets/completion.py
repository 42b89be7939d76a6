"""The completion popup: a short list over the draft. Shows rows and moves a cursor; knows not what a row means."""

from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.geometry import Offset, Region, clamp
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from flux_tui.safety.visible import visible
from flux_tui.ui.styles import styles_of
from flux_tui.ui.widgets.line import Piece, clip, draw

SHOWN = 8
"""Rows on the screen at once."""


@dataclass(frozen=True, slots=True)
class Choice:
    word: str
    """What goes into the draft."""
    note: str = ""


class Completion(Widget):
    DEFAULT_CSS = """
    Completion {
        overlay: screen; display: none; width: 60; height: 1; background: $panel; layer: above;
    }
    Completion.-open { display: block; }
    """

    class Chosen(Message):
        """Posted when a row was chosen by click."""

        def __init__(self, word: str) -> None:
            super().__init__()
            self.word = word

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.choices: tuple[Choice, ...] = ()
        self.cursor = 0
        self._column = 0
        """Cells that words have where notes follow them."""

    @property
    def open(self) -> bool:
        return self.has_class("-open")

    def show(self, choices: tuple[Choice, ...], at: Offset, within: Region) -> None:
        """Open above (or below) the screen cell `at`, inside `within`; no choices close it."""
        self.choices, self.cursor = choices, 0
        self._column = max((cell_len(choice.word) for choice in choices if choice.note), default=0)
        if not choices:
            self.close()
            return
        height = min(len(choices), SHOWN)
        width = min(60, within.width)
        above = at.y - height - 1 >= within.y
        self.styles.height, self.styles.width = height, width
        left = clamp(at.x - 2, within.x, max(within.right - width, within.x))
        self.absolute_offset = Offset(left, at.y - height - 1 if above else at.y + 1)
        self.add_class("-open")
        self.refresh(layout=True)

    def close(self) -> None:
        self.remove_class("-open")

    def move(self, key: str) -> None:
        step = {"up": -1, "down": 1, "pageup": -SHOWN, "pagedown": SHOWN}.get(key, 0)
        last = len(self.choices) - 1
        wraps = step in (-1, 1)
        self.cursor = (self.cursor + step) % (last + 1) if wraps else clamp(self.cursor + step, 0, last)
        self.refresh()

    @property
    def chosen(self) -> str:
        return self.choices[self.cursor].word if self.choices else ""

    def render_line(self, y: int) -> Strip:
        styles, width = styles_of(self.app), self.size.width
        index = self._first + y
        if index >= len(self.choices):
            return Strip([Segment(" " * width, self.rich_style)])
        choice = self.choices[index]
        here = index == self.cursor
        base = self.rich_style + styles.cursor if here else self.rich_style
        word = clip(visible(choice.word), width - 4)
        if choice.note:
            word = set_cell_size(word, clamp(self._column, cell_len(word), width // 3))
        name = Piece(((("› " if here else "  ") + word, styles.strong if here else styles.text),))
        room = width - name.width - 5
        note = (Piece(((clip(visible(choice.note), room), styles.muted),)),) if choice.note and room > 6 else ()
        return draw([name, *note], (), width, base)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        index = self._first + event.y
        if index < len(self.choices):
            self.post_message(self.Chosen(self.choices[index].word))

    @property
    def _first(self) -> int:
        """Index of the top row: the cursor stays in view."""
        return clamp(self.cursor - SHOWN + 1, 0, max(len(self.choices) - SHOWN, 0))
