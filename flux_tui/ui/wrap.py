"""Text to lines of a given width, in cells. Knows nothing of what the text means; never splits a character."""

import re
from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len, split_graphemes
from rich.segment import Segment
from rich.style import Style

from flux_tui.safety.visible import visible

LONGEST = 10_000
"""Characters of one line that are drawn; the rest is only counted."""

_SINGLE = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u2500-\u25fc]*")
"""Characters of one cell each, so that an index is a column."""

Line = list[Segment]


def clean(text: str) -> str:
    """One foreign line (or several) as it may be drawn: nothing hidden, tabs as blanks."""
    return visible(text).expandtabs(4)


def clip(line: str) -> str:
    """A line cut where nobody reads on."""
    if len(line) <= LONGEST:
        return line
    return f"{line[:LONGEST]} … +{len(line) - LONGEST:,} characters"


def wrap(segments: Sequence[Segment], width: int) -> list[Line]:
    """Segments (line feeds inside are breaks) as lines of at most `width` cells, broken at blanks if there are any."""
    text = "".join(segment.text for segment in segments)
    return _slice(segments, _cuts(text, max(1, width), words=True))


def fold(segments: Sequence[Segment], width: int) -> list[Line]:
    """The same for text whose blanks mean something: code, output. Broken at the edge only."""
    text = "".join(segment.text for segment in segments)
    return _slice(segments, _cuts(text, max(1, width), words=False))


def length(line: Iterable[Segment]) -> int:
    return sum(cell_len(segment.text) for segment in line)


def pad(line: Line, width: int, style: Style) -> Line:
    """The line, filled with `style` to `width` cells."""
    missing = width - length(line)
    return [*line, Segment(" " * missing, style)] if missing > 0 else line


def crop(text: str, width: int) -> str:
    """One line of at most `width` cells, ending in an ellipsis where something is missing."""
    if cell_len(text) <= width:
        return text
    if width < 1:
        return ""
    end = next(_pieces(text, width - 1, words=False))[1] if width > 1 else 0
    return text[:end] + "…"


def _cuts(text: str, width: int, *, words: bool) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        for first, last in _pieces(line, width, words=words):
            yield start + first, start + last
        start += len(line) + 1


def _pieces(line: str, width: int, *, words: bool) -> Iterator[tuple[int, int]]:
    if _SINGLE.fullmatch(line):
        return _single_pieces(line, width, words=words)
    return _wide_pieces(line, width, words=words)


def _single_pieces(line: str, width: int, *, words: bool) -> Iterator[tuple[int, int]]:
    start, size = 0, len(line)
    while size - start > width:
        blank = line.rfind(" ", start + 1, start + width + 1) if words else -1
        if blank < 0 or not line[start:blank].strip():
            yield start, start + width
            start += width
            continue
        end = start + len(line[start:blank].rstrip())
        yield start, end
        start = blank + 1
        while start < size and line[start] == " ":
            start += 1
    if start < size or not size:
        yield start, size


def _wide_pieces(line: str, width: int, *, words: bool) -> Iterator[tuple[int, int]]:
    start, used, blank = 0, 0, -1
    for first, last, cells in split_graphemes(line)[0]:
        space = words and line[first:last] == " "
        while used + cells > width and first > start:
            if space or blank <= start:
                yield start, first
                start = last if space else first
            else:
                yield start, blank
                start = blank + 1
            used, blank = cell_len(line[start:first]), -1
        if start > first:
            continue
        if space:
            blank = first
        used += cells
    if start < len(line) or not line:
        yield start, len(line)


def _slice(segments: Sequence[Segment], cuts: Iterable[tuple[int, int]]) -> list[Line]:
    lines: list[Line] = []
    index, offset = 0, 0
    """`offset` is where segment `index` begins."""
    for start, end in cuts:
        line: Line = []
        while index < len(segments) and offset + len(segments[index].text) <= start:
            offset += len(segments[index].text)
            index += 1
        at, where = index, offset
        while at < len(segments) and where < end:
            text, style, _ = segments[at]
            piece = text[max(0, start - where) : end - where]
            if piece:
                line.append(Segment(piece, style))
            where += len(text)
            at += 1
        lines.append(line)
    return lines
