"""Lines of foreign code as styled segments: harmless text, syntax colours, marked words, wrapped or moved sideways.

For widgets that draw line by line. Every character that reaches a segment has passed `visible()`.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.segment import Segment
from rich.style import Style

from flux_tui.safety.visible import visible

TAB = 4
LONGEST = 10_000
"""Characters of a line that are shown."""

Spans = Sequence[tuple[int, int]]
Colors = Sequence[tuple[int, int, str]]


def shown(line: str) -> str:
    """The line as it is drawn."""
    if line.isascii() and line.isprintable() and len(line) <= LONGEST:
        return line
    cut = len(line) - LONGEST
    text = visible(line[:LONGEST]).expandtabs(TAB)
    return f"{text}⟨+{cut} characters⟩" if cut > 0 else text


def height(line: str, width: int) -> int:
    """Screen rows of a shown line, wrapped at `width` cells."""
    if len(line) <= width and line.isascii():
        return 1
    return len(wrapped(line, width))


def wrapped(line: str, width: int) -> list[str]:
    if line.isascii():
        return [line[at : at + width] for at in range(0, len(line), width)] or [""]
    return chop_cells(line, max(width, 2)) or [""]


def paint(
    line: str, base: Style, colors: Colors, ink: Callable[[str], Style], marks: tuple[Spans, Style] = ((), Style.null())
) -> list[Segment]:
    """One line of a file: `colors` and `marks` count characters of the raw line, marks lie on top."""
    text = shown(line)
    where = _same if text == line else _moved(line, text)
    inks = [(where(start), where(end), ink(name)) for start, end, name in colors]
    spans = [(where(start), where(end)) for start, end in marks[0]]
    edges = {0, len(text), *(edge for a, b, _ in inks for edge in (a, b)), *(edge for span in spans for edge in span)}
    segments = []
    for start, end in pairwise(sorted(edges)):
        style = base + _at(inks, start) + (marks[1] if any(a <= start < b for a, b in spans) else Style.null())
        segments.append(Segment(text[start:end], style))
    return segments


def fold(segments: Iterable[Segment], width: int, base: Style) -> list[list[Segment]]:
    """The segments in rows of exactly `width` cells."""
    parts = list(segments)
    rows = wrapped("".join(part.text for part in parts), width)
    found, at = [], 0
    for row in rows:
        found.append(fit(_slice(parts, at, at + len(row)), width, base))
        at += len(row)
    return found


def clip(segments: Iterable[Segment], first: int, width: int, base: Style) -> list[Segment]:
    """The part that begins `first` cells from the left, exactly `width` cells wide."""
    parts = list(segments)
    text = "".join(part.text for part in parts)
    start = first if text.isascii() else len(set_cell_size(text, first).rstrip()) if first else 0
    return fit(_slice(parts, start, len(text)), width, base)


def fit(segments: Iterable[Segment], width: int, base: Style) -> list[Segment]:
    """Padded or cut to exactly `width` cells."""
    found, room = [], width
    for text, style, _ in segments:
        size = cell_len(text)
        if size > room:
            found.append(Segment(set_cell_size(text, room), style))
            return found
        if text:
            found.append(Segment(text, style))
        room -= size
    if room:
        found.append(Segment(" " * room, base))
    return found


def _at(inks: Iterable[tuple[int, int, Style]], place: int) -> Style:
    return next((style for start, end, style in inks if start <= place < end), Style.null())


def _slice(parts: Iterable[Segment], first: int, last: int) -> list[Segment]:
    found, at = [], 0
    for text, style, _ in parts:
        start, end = max(first - at, 0), min(last - at, len(text))
        if start < end:
            found.append(Segment(text[start:end], style))
        at += len(text)
    return found


def _same(place: int) -> int:
    return place


def _moved(line: str, text: str) -> Callable[[int], int]:
    """Where a character of the raw line stands in the shown one."""
    places, column = [], 0
    for character in line[:LONGEST]:
        places.append(column)
        column += TAB - column % TAB if character == "\t" else len(visible(character))
    places.append(len(text))
    return lambda place: min(places[min(place, len(places) - 1)], len(text))
