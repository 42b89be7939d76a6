"""Arithmetic of line intervals: ascending, disjoint, 1-based, inclusive. Neighbours are joined."""

from collections.abc import Iterable, Sequence

from flux_tui.protocol.messages import Ranges, Shift


def normal(spans: Iterable[tuple[int, int]]) -> Ranges:
    """Any spans as proper ranges; empty ones (last < first) are dropped."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if last < first:
            continue
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined)


def union(a: Ranges, b: Iterable[tuple[int, int]]) -> Ranges:
    return normal((*a, *b))


def subtract(a: Ranges, b: Ranges) -> Ranges:
    """The lines of `a` that are not in `b`."""
    left: list[tuple[int, int]] = []
    for first, last in a:
        start = first
        for cut_first, cut_last in b:
            if cut_last < start or cut_first > last:
                continue
            if cut_first > start:
                left.append((start, cut_first - 1))
            start = cut_last + 1
        if start <= last:
            left.append((start, last))
    return tuple(left)


def count(ranges: Ranges) -> int:
    """How many lines they hold."""
    return sum(last - first + 1 for first, last in ranges)


def shifted(ranges: Ranges, shifts: Sequence[Shift]) -> Ranges:
    """Ranges of the old numbering in the new one; replaced lines fall out, added lines are not in it."""
    moved: list[tuple[int, int]] = []
    start, offset = 1, 0
    for shift in shifts:
        moved += _kept(ranges, start, shift.first - 1, offset)
        start = shift.first + shift.removed
        offset += shift.added - shift.removed
    moved += _kept(ranges, start, None, offset)
    return normal(moved)


def added(shifts: Sequence[Shift]) -> Ranges:
    """The lines that the shifts brought, in the new numbering."""
    spans: list[tuple[int, int]] = []
    offset = 0
    for shift in shifts:
        first = shift.first + offset
        spans.append((first, first + shift.added - 1))
        offset += shift.added - shift.removed
    return normal(spans)


def _kept(ranges: Ranges, low: int, high: int | None, offset: int) -> list[tuple[int, int]]:
    clipped = ((max(first, low), last if high is None else min(last, high)) for first, last in ranges)
    return [(first + offset, last + offset) for first, last in clipped if first <= last]


def spoken(ranges: Ranges) -> str:
    """`3, 7-9`."""
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)
