"""What the mouse has selected in lines: how it looks, and what of it is copied."""

from collections.abc import Iterable

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.selection import Selection
from textual.strip import Strip

Span = tuple[int, int]
"""Characters of a line, half open; -1 = to its end."""


def highlight(strip: Strip, span: Span | None, style: Style) -> Strip:
    """The line with the selected characters in `style`."""
    if span is None:
        return strip
    text = strip.text
    start, end = cell_len(text[: span[0]]), cell_len(text if span[1] < 0 else text[: span[1]])
    if start >= end:
        return strip
    inside = Segment.apply_style(strip.crop(start, end), None, style)
    return Strip([*strip.crop(0, start), *inside, *strip.crop(end)], strip.cell_length)


def extract(lines: Iterable[str], first: int, selection: Selection, margin: int) -> str:
    """The selected text of lines that begin with number `first`, without the margin left of every line."""
    found = []
    for number, line in enumerate(lines, first):
        span = selection.get_span(number)
        if span is not None:
            start, end = max(span[0], margin), len(line) if span[1] < 0 else span[1]
            found.append(line[start:end].rstrip())
    return "\n".join(found)
