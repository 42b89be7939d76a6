"""Where a text that is not there was most likely copied from, in this file or another. Shown, never edited."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from flux_tui.protocol.outcomes import Refusal
from flux_tui.workspace import search as searching
from flux_tui.workspace.files import Workspace
from flux_tui.workspace.folding import fold

FUZZY_LINES = 6000
"""Distinct lines of a file up to which a single line is looked for by similarity."""
CLOSE_CALLS = 12
TELLING = 12
"""Characters from which on a line tells where it comes from."""
ELSEWHERE = 3
LINE_HEAD = 400
"""Characters of a line that are compared."""


@dataclass(frozen=True, slots=True)
class Near:
    first: int
    """1-based; the search laid on the file would begin here."""
    last: int
    agreeing: int
    """Lines that are the same, blanks at the edges and typography apart."""
    differs: int | None
    """Index in the search of the first line that is not the file's, byte for byte."""


def nearest(lines: Sequence[str], search: Sequence[str]) -> Near | None:
    """None if no line of the search, nor one like it, is in the file."""
    wanted = [fold(line).strip() for line in search]
    have = [fold(line).strip() for line in lines]
    votes = _votes(have, wanted) or _fuzzy_votes(have, wanted)
    if not votes:
        return None
    most = max(votes.values())
    close = [at for at, count in votes.items() if count >= most - 1e-9][:CLOSE_CALLS]
    at = max(close, key=lambda start: (_likeness(have, wanted, start), -start)) if len(close) > 1 else close[0]
    return _laid(lines, search, have, wanted, at)


def holders(workspace: Workspace, search: Sequence[str]) -> tuple[str, ...]:
    """The first files that hold the longest line of the search."""
    line = max((line.strip() for line in search), key=len, default="")
    if not TELLING <= len(line) <= LINE_HEAD:
        return ()
    found: dict[str, None] = {}
    try:
        with closing(searching.grep(workspace, re.escape(line))) as hits:
            for path, _ in hits:
                found[path] = None
                if len(found) == ELSEWHERE:
                    break
    except Refusal:
        pass
    return tuple(found)


def _votes(have: Sequence[str], wanted: Sequence[str]) -> Counter[int]:
    """Start line -> lines that agree; a line that stands in few places speaks louder."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(have):
        places[line].append(at)
    votes: Counter[int] = Counter()
    for offset, line in enumerate(wanted):
        found = places.get(line, []) if line else []
        for at in found:
            votes[at - offset] += 1 + 1 / len(found)  # type: ignore[assignment]
    return votes


def _fuzzy_votes(have: Sequence[str], wanted: Sequence[str]) -> Counter[int]:
    distinct = {line[:LINE_HEAD]: at for at, line in reversed(list(enumerate(have))) if line}
    if len(distinct) > FUZZY_LINES:
        return Counter()
    longest = max(range(len(wanted)), key=lambda at: len(wanted[at]), default=0)
    near = get_close_matches(wanted[longest][:LINE_HEAD], distinct, 1, 0.6) if wanted else []
    return Counter({distinct[near[0]] - longest: 1}) if near else Counter()


def _likeness(have: Sequence[str], wanted: Sequence[str], start: int) -> float:
    total = 0.0
    for offset, line in enumerate(wanted[:30]):
        at = start + offset
        if 0 <= at < len(have):
            total += SequenceMatcher(None, have[at][:LINE_HEAD], line[:LINE_HEAD]).ratio()
    return total


def _laid(lines: Sequence[str], search: Sequence[str], have: Sequence[str], wanted: Sequence[str], at: int) -> Near:
    pairs = [(offset, at + offset) for offset in range(len(search)) if 0 <= at + offset < len(lines)]
    agreeing = sum(1 for offset, line in pairs if wanted[offset] == have[line] and wanted[offset])
    inside = {offset for offset, _ in pairs}
    differs = next(
        (offset for offset in range(len(search)) if offset not in inside or search[offset] != lines[at + offset]), None
    )
    return Near(max(at, 0) + 1, min(max(at + len(search), at + 1, 1), len(lines)), agreeing, differs)
