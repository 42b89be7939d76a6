"""Pieces of one line that know how dear they are: what matters least goes first when the line is too narrow."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

GAP = 2
"""Blank columns between two pieces."""


@dataclass(frozen=True, slots=True)
class Piece:
    parts: tuple[tuple[str, Style], ...]
    rank: int = 0
    """The higher, the sooner it is dropped. 0 = never."""

    @property
    def width(self) -> int:
        return sum(cell_len(text) for text, _ in self.parts)


def piece(text: str, style: Style, rank: int = 0) -> Piece:
    return Piece(((text, style),), rank)


def fit(left: Sequence[Piece], right: Sequence[Piece], width: int) -> tuple[list[Piece], list[Piece]]:
    """Keep what matters most: the lowest ranks first, and of the rest whatever still fits into `width` cells."""
    both = [*left, *right]
    room, kept = width + GAP, set[int]()
    for index in sorted(range(len(both)), key=lambda one: both[one].rank):
        needed = both[index].width + GAP
        if needed <= room or both[index].rank == 0:
            kept.add(index)
            room -= needed
    chosen = [one if index in kept else None for index, one in enumerate(both)]
    return [one for one in chosen[: len(left)] if one], [one for one in chosen[len(left) :] if one]


def draw(left: Sequence[Piece], right: Sequence[Piece], width: int, base: Style) -> Strip:
    """One line of exactly `width` cells, a blank column at each end."""
    room = max(width - 2, 0)
    kept_left, kept_right = fit(left, right, room)
    gap = max(room - _needed(kept_left) - _needed(kept_right), 0)
    segments = [*_join(kept_left), Segment(" " * gap), *_join(kept_right)]
    strip = Strip([Segment(" "), *segments, Segment(" ")]).apply_style(base)
    return strip.adjust_cell_length(width, base)


def clip(text: str, width: int) -> str:
    """The text in at most `width` cells, an ellipsis where it was cut."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(width - 1, 0)).rstrip() + "…" if width > 0 else ""


def _needed(pieces: Sequence[Piece]) -> int:
    return sum(one.width for one in pieces) + GAP * max(len(pieces) - 1, 0)


def _join(pieces: Sequence[Piece]) -> list[Segment]:
    segments: list[Segment] = []
    for index, one in enumerate(pieces):
        if index:
            segments.append(Segment(" " * GAP))
        segments += [Segment(text, style) for text, style in one.parts]
    return segments
