"""The reversible steps that are tried when a text is not there as it was sent: whole lines, one place, and a way back.

The first combination with a place decides; a place that another one rivals is not taken.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from flux_tui.protocol.codes import Code
from flux_tui.workspace import indent
from flux_tui.workspace.folding import fold
from flux_tui.workspace.miss import Miss
from flux_tui.workspace.rebuild import Found, rebuilt
from flux_tui.workspace.splice import Region
from flux_tui.workspace.text import Text
from flux_tui.workspace.unwrap import Pair, pairs

Step = Literal["lines", "blanks", "typography", "indentation"]

KEYS: dict[Step, Callable[[str], str]] = {
    "lines": lambda line: line,
    "blanks": str.rstrip,
    "typography": lambda line: fold(line).rstrip(),
    "indentation": lambda line: fold(line).strip(),
}
NOTES: dict[Step, str] = {
    "lines": "by whole lines",
    "blanks": "without trailing blanks",
    "typography": "with plain typography",
    "indentation": "",
}


@dataclass(frozen=True, slots=True)
class Climbed:
    regions: tuple[Region, ...]
    note: str
    search_lines: int


@dataclass(frozen=True, slots=True)
class _Try:
    """One combination: the lines to find, the lines to put there."""

    pair: Pair
    lines: tuple[str, ...]
    new: tuple[str, ...]
    dropped: int
    """Blank lines dropped from the head of the search."""


def climb(text: Text, search: str, replacement: str, everywhere: bool) -> Climbed:
    """Raises Miss."""
    tries = [attempt for pair in pairs(search, replacement) for attempt in _tries(pair)]
    for step, key in KEYS.items():
        index = _index(text.lines, key)
        for attempt in tries:
            places = _places(text, attempt.lines, step, key, index)
            if places:
                return _decided(text, attempt, step, places, everywhere)
    lines = tries[0].lines if tries else tuple(search.split("\n"))
    raise Miss(Code.SEARCH_TEXT_NOT_FOUND, "the text is not in the file.", (), lines)


def alike(text: Text, search: str) -> tuple[tuple[int, int], ...]:
    """Every run of whole lines (1-based) that reads as the search, indentation apart."""
    lines, key = tuple(_split(search)), KEYS["indentation"]
    starts = _places(text, lines, "typography", key, _index(text.lines, key))
    return tuple((at + 1, at + len(lines)) for at in starts)


def _tries(pair: Pair) -> Iterator[_Try]:
    lines, new = _split(pair.search), _split(pair.replacement or "")
    if not any(line.strip() for line in lines):
        return
    yield _Try(pair, tuple(lines), tuple(new), 0)
    head, tail = _blank_edge(lines), _blank_edge(lines[::-1])
    if head or tail:
        new_head = min(head, _blank_edge(new))
        new_tail = min(tail, _blank_edge(new[::-1]), len(new) - new_head)
        bare = lines[head : len(lines) - tail]
        yield _Try(pair, tuple(bare), tuple(new[new_head : len(new) - new_tail]), head)


def _split(text: str) -> list[str]:
    """Lines of a text; one newline at its end ends its last line."""
    return text.removesuffix("\n").split("\n") if text else []


def _blank_edge(lines: Sequence[str]) -> int:
    return next((at for at, line in enumerate(lines) if line.strip()), len(lines))


def _index(lines: Sequence[str], key: Callable[[str], str]) -> dict[str, list[int]]:
    index: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        index[key(line)].append(at)
    return index


def _places(
    text: Text, lines: tuple[str, ...], step: Step, key: Callable[[str], str], index: dict[str, list[int]]
) -> list[int]:
    """First lines (0-based) of the runs that equal `lines` under the key."""
    wanted = [key(line) for line in lines]
    rarest = min(range(len(wanted)), key=lambda at: len(index.get(wanted[at], ())))
    starts = [at - rarest for at in index.get(wanted[rarest], ()) if 0 <= at - rarest <= len(text.lines) - len(lines)]
    equal = [at for at in starts if all(key(text.lines[at + i]) == want for i, want in enumerate(wanted))]
    if step != "indentation":
        return equal
    return [at for at in equal if indent.derive(lines, text.lines[at : at + len(lines)])]


def _decided(text: Text, attempt: _Try, step: Step, places: list[int], everywhere: bool) -> Climbed:
    size = len(attempt.lines)
    named = attempt.pair.first
    if len(places) > 1 and named is not None and not everywhere and named - 1 + attempt.dropped in places:
        places = [named - 1 + attempt.dropped]
    shown = tuple((at + 1, at + size) for at in places)
    if len(places) > 1 and (not everywhere or _overlap(places, size)):
        raise Miss(Code.SEARCH_TEXT_NOT_UNIQUE, "the text is there more than once.", shown, attempt.lines)
    rival = None if step == "lines" else _rival(text, attempt.lines, places)
    if rival is not None:
        why = "another place agrees with more lines of your text, byte for byte; it has changed."
        raise Miss(Code.SEARCH_TEXT_NOT_FOUND, why, ((rival + 1, rival + size),), attempt.lines)
    if attempt.pair.replacement is None:
        why = f"the search matches {attempt.pair.note}, but the replacement is wrapped only in part. Send both plain."
        raise Miss(Code.SEARCH_TEXT_NOT_FOUND, why, shown, attempt.lines)
    try:
        regions = tuple(_region(text, attempt, step, at) for at in places)
    except Miss as miss:
        raise Miss(miss.code, miss.why, shown, attempt.lines) from miss
    return Climbed(regions, _note(text, attempt, step, places[0]), size)


def _region(text: Text, attempt: _Try, step: Step, at: int) -> Region:
    file = text.lines[at : at + len(attempt.lines)]
    shift = indent.derive(attempt.lines, file) if step == "indentation" else None
    return rebuilt(text, Found(at, attempt.lines, attempt.new, shift, step in ("typography", "indentation")))


def _note(text: Text, attempt: _Try, step: Step, at: int) -> str:
    shift = indent.derive(attempt.lines, text.lines[at : at + len(attempt.lines)]) if step == "indentation" else None
    said = shift.note if shift else NOTES[step]
    parts = [attempt.pair.note, "" if step == "lines" and attempt.pair.note else said]
    if attempt.dropped or len(_split(attempt.pair.search)) > len(attempt.lines):
        parts.append("without blank edge lines")
    return ", ".join(part for part in parts if part)


def _overlap(places: Sequence[int], size: int) -> bool:
    return any(later < earlier + size for earlier, later in pairwise(places))


def _rival(text: Text, lines: tuple[str, ...], places: Sequence[int]) -> int | None:
    """Another place that agrees exactly with more of the lines than the candidate, and with at least half."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        if line.strip():
            wanted[line].append(at)
    votes = Counter(
        at - offset for at, line in enumerate(text.lines) if line in wanted for offset in wanted[line] if at >= offset
    )
    most = max(votes[at] for at in places)
    real = sum(len(offsets) for offsets in wanted.values())
    others = [(count, -at) for at, count in votes.items() if at not in places and count > most and 2 * count >= real]
    return -max(others)[1] if others else None
