"""A table's rows as lines. Columns are measured on the head and the first rows, so a long one streams unmoved."""

from collections.abc import Sequence

from rich.segment import Segment

from flux_tui.ui.markdown.blocks import LAYOUT_ROWS, Table
from flux_tui.ui.markdown.render import room, styled, widest
from flux_tui.ui.styles import Styles
from flux_tui.ui.wrap import Line, length, wrap

_BETWEEN = 3
"""Columns between two cells: blank, bar, blank."""
_NARROWEST = 3


def row(table: Table, index: int, columns: Sequence[int], styles: Styles) -> list[Line]:
    """The lines of one row; those of the head with the rule under it."""
    base = styles.strong if index == 0 else styles.text
    cells = [wrap(styled(cell, styles, base), size) for cell, size in zip(table.rows[index], columns, strict=True)]
    lines = [_line(table, cells, at, columns, styles) for at in range(max(map(len, cells)))]
    if index == 0:
        lines.append([Segment("─┼─".join("─" * size for size in columns), styles.rule)])
    return lines


def columns(table: Table, width: int, styles: Styles) -> list[int]:
    """The width of each column."""
    rows = [[styled(cell, styles, styles.text) for cell in one] for one in table.rows[: LAYOUT_ROWS + 1]]
    wanted = [max(1, widest(cell for one in rows for cell in wrap(one[at], 10_000))) for at in range(len(rows[0]))]
    available = room(table.marks, width) - _BETWEEN * (len(wanted) - 1)
    return _shrunk(wanted, max(available, len(wanted)))


def _shrunk(wanted: list[int], available: int) -> list[int]:
    """Narrow columns keep what they want, wide ones share what is left."""
    sizes, left, rest = [*wanted], available, sorted(range(len(wanted)), key=lambda at: wanted[at])
    while rest:
        share = left // len(rest)
        at = rest.pop(0)
        sizes[at] = max(1, min(wanted[at], max(share, min(_NARROWEST, left))))
        left -= sizes[at]
    return sizes


def _line(table: Table, cells: list[list[Line]], at: int, columns: Sequence[int], styles: Styles) -> Line:
    line: Line = []
    for number, (cell, size, align) in enumerate(zip(cells, columns, table.alignments, strict=True)):
        if number:
            line.append(Segment(" │ ", styles.rule))
        text = cell[at] if at < len(cell) else []
        missing = max(0, size - length(text))
        left = 0 if align == "left" else missing if align == "right" else missing // 2
        line += [Segment(" " * left), *text, Segment(" " * (missing - left))]
    return [segment for segment in line if segment.text]
