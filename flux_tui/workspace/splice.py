"""Replaces whole lines of a text and gives its bytes; every other line keeps the bytes it had, ending included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Refusal
from flux_tui.workspace.hunks import blocks
from flux_tui.workspace.text import Text, joined, majority


@dataclass(frozen=True, slots=True)
class Region:
    """Lines `first` to `last` (0-based, half open) become these."""

    first: int
    last: int
    lines: tuple[str, ...]
    endings: tuple[str, ...]


def ending_of(text: Text, first: int, last: int) -> str:
    """What a new line among these ends with: as most of them do, else as most of the file's."""
    own = tuple(ending for ending in text.endings[first:last] if ending)
    return majority(own) if own else text.ending


def region(text: Text, first: int, last: int, new: str, fixed: Mapping[int, str] = MappingProxyType({})) -> Region:
    """The region as an LF text would have it: equal lines keep their own ending. `fixed`: new line -> ending, known."""
    lines, open_end = new.split("\n"), False
    if lines[-1] == "":
        lines.pop()
    else:
        open_end = True
    fresh = ending_of(text, first, last)
    endings = [fresh] * len(lines)
    for old, at, size in _equal(text.lines[first:last], lines):
        own = text.endings[first + old : first + old + size]
        endings[at : at + size] = [ending or fresh for ending in own]
    for at, ending in fixed.items():
        endings[at] = ending
    if open_end:
        endings[-1] = ""
    return closed(text, Region(first, last, tuple(lines), tuple(endings)))


def closed(text: Text, part: Region) -> Region:
    """A file keeps its final newline, or its lack of one; inside it every line has an end."""
    if not part.lines:
        return part
    at_end = part.last == len(text.lines)
    fresh = ending_of(text, part.first, part.last)
    endings = [ending or fresh for ending in part.endings]
    if at_end and text.lines and not text.endings[-1]:
        endings[-1] = ""
    return Region(part.first, part.last, part.lines, tuple(endings))


def splice(text: Text, regions: Sequence[Region]) -> bytes:
    """The file's bytes with the regions (ascending, disjoint) put in.

    Refusal: UNSUPPORTED_ENCODING, INVALID_ARGUMENTS (half a character). AssertionError if any other byte would change.
    """
    _check_characters(text, regions)
    old, new, at = [text.bom], [text.bom], 0
    for part in regions:
        kept = _bytes(text, at, part.first)
        old += [kept, _bytes(text, part.first, part.last)]
        new += [kept, text.encode(joined(part.lines, part.endings))]
        at = part.last
    kept = _bytes(text, at, len(text.lines))
    if b"".join([*old, kept]) != text.data():
        raise AssertionError("bytes outside the edit would change")
    return b"".join([*new, kept])


def _bytes(text: Text, first: int, last: int) -> bytes:
    return text.encode(joined(text.lines[first:last], text.endings[first:last]))


def _equal(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int]]:
    """(position in old, position in new, size) of the runs that are the same."""
    runs, at_old, at_new = [], 0, 0
    for i, j, _, n in blocks(old, new):
        runs.append((at_old, at_new, i - at_old))
        at_old, at_new = j, n
    return [*runs, (at_old, at_new, len(old) - at_old)]


def _check_characters(text: Text, regions: Sequence[Region]) -> None:
    for part in regions:
        known = set(text.lines[part.first : part.last])
        for line in part.lines:
            if line not in known and not line.isascii():
                _check_line(text, line)


def _check_line(text: Text, line: str) -> None:
    if text.damaged:
        new = [char for char in line if ord(char) > 127 and not 0xDC80 <= ord(char) <= 0xDCFF]
        if new:
            what = f"holds bytes that are no UTF-8, so new text must be ASCII; {new[0]!r} is not"
            raise Refusal(Code.UNSUPPORTED_ENCODING, f"UNSUPPORTED_ENCODING: the file {what}. Nothing was changed.")
        return
    try:
        line.encode(text.encoding)
    except UnicodeEncodeError as error:
        bad = error.object[error.start]
        if 0xD800 <= ord(bad) <= 0xDFFF:
            half = f"INVALID_ARGUMENTS: the text holds half a character (U+{ord(bad):04X}). Nothing was changed."
            raise Refusal(Code.INVALID_ARGUMENTS, half) from error
        what = f"UNSUPPORTED_ENCODING: the file is {text.encoding}, which has no {bad!r}. Nothing was changed."
        raise Refusal(Code.UNSUPPORTED_ENCODING, what) from error
