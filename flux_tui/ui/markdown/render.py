"""Blocks as lines of a given width. Pure: the same block, width and styles give the same lines."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import assert_never

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from flux_tui.ui.highlight import Spans
from flux_tui.ui.markdown import inline
from flux_tui.ui.markdown.blocks import Heading, Marks, Paragraph, Rule
from flux_tui.ui.styles import Styles
from flux_tui.ui.wrap import Line, fold, length, pad, wrap

NARROWEST = 8
"""Columns a text gets at least, however deep it is nested."""
_BOXES = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}


def draw(block: Paragraph | Heading | Rule, width: int, styles: Styles, *, unfinished: bool = False) -> list[Strip]:
    """A block that is drawn in one piece. `unfinished`: more of its text may come."""
    match block:
        case Paragraph(marks=marks, text=text):
            lines = wrap(_styled(_boxed(marks, text), styles, _base(marks, styles), unfinished), room(marks, width))
        case Heading(marks=marks, text=text, level=level):
            base = styles.heading if level < 3 else styles.strong
            lines = wrap(_styled(text, styles, base, unfinished), room(marks, width))
        case Rule(marks=marks):
            lines = [[Segment("─" * min(room(marks, width), 40), styles.faint)]]
        case _:
            assert_never(block)
    return gap(block.gap, styles) + marked(marks, lines, styles)


def room(marks: Marks, width: int) -> int:
    return max(NARROWEST, width - sum(len(text) for _, text in marks))


def gap(marks: Marks | None, styles: Styles) -> list[Strip]:
    """The blank line before a block, with the bars of the quotes it is in."""
    return [] if marks is None else [Strip(_left(marks, styles, first=False))]


def marked(marks: Marks, lines: Sequence[Line], styles: Styles, *, first: bool = True) -> list[Strip]:
    """The lines behind their marks. `first`: the first of them carries the list markers."""
    after = _left(marks, styles, first=False)
    strips = [Strip([*after, *line]) for line in lines]
    if first and strips:
        strips[0] = Strip([*_left(marks, styles, first=True), *lines[0]])
    return strips


def code(text: str, spans: Spans, marks: Marks, width: int, styles: Styles) -> list[Line]:
    """One line of code on its band."""
    room_ = room(marks, width)
    band = styles.fence_background
    lines = fold(colored(text, spans, styles, band), max(1, room_ - 2))
    return [pad([Segment(" ", band), *line], room_, band) for line in lines]


def colored(text: str, spans: Spans, styles: Styles, back: Style) -> Line:
    """A clean line of code in the colours of its spans, on a background."""
    plain = styles.text + back
    segments: Line = []
    at = 0
    for start, end, name in spans:
        if end > len(text):
            break
        if start > at:
            segments.append(Segment(text[at:start], plain))
        segments.append(Segment(text[start:end], styles.syntax(name) + back))
        at = end
    if at < len(text) or not text:
        segments.append(Segment(text[at:], plain))
    return segments


def styled(text: str, styles: Styles, base: Style) -> Line:
    """A short text with inline markup only: a cell."""
    return _styled(text, styles, base, False)


def _styled(text: str, styles: Styles, base: Style, unfinished: bool) -> Line:
    return [Segment(piece, _look(styles, base, look)) for piece, look in inline.runs(text, unfinished=unfinished)]


@lru_cache(maxsize=512)
def _look(styles: Styles, base: Style, look: inline.Look) -> Style:
    style = base
    for bit, more in (
        (inline.LINK, styles.link),
        (inline.CODE, styles.code),
        (inline.ADDRESS, styles.muted),
        (inline.STRIKE, styles.strike),
        (inline.BOLD, Style(bold=True)),
        (inline.ITALIC, Style(italic=True)),
    ):
        if look & bit:
            style += more
    return style


def _base(marks: Marks, styles: Styles) -> Style:
    return styles.quote if any(kind == "quote" for kind, _ in marks) else styles.text


def _boxed(marks: Marks, text: str) -> str:
    if marks and marks[-1][0] == "marker" and text[:4] in _BOXES:
        return _BOXES[text[:4]] + text[4:]
    return text


def _left(marks: Marks, styles: Styles, *, first: bool) -> Iterable[Segment]:
    return _left_cached(marks, styles, first)


@lru_cache(maxsize=512)
def _left_cached(marks: Marks, styles: Styles, first: bool) -> tuple[Segment, ...]:
    segments = []
    for kind, text in marks:
        if kind == "quote":
            segments.append(Segment(text, styles.faint))
        elif kind == "marker" and first:
            segments.append(Segment(text, styles.muted))
        else:
            segments.append(Segment(" " * len(text), None))
    return tuple(segments)


def widest(lines: Iterable[Line]) -> int:
    return max((length(line) for line in lines), default=0)
