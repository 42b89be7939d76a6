"""A wanted range of lines grown to whole nodes, so that nothing that is shown is cut in the middle.

An excerpt never begins or ends inside a statement, header, string or bracket that fits the budget, nor inside a
function of up to 80 lines. Where something is too large to show, its lines are marked as broken.
"""

from dataclasses import dataclass

from flux_tui.protocol.messages import Ranges
from flux_tui.syntax.blocks import Blocks
from flux_tui.syntax.languages import language_of, source
from flux_tui.syntax.outline import Definition, is_unstructured, outline
from flux_tui.syntax.places import UNIT_LINES, Nodes, Place, Span, View

HEADER_LINES = 40
"""A longer header of an enclosing definition is not repeated."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines to show, 1-based. Empty for an empty file."""

    main: Span
    headers: tuple[Span, ...] = ()
    """Of the definitions around `main`, outermost first, all before it."""
    around: tuple[Definition, ...] = ()
    """These definitions."""
    broken: Ranges = ()
    """Lines of `main` that belong to a statement which is not shown whole; they must not count as seen."""
    cut: Span | None = None
    """The whole statement that `main` begins or ends in, None where it does neither."""

    @property
    def ranges(self) -> Ranges:
        """All shown lines, neighbours joined."""
        joined: list[Span] = []
        for first, last in (*self.headers, self.main):
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            elif first <= last:
                joined.append((first, last))
        return tuple(joined)


def grow(path: str, data: bytes, first: int, last: int, budget_lines: int) -> Ranges:
    """The lines to show for `first`-`last`: whole nodes, and the headers of the definitions around them."""
    return expand(path, data, first, last, budget_lines).ranges


def expand(path: str, data: bytes, first: int, last: int, budget_lines: int) -> Excerpt:
    """At most `budget_lines` lines, of which `first` is one. Lines outside the file are cut off."""
    definitions = outline(path, data)
    view = _view(path, data, definitions)
    if not view.total:
        return Excerpt((1, 0))
    first = min(max(first, 1), view.total)
    last = min(max(last, first), view.total)
    start, end = _grown(view, definitions, (first, last), max(budget_lines, 1))
    around = _around(definitions, start)
    broken, cut = _broken(view, start, end)
    return Excerpt((start, end), _headers(around, start, budget_lines), around, broken, cut)


def _view(path: str, data: bytes, definitions: tuple[Definition, ...]) -> View:
    text = source(data)
    rows = text.split(b"\n")
    if not rows[-1]:
        rows.pop()
    language = language_of(path)
    if language is None or is_unstructured(data):
        return Blocks(rows)
    return Nodes(language, data, rows, definitions)


def _around(definitions: tuple[Definition, ...], line: int) -> tuple[Definition, ...]:
    return tuple(one for one in definitions if one.first < line <= one.last)


def _headers(around: tuple[Definition, ...], start: int, budget: int) -> tuple[Span, ...]:
    """The innermost that take no more than half of the budget."""
    room = budget // 2
    kept: list[Span] = []
    for one in reversed(around):
        span = one.first, min(one.header, start - 1)
        lines = span[1] - span[0] + 1
        if lines <= min(room, HEADER_LINES):
            kept.append(span)
            room -= lines
    return tuple(reversed(kept))


def _grown(view: View, definitions: tuple[Definition, ...], wanted: Span, budget: int) -> Span:
    """The largest units at both ends that fit together; else as much from the first line on as does."""
    first, last = wanted
    if last - first < budget:
        heads, tails = view.place(first, leading=True), view.place(last, leading=False)
        for head in (*heads.units, heads.atom):
            for tail in (*tails.units, tails.atom):
                span = _closed(view, (min(head[0], tail[0], first), max(head[1], tail[1], last)))
                if span[1] - span[0] < _room(definitions, span[0], budget):
                    return span
    start = _start(view, definitions, first, budget)
    limit = start + max(_room(definitions, start, budget) - 1, first - start)
    return start, _end(view, start, last, min(limit, view.total))


def _room(definitions: tuple[Definition, ...], start: int, budget: int) -> int:
    """The lines left when the headers of what is around `start` are shown too."""
    return budget - sum(end - begin + 1 for begin, end in _headers(_around(definitions, start), start, budget))


def _closed(view: View, span: Span) -> Span:
    """Grown while it begins or ends inside a statement that shares a line with its neighbour."""
    first, last = span
    while (above := view.place(first, leading=True).atom[0]) < first:
        first = above
    while (below := view.place(last, leading=False).atom[1]) > last:
        last = below
    return first, last


def _start(view: View, definitions: tuple[Definition, ...], first: int, budget: int) -> int:
    """Where to begin when not all of it can be shown: at the largest unit that fits and leaves room for more."""
    place = view.place(first, leading=True)
    for span in (*place.units, place.atom):
        start = _closed(view, (span[0], first))[0]
        fits = span[1] - start < _room(definitions, start, budget)
        if fits and (first - start < budget // 2 or span == place.atom):
            return start
    inside = (span[0] for span in place.elements if span[1] - span[0] < min(UNIT_LINES, budget // 2))
    return next(inside, first)


def _end(view: View, start: int, last: int, limit: int) -> int:
    """The largest unit at the last line that fits; else the last clean place before the room ends."""
    if last <= limit:
        place = view.place(last, leading=False)
        inside = place.elements if place.atom[0] <= start else ()
        for span in (*place.units, place.atom, *inside):
            end = span[1] if span in inside else _closed(view, (last, span[1]))[1]
            if end <= limit:
                return end
    return _cut(view, start, min(last, limit))


def _cut(view: View, start: int, end: int) -> int:
    """The last line up to `end` after which nothing is cut that fits."""
    while end < view.total:
        span = _crossing(view.place(end, leading=False), start, end)
        if span is None:
            return end
        end = span[0] - 1
    return end


def _crossing(place: Place, start: int, end: int) -> Span | None:
    """The largest node that begins after `start` and goes on after `end`."""
    inside = place.elements if place.atom[0] <= start else ()
    spans = (*place.units, place.atom, *inside)
    return next((span for span in spans if start < span[0] <= end < span[1]), None)


def _broken(view: View, start: int, end: int) -> tuple[Ranges, Span | None]:
    """Lines of the statements that the excerpt begins or ends in, and the last of these statements."""
    head = view.place(start, leading=True).atom
    tail = view.place(end, leading=False).atom
    spans: list[Span] = []
    if head[0] < start:
        spans.append((start, min(end, head[1])))
    if tail[1] > end:
        spans.append((max(start, tail[0]), end))
    if len(spans) == 2 and spans[0][1] >= spans[1][0] - 1:
        spans = [(spans[0][0], spans[1][1])]
    if not spans:
        return (), None
    return tuple(spans), tail if tail[1] > end else head
