"""Which rows a diff has, folded and paired, for one column or two. Knows neither colours nor widths."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from enum import IntEnum
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from flux_tui.ui.review.files import FileDiff, Unit
    from flux_tui.workspace.hunks import Hunk

WHOLE = 1_000_000_000
"""As much context as there is."""


class Kind(IntEnum):
    NOTE = 0
    GAP = 1
    FILE = 2
    HUNK = 3
    FOLD = 4
    """`right` lines, from line `left` of the new side, are not shown."""
    SAME = 5
    PAIR = 6
    OLD = 7
    NEW = 8
    REMARK = 9
    """A sentence in place of lines: nothing to show of this file."""


class Row(NamedTuple):
    kind: Kind
    file: int
    unit: int
    """Index among all units; -1 = of none."""
    left: int
    """Index into the old side's lines, -1 = none; for a note its number."""
    right: int
    """Index into the new side's lines, -1 = none."""


def rows(files: "Sequence[FileDiff]", notes: int, context: int, split: bool) -> list[Row]:
    """All rows. `notes` sentences stand on top."""
    found = [Row(Kind.NOTE, -1, -1, number, -1) for number in range(notes)]
    unit = 0
    for file in files:
        if found:
            found.append(Row(Kind.GAP, file.index, -1, -1, -1))
        found.append(Row(Kind.FILE, file.index, unit, -1, -1))
        found += _file(file, unit, context, split)
        unit += len(file.units)
    return found


def _file(file: "FileDiff", unit: int, context: int, split: bool) -> Iterator[Row]:
    if not file.hunks:
        yield Row(Kind.HUNK, file.index, unit, -1, -1)
        yield Row(Kind.REMARK, file.index, unit, -1, -1)
        return
    shown_to = 0
    """One after the last line of the new side that has a row."""
    for offset, it in enumerate(file.units):
        if len(it.hunks) > 1:
            yield Row(Kind.HUNK, file.index, unit + offset, -1, -1)
        for hunk in it.hunks:
            first = hunk.after_first - 1
            start = max(shown_to, first - context)
            yield from _fold(file, shown_to, start)
            if len(it.hunks) == 1:
                yield Row(Kind.HUNK, file.index, unit + offset, -1, -1)
            yield from _same(file, hunk, start, first, before=True)
            yield from _changed(file, hunk, unit + offset, split and file.kind not in ("new", "deleted"))
            shown_to = first + hunk.after_count
            end = min(shown_to + context, _next_first(file, hunk))
            yield from _same(file, hunk, shown_to, end, before=False)
            shown_to = end
    yield from _fold(file, shown_to, len(file.after))


def _next_first(file: "FileDiff", hunk: "Hunk") -> int:
    """Context between two hunks is shared: half of it, or all if it is short, belongs to the upper one."""
    if hunk.index + 1 == len(file.hunks):
        return len(file.after)
    return file.hunks[hunk.index + 1].after_first - 1


def _fold(file: "FileDiff", start: int, end: int) -> Iterator[Row]:
    if end > start:
        yield Row(Kind.FOLD, file.index, -1, start, end - start)


def _same(file: "FileDiff", hunk: "Hunk", start: int, end: int, before: bool) -> Iterator[Row]:
    shift = hunk.before_first - hunk.after_first
    if not before:
        shift += hunk.before_count - hunk.after_count
    for line in range(start, end):
        yield Row(Kind.SAME, file.index, -1, line + shift, line)


def _changed(file: "FileDiff", hunk: "Hunk", unit: int, split: bool) -> Iterator[Row]:
    old = range(hunk.before_first - 1, hunk.before_first - 1 + hunk.before_count)
    new = range(hunk.after_first - 1, hunk.after_first - 1 + hunk.after_count)
    if split:
        for at in range(max(len(old), len(new))):
            left = old[at] if at < len(old) else -1
            yield Row(Kind.PAIR, file.index, unit, left, new[at] if at < len(new) else -1)
        return
    # The partner's index rides along, so that a line knows which words of it changed.
    for at, line in enumerate(old):
        yield Row(Kind.OLD, file.index, unit, line, new[at] if at < len(new) else -1)
    for at, line in enumerate(new):
        yield Row(Kind.NEW, file.index, unit, old[at] if at < len(old) else -1, line)


def hunk_lines(unit: "Unit") -> tuple[int, int]:
    """(first, last) line of the new side, 1-based; a pure removal is the place where it was."""
    first = unit.hunks[0].after_first
    last = unit.hunks[-1]
    return first, max(first, last.after_first + last.after_count - 1)


class Table:
    """Rows with their heights: which row is on which line of the screen, and where a unit lies."""

    def __init__(self, rows: Sequence[Row], heights: Sequence[int]) -> None:
        self.rows = rows
        self._tops = list(accumulate(heights, initial=0))
        self._units: dict[int, tuple[int, int]] = {}
        for index, row in enumerate(rows):
            if row.unit >= 0 and row.kind != Kind.FILE:
                self._units[row.unit] = (self._units.get(row.unit, (index, 0))[0], index)

    @property
    def height(self) -> int:
        return self._tops[-1]

    def row_at(self, y: int) -> int | None:
        """Index of the row on a line."""
        return bisect_right(self._tops, y) - 1 if 0 <= y < self._tops[-1] else None

    def top(self, row: int) -> int:
        return self._tops[row]

    def span(self, unit: int) -> tuple[int, int]:
        """(first line of a unit, one after its last)."""
        first, last = self._units.get(unit, (0, -1))
        return self._tops[first], self._tops[last + 1]

    def rows_of(self, unit: int) -> Sequence[Row]:
        first, last = self._units.get(unit, (0, -1))
        return self.rows[first : last + 1]

    def units_between(self, top: int, end: int) -> list[int]:
        """The units that have a row on these lines."""
        first, last = self.row_at(max(top, 0)), self.row_at(min(end, self.height) - 1)
        if first is None or last is None:
            return []
        return [row.unit for row in self.rows[first : last + 1] if row.unit >= 0 and row.kind != Kind.FILE]
