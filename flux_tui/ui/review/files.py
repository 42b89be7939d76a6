"""The files under review: both sides in lines, hunks, and the units that are decided at once. Draws nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from flux_tui.protocol.blocks import DiffBlock
from flux_tui.ui.highlight import Highlighter, highlighter
from flux_tui.workspace.hunks import Hunk, hunks

Kind = Literal["changed", "new", "deleted", "moved", "binary"]


@dataclass(frozen=True, slots=True)
class Unit:
    """One yes or no: a hunk, or a file that can only be taken whole."""

    file: int
    number: int
    """From 1, within the file."""
    hunks: tuple[Hunk, ...]
    """Empty where there are no lines to show: a move, an empty file, a binary one."""


class FileDiff:
    """One file as it is shown. A move is one file, though two blocks stand for it."""

    def __init__(self, index: int, block: DiffBlock, left: DiffBlock | None = None) -> None:
        self.index = index
        self.path = block.path
        self.moved_from = block.moved_from
        self.blocks = (block,) if left is None else (block, left)
        before = left.before if left is not None else block.before
        self.kind = _kind(before, block)
        self.binary = self.kind == "binary"
        self.sides = ("" if self.binary else before or "", "" if self.binary else block.after or "")
        self.before, self.after = map(_lines, self.sides)
        self.hunks = hunks(*self.sides)
        self.units = self._units()

    @property
    def added(self) -> int:
        return sum(hunk.after_count for hunk in self.hunks)

    @property
    def removed(self) -> int:
        return sum(hunk.before_count for hunk in self.hunks)

    @cached_property
    def colors(self) -> tuple[Highlighter | None, Highlighter | None]:
        """Of the old and of the new side."""
        return highlighter(self.moved_from or self.path, self.before), highlighter(self.path, self.after)

    @cached_property
    def unended(self) -> tuple[int, int]:
        """Index of the last line of each side if only that side has no final newline, else -1."""
        ended = [not side or side.endswith("\n") for side in self.sides]
        if ended[0] == ended[1]:
            return -1, -1
        return (-1 if ended[0] else len(self.before) - 1), (-1 if ended[1] else len(self.after) - 1)

    def _units(self) -> tuple[Unit, ...]:
        if self.kind in ("moved", "binary") or not self.hunks:
            return (Unit(self.index, 1, self.hunks),)
        return tuple(Unit(self.index, number, (hunk,)) for number, hunk in enumerate(self.hunks, 1))


def files_of(blocks: Sequence[DiffBlock]) -> tuple[FileDiff, ...]:
    """The files of a change, in their order; the leaving side of a move is shown with its arriving side."""
    leaving = {block.path: block for block in blocks if block.after is None}
    moved = {block.moved_from for block in blocks if block.moved_from in leaving}
    shown = [block for block in blocks if not (block.after is None and block.path in moved)]
    return tuple(FileDiff(index, block, leaving.get(block.moved_from or "")) for index, block in enumerate(shown))


def _kind(before: str | None, block: DiffBlock) -> Kind:
    if "\0" in (before or "") or "\0" in (block.after or ""):
        return "binary"
    if block.moved_from is not None:
        return "moved"
    if before is None:
        return "new"
    return "deleted" if block.after is None else "changed"


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]
