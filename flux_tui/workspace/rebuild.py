"""Puts the replacement in a place that matched after a step: old lines are the file's, new ones take the way back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from flux_tui.protocol.codes import Code
from flux_tui.workspace.folding import Typography
from flux_tui.workspace.indent import Shift
from flux_tui.workspace.miss import Miss
from flux_tui.workspace.splice import Region, closed, ending_of
from flux_tui.workspace.text import Text


@dataclass(frozen=True, slots=True)
class Found:
    """A place (0-based first line), what was sent for it, and the step's way back."""

    at: int
    search: tuple[str, ...]
    new: tuple[str, ...]
    shift: Shift | None
    folded: bool


def rebuilt(text: Text, found: Found) -> Region:
    """Raises Miss where a new line has no way back."""
    first, last = found.at, found.at + len(found.search)
    file = text.lines[first:last]
    fresh = ending_of(text, first, last)
    base = _base(found, file)
    lines: list[str] = []
    endings: list[str] = []
    for own, line in _merged(base, found, file):
        lines.append(file[own] if own is not None else line)
        endings.append(text.endings[first + own] if own is not None else fresh)
    if endings and text.endings[last - 1]:
        endings[-1] = text.endings[last - 1]
    return closed(text, Region(first, last, tuple(lines), tuple(endings)))


def _base(found: Found, file: Sequence[str]) -> Sequence[str]:
    """What the replacement was written against: the search, or the file itself where only the search slipped."""
    if found.shift is None or not found.new:
        return found.search
    with_search = _agreeing(found.search, found.new)
    with_file = _agreeing(file, found.new)
    if with_file > with_search:
        if with_search:
            raise _two_frames()
        return file
    if found.shift.kind in ("add", "remove") and not with_search and _indent(found.new) != _indent(found.search):
        raise _two_frames()
    return found.search


def _merged(base: Sequence[str], found: Found, file: Sequence[str]) -> Iterator[tuple[int | None, str]]:
    """(line of the place that is kept, "") or (None, new line), in the order of the result."""
    typography = Typography(found.search, file) if found.folded else None
    stripped, extra = _slipped_blanks(found.search, file), _same_tail(found.search, file)
    for tag, i, j, k, n in SequenceMatcher(None, base, found.new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from ((own, "") for own in range(i, j))
            continue
        for at in range(k, n):
            line = found.new[at]
            if typography is not None:
                bare = line.lstrip()
                line = typography.indent(line[: len(line) - len(bare)]) + bare
            if found.shift is not None and base is found.search:
                line = found.shift.apply(line)
            if typography is not None:
                like = i + at - k if j - i == n - k else None
                line = _restored(typography, line, found.search[like] if like is not None else None, like, file)
            yield None, line.rstrip(" \t") if stripped else line.removesuffix(extra)


def _restored(typography: Typography, line: str, sent: str | None, like: int | None, file: Sequence[str]) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    kept = file[like].strip() if like is not None else None
    tail = line[len(line.rstrip()) :] if line.strip() else ""
    return indent + typography.restore(line.strip(), sent.strip() if sent is not None else None, kept) + tail


def _agreeing(a: Sequence[str], b: Sequence[str]) -> int:
    """Lines that are not blank and stand in both, in order."""
    matched = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return sum(1 for block in matched for line in a[block.a : block.a + block.size] if line.strip())


def _indent(lines: Sequence[str]) -> str:
    line = next((line for line in lines if line.strip()), "")
    return line[: len(line) - len(line.lstrip(" \t"))]


def _slipped_blanks(search: Sequence[str], file: Sequence[str]) -> bool:
    """True if the search has trailing blanks on every line and the file on none: then the new lines' are a slip too."""
    pairs = [(sent, kept) for sent, kept in zip(search, file, strict=True) if sent.strip()]
    return all(sent != sent.rstrip() and kept == kept.rstrip() for sent, kept in pairs)


def _same_tail(search: Sequence[str], file: Sequence[str]) -> str:
    """The blanks that every line of the search has beyond its line of the file, "" unless they are alike."""
    tails = {sent.removeprefix(kept) for sent, kept in zip(search, file, strict=True) if sent.strip()}
    tail = tails.pop() if len(tails) == 1 else ""
    return tail if tail.isspace() else ""


def _two_frames() -> Miss:
    return Miss(
        Code.SEARCH_TEXT_NOT_FOUND,
        "the search is indented otherwise than the file, and the replacement otherwise than the search. "
        "Copy the file's own indentation into both.",
    )
