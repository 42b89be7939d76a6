"""Finds the one place an edit means and builds the file with it. Never by similarity: what is not certain is a miss.

Literal first; then the ladder of reversible steps, the first of which that has a place decides.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, count
from operator import add

from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import Ranges
from flux_tui.protocol.outcomes import Refusal
from flux_tui.workspace import ladder
from flux_tui.workspace.miss import Miss
from flux_tui.workspace.ranges import normal
from flux_tui.workspace.splice import Region, region, splice
from flux_tui.workspace.text import Text, lf

SHOWN_BYTE = re.compile(r"\\x([89a-fA-F][0-9a-fA-F])")
LADDER_LIMIT = 8 * 1024 * 1024
"""Characters of a file up to which the ladder is tried."""


@dataclass(frozen=True, slots=True)
class Edit:
    data: bytes
    """The whole file after the edit."""
    places: Ranges
    """The lines matched, in the old numbering."""
    note: str
    """How it matched: `exactly`, or the steps that were needed."""
    search_lines: int
    """How many lines the model named at each place, unwrapped."""


def replace(text: Text, search: str, replacement: str, everywhere: bool = False) -> Edit:
    """`match`, with a miss as a plain refusal."""
    try:
        return match(text, search, replacement, everywhere)
    except Miss as miss:
        raise Refusal(miss.code, f"{miss.code}. Nothing was changed. {miss.why}") from miss


def match(text: Text, search: str, replacement: str, everywhere: bool = False) -> Edit:
    """Raises Miss (no place, several places, nothing to change) and Refusal (characters the file can't hold)."""
    search, replacement = lf(search), lf(replacement)
    _check(search, replacement)
    if search == replacement:
        raise Miss(Code.NO_CHANGE, "search and replace are the same text.")
    view = text.view
    spans = _spans(view, search)
    if not spans and text.damaged:
        search, replacement = _as_bytes(search), _as_bytes(replacement)
        spans = _spans(view, search)
    if len(spans) > 1 and not everywhere:
        starts, lead = _starts(text), len(search) - len(search.lstrip("\n")) if search.strip("\n") else 0
        lines = _line_spans(starts, [at + lead for at in spans], search[lead:])
        places = tuple((first + 1, last) for first, last in lines)
        raise Miss(Code.SEARCH_TEXT_NOT_UNIQUE, "the text is there more than once.", places, tuple(search.split("\n")))
    if spans:
        return _literal(text, search, _with_edges(search, replacement), spans)
    if len(view) > LADDER_LIMIT:
        raise Miss(Code.SEARCH_TEXT_NOT_FOUND, "the text is not in the file.", (), tuple(search.split("\n")))
    found = ladder.climb(text, search, _with_edges(search, replacement), everywhere)
    return _edit(text, found.regions, found.note, found.search_lines)


def _spans(view: str, search: str) -> list[int]:
    """Where it stands; overlapping places count, since either may be meant."""
    found: list[int] = []
    at = view.find(search)
    while at >= 0:
        found.append(at)
        at = view.find(search, at + 1)
    return found


def _with_edges(search: str, replacement: str) -> str:
    """A newline at an edge of the search is no part of what is replaced, so it stays."""
    if not replacement:
        return "\n" if len(search) > 1 and search[0] == search[-1] == "\n" else ""
    if search.endswith("\n") and not replacement.endswith("\n"):
        replacement += "\n"
    if search.startswith("\n") and not replacement.startswith("\n"):
        replacement = "\n" + replacement
    return replacement


def _as_bytes(text: str) -> str:
    """`\\xNN`, as undecodable bytes are shown, as the surrogates they ride along as."""
    return SHOWN_BYTE.sub(lambda found: chr(0xDC00 + int(found[1], 16)), text)


def _literal(text: Text, search: str, replacement: str, spans: Sequence[int]) -> Edit:
    _check_escapes(search, replacement)
    _check_frame(text, search, replacement, spans[0])
    _check_depth(text, search, spans)
    while len(search) > 1 and search[0] == "\n" and replacement[:1] == "\n":
        search, replacement, spans = search[1:], replacement[1:], [at + 1 for at in spans]
    view, starts = text.view, _starts(text)
    regions: list[Region] = []
    for first, last, members in _joined(_line_spans(starts, spans, search), spans, len(search)):
        new = _Woven(text, view, starts)
        begin = starts[first]
        for at in members:
            new.keep(begin, at)
            new.put(replacement)
            begin = at + len(search)
        new.keep(begin, starts[last])
        if new.is_open and last < len(text.lines):
            new.keep(starts[last], starts[last + 1])  # its newline was taken: the next line becomes part of it
            last += 1
        regions.append(region(text, first, last, "".join(new.pieces), new.endings))
    return _edit(text, regions, "exactly", len(search.strip("\n").split("\n")))


def _check_escapes(search: str, replacement: str) -> None:
    """A plain search, and a replacement with its newlines written as `\\n` around the very same line."""
    if "\\n" not in replacement or "\\n" in search or "\n" in replacement.strip("\n"):
        return
    lines = [line.strip() for line in replacement.replace('\\"', '"').split("\\n")]
    if search.strip() in lines and len(lines) > 1:
        why = "the newlines of replace are written as backslash and n. Send real newlines."
        raise Miss(Code.SEARCH_TEXT_NOT_FOUND, why, (), tuple(search.split("\n")))


def _check_frame(text: Text, search: str, replacement: str, at: int) -> None:
    """One line sent without its indentation, to become several: it must be clear where these begin."""
    rest = [line for line in replacement.split("\n")[1:] if line.strip()]
    if not rest or "\n" in search.rstrip("\n") or search[0].isspace():
        return
    line = bisect_right(_starts(text), at) - 1
    own = text.lines[line]
    indent = own[: len(own) - len(own.lstrip())]
    if own.strip() == search.strip() and not all(new.startswith(indent) for new in rest):
        why = (
            "search lacks the indentation of its line, and of the lines that replace it some are indented less "
            "than the file's. Send both with the file's own indentation."
        )
        raise Miss(Code.SEARCH_TEXT_NOT_FOUND, why, ((line + 1, line + 1),), (search.rstrip("\n"),))


def _check_depth(text: Text, search: str, spans: Sequence[int]) -> None:
    """Found in the midst of an indentation: only if no other line reads the same, whatever its depth."""
    starts = _starts(text)
    line = bisect_right(starts, spans[0]) - 1
    before = text.lines[line][: spans[0] - starts[line]]
    if not (before and before.isspace() and search[0] in " \t" and search.strip()):
        return
    places = ladder.alike(text, search)
    if len(places) > len(spans):
        raise Miss(
            Code.SEARCH_TEXT_NOT_UNIQUE, "the text is there at several depths.", places, tuple(search.split("\n"))
        )


class _Woven:
    """Kept and new pieces of lines; a kept newline keeps its own bytes."""

    def __init__(self, text: Text, view: str, starts: Sequence[int]) -> None:
        self._text, self._view, self._starts = text, view, starts
        self.pieces: list[str] = []
        self.endings: dict[int, str] = {}
        self._row = 0

    def keep(self, begin: int, end: int) -> None:
        piece = self._view[begin:end]
        line = bisect_right(self._starts, begin) - 1
        for at in range(piece.count("\n")):
            self.endings[self._row + at] = self._text.endings[line + at]
        self.put(piece)

    def put(self, piece: str) -> None:
        if piece:
            self.pieces.append(piece)
            self._row += piece.count("\n")

    @property
    def is_open(self) -> bool:
        """It ends inside a line."""
        return bool(self.pieces) and not self.pieces[-1].endswith("\n")


def _edit(text: Text, regions: Sequence[Region], note: str, search_lines: int) -> Edit:
    data = splice(text, regions)
    if data == text.data():
        raise Miss(Code.NO_CHANGE, "the file already reads as it would after this edit.")
    places = normal((part.first + 1, max(part.last, part.first + 1)) for part in regions)
    return Edit(data, places, note, search_lines)


def _starts(text: Text) -> list[int]:
    """Offset of each line in the view, and of the end."""
    return list(map(add, accumulate(map(len, text.lines), initial=0), count()))


def _line_spans(starts: Sequence[int], spans: Sequence[int], search: str) -> list[tuple[int, int]]:
    """Lines touched by each place, half open."""
    return [(bisect_right(starts, at) - 1, bisect_right(starts, at + len(search) - 1)) for at in spans]


def _joined(lines: Sequence[tuple[int, int]], spans: Sequence[int], length: int) -> list[tuple[int, int, list[int]]]:
    """Places in regions of whole lines, (first, last, offsets); of overlapping places the first counts."""
    parts: list[tuple[int, int, list[int]]] = []
    for (first, last), at in zip(lines, spans, strict=True):
        if parts and at < parts[-1][2][-1] + length:
            continue
        if parts and first <= parts[-1][1]:
            parts[-1] = (parts[-1][0], last, [*parts[-1][2], at])
        else:
            parts.append((first, last, [at]))
    return parts


def _check(search: str, replacement: str) -> None:
    if not search:
        raise Refusal(Code.INVALID_ARGUMENTS, "INVALID_ARGUMENTS: search is empty. Nothing was changed.")
    odd = next((char for char in replacement if char == "\0" or "\ud800" <= char <= "\udfff"), None)
    if odd is not None:
        text = f"INVALID_ARGUMENTS: replace holds U+{ord(odd):04X}, which no text file may hold. Nothing was changed."
        raise Refusal(Code.INVALID_ARGUMENTS, text)
