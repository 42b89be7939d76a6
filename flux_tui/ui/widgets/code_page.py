"""A file's lines with numbers, syntax colours and what the model knows of each line. Line by line, for any length."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, ClassVar, Literal

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from flux_tui.protocol.messages import Ranges
from flux_tui.ui import code
from flux_tui.ui.highlight import Highlighter, highlighter
from flux_tui.ui.styles import Styles, styles_of

Known = Literal["unseen", "seen", "stale", "edited"]
SIGNS: Mapping[Known, str] = {"unseen": " ", "seen": "▎", "stale": "▎", "edited": "▎"}
KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Sight:
    """What the model knows of a file. Line numbers count from 1."""

    seen: Ranges = ()
    edited: Ranges = ()
    stale: bool = False
    """The file has changed since: what was seen are other bytes."""

    def known(self, line: int) -> Known:
        if _within(self.edited, line) and not self.stale:
            return "edited"
        if not _within(self.seen, line):
            return "unseen"
        return "stale" if self.stale else "seen"


class CodePage(ScrollView, can_focus=True):
    """The lines. Scrolls; decides and changes nothing."""

    DEFAULT_CSS = """
    CodePage {
        width: 1fr; height: 1fr; background: $background; overflow-x: hidden;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
    }
    """
    ALLOW_SELECT: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
        Binding("space", "page_down", show=False),
        Binding("g", "scroll_home", show=False),
        Binding("G", "scroll_end", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[str] = ()
        self._sight = Sight()
        self._colors: Highlighter | None = None
        self._tops: list[int] = [0]
        self._strips: dict[int, list[Strip]] = {}
        self._line = 1
        """The line that is meant, marked until another file is shown."""

    def show(self, path: str, lines: Sequence[str], sight: Sight, line: int = 1) -> None:
        self._lines, self._sight, self._line = lines, sight, line
        self._colors = highlighter(path, lines)
        self._lay_out()
        self._to_line()

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        if not 0 <= at < self._tops[-1]:
            return Strip.blank(self.size.width, self.rich_style)
        index = bisect_right(self._tops, at) - 1
        if index not in self._strips:
            if len(self._strips) > KEPT:
                self._strips.clear()
            self._strips[index] = self._draw(index, styles_of(self.app))
        return self._strips[index][at - self._tops[index]]

    def notify_style_update(self) -> None:
        self._strips.clear()
        super().notify_style_update()

    def scroll_to(self, x: float | None = None, y: float | None = None, **options: Any) -> None:
        """At once, always: a glide of a page costs twenty repaints."""
        super().scroll_to(x, y, **(options | {"animate": False}))

    def on_resize(self, event: events.Resize) -> None:
        first = not self._tops[-1]
        index = max(bisect_right(self._tops, self.scroll_offset.y) - 1, 0)
        self._lay_out()
        if first:
            self._to_line()
        else:
            self.scroll_to(y=self._tops[min(index, len(self._tops) - 1)], force=True)

    @property
    def _digits(self) -> int:
        return max(len(str(len(self._lines))), 2)

    @property
    def _room(self) -> int:
        return max(self.size.width - self._digits - 4, 1)

    def _lay_out(self) -> None:
        self._strips.clear()
        heights = (code.height(code.shown(line), self._room) for line in self._lines) if self.size.width else ()
        self._tops = list(accumulate(heights, initial=0))
        self.virtual_size = Size(self.size.width, self._tops[-1])
        self.refresh()

    def _to_line(self) -> None:
        """A third of the page above the line that is meant."""
        index = min(self._line, len(self._tops)) - 1
        self.scroll_to(y=max(self._tops[index] - self.size.height // 3, 0), force=True)

    def _draw(self, index: int, look: Styles) -> list[Strip]:
        known = self._sight.known(index + 1)
        base = self._backdrop(index, known, look)
        ink = {"unseen": look.faint, "seen": look.accent, "stale": look.warning, "edited": look.good}[known]
        number = look.faint if known == "unseen" else look.muted
        colors = self._colors.spans(index) if self._colors is not None else ()
        text = code.paint(self._lines[index], base + look.text, colors, look.syntax)
        head = [Segment(f" {index + 1:>{self._digits}} ", base + number), Segment(f"{SIGNS[known]} ", base + ink)]
        rest = [Segment(" " * (self._digits + 2), base), Segment(f"{SIGNS[known]} ", base + ink)]
        rows = code.fold(text, self._room, base)
        return [Strip([*(rest if at else head), *cells], self.size.width) for at, cells in enumerate(rows)]

    def _backdrop(self, index: int, known: Known, look: Styles) -> Style:
        if index + 1 == self._line and self._line > 1:
            return self.rich_style + look.cursor
        soft = not look.ansi
        shades = {"stale": look.stale, "edited": look.edited, "unseen": look.unseen} if soft else {}
        return self.rich_style + shades.get(known, Style.null())


def _within(ranges: Ranges, line: int) -> bool:
    return any(first <= line <= last for first, last in ranges)
