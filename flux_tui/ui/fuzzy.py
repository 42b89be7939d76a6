"""Ranks names by how well a few typed letters fit. Pure and quick enough for 100,000 names in a thread."""

import re
from collections.abc import Iterable, Iterator
from heapq import nsmallest

Rank = tuple[int, int, str]


def rank(query: str, names: Iterable[str], limit: int = 50, *, in_order: bool = False) -> list[str]:
    """The best `limit` names, best first; equals by length, or as given. An empty query keeps the order given."""
    wanted = query.casefold()
    if not wanted:
        return [name for name, _ in zip(names, range(limit), strict=False)]
    return [name for *_, name in nsmallest(limit, _ranked(wanted, names, in_order))]


def score(wanted: str, name: str) -> int | None:
    """0 is best; None = the letters are not in the name in this order. `wanted` is case-folded."""
    folded = name.casefold()
    last = folded.rsplit("/", 1)[-1]
    if wanted in (last, folded):
        return 0
    if last.startswith(wanted):
        return 1
    if folded.startswith(wanted):
        return 2
    if wanted in last:
        return 3
    if wanted in folded:
        return 4
    letters = iter(last)
    if all(letter in letters for letter in wanted):
        return 5
    letters = iter(folded)
    return 6 if all(letter in letters for letter in wanted) else None


def nearest(word: str, names: Iterable[str], limit: int = 3) -> list[str]:
    """Names that someone who typed `word` may have meant."""
    from difflib import get_close_matches

    known = list(names)
    starts = [name for name in known if word and name.startswith(word)]
    close = get_close_matches(word, known, n=limit, cutoff=0.5)
    return list(dict.fromkeys([*starts, *close]))[:limit]


def _ranked(wanted: str, names: Iterable[str], in_order: bool) -> Iterator[Rank]:
    # One search in C throws out most names before the careful comparison.
    possible = re.compile(".*?".join(map(re.escape, wanted)), re.IGNORECASE | re.DOTALL).search
    for index, name in enumerate(names):
        if possible(name) and (found := score(wanted, name)) is not None:
            yield found, index if in_order else len(name), name
