"""How many blank lines stand between neighbours, by the manner of the file."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from flux_tui.syntax.outline import Definition


def above(lines: Sequence[str], first: int) -> int:
    """Blank lines directly above a line (1-based)."""
    return _run(lines, range(first - 2, -1, -1))


def below(lines: Sequence[str], last: int) -> int:
    return _run(lines, range(last, len(lines)))


def usual(lines: Sequence[str], definitions: Sequence[Definition], parent: str, fallback: int) -> int:
    """Between members of one definition ("" = the module): most often here, else at this depth, else `fallback`."""
    here = Counter(_gaps(lines, _children(definitions, parent)))
    if not here:
        depth = parent.count(".") if parent else -1
        parents = {one.parent for one in definitions if (one.parent.count(".") if one.parent else -1) == depth}
        here = Counter(gap for other in parents for gap in _gaps(lines, _children(definitions, other)))
    return max(here, key=lambda gap: (here[gap], gap)) if here else fallback


def between(lines: Sequence[str], a: Definition, b: Definition) -> int | None:
    """None if more than blank lines is between."""
    return next(_gaps(lines, (a, b)), None)


def neighbours(definitions: Sequence[Definition], one: Definition) -> tuple[Definition | None, Definition | None]:
    """The siblings before and after."""
    siblings = _children(definitions, one.parent)
    at = siblings.index(one)
    return (siblings[at - 1] if at else None), (siblings[at + 1] if at + 1 < len(siblings) else None)


def _children(definitions: Sequence[Definition], parent: str) -> list[Definition]:
    return [one for one in definitions if one.parent == parent]


def _gaps(lines: Sequence[str], siblings: Sequence[Definition]) -> Iterator[int]:
    for a, b in pairwise(siblings):
        if a.last < b.first and not any(line.strip() for line in lines[a.last : b.first - 1]):
            yield b.first - 1 - a.last


def _run(lines: Sequence[str], indexes: Iterable[int]) -> int:
    count = 0
    for at in indexes:
        if lines[at].strip():
            break
        count += 1
    return count
