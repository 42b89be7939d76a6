"""The definitions that hunks lie in. Runs in a thread: parsing a long file takes a while."""

from collections.abc import Sequence

from flux_tui.syntax.structure import enclosing
from flux_tui.ui.review.files import FileDiff


def names(files: Sequence[FileDiff]) -> dict[int, str]:
    """Unit -> qualified name, for those inside a definition."""
    found: dict[int, str] = {}
    units = ((file, unit) for file in files for unit in file.units)
    for index, (file, unit) in enumerate(units):
        if not unit.hunks:
            continue
        # A pure removal has no line of its own on the new side: where it was is asked of the old one.
        hunk = unit.hunks[0]
        gone = hunk.after_count == 0
        first, count = (hunk.before_first, hunk.before_count) if gone else (hunk.after_first, hunk.after_count)
        path = (file.moved_from or file.path) if gone else file.path
        first, last = _without_blanks(file.before if gone else file.after, first, first + count - 1)
        definition = enclosing(path, file.sides[0 if gone else 1].encode("utf-8", "replace"), first, last)
        if definition is not None:
            found[index] = definition.name
    return found


def _without_blanks(lines: Sequence[str], first: int, last: int) -> tuple[int, int]:
    """Blank lines at an edge belong to no definition and would hide the one beside them."""
    full = [number for number in range(first, last + 1) if lines[number - 1].strip()]
    return (full[0], full[-1]) if full else (first, last)
