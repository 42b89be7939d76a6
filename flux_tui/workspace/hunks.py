"""A change in blocks of lines that can be taken one by one. What is not taken keeps every byte it had."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from flux_tui.protocol.codes import Code
from flux_tui.protocol.decisions import FileReview
from flux_tui.protocol.outcomes import FileChange, Refusal
from flux_tui.workspace.text import Text, decode, majority, split

Block = tuple[int, int, int, int]
"""0-based, half open: before from, before to, after from, after to."""
JUNK_FROM = 400
"""Lines from which popular lines are no anchors for the comparison; below it the diff is exact."""
WORDS = re.compile(r"\w+|\s+|[^\w\s]")
INTRALINE_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Hunk:
    """One block. A count of 0 is a pure insertion or deletion, placed before line `first` of that side."""

    index: int
    before_first: int
    before_count: int
    after_first: int
    after_count: int


def blocks(before: Sequence[str], after: Sequence[str]) -> list[Block]:
    """The blocks that differ, ascending. Equal heads and tails are cut off first."""
    head = _common(before, after, min(len(before), len(after)))
    rest = min(len(before), len(after)) - head
    tail = _common(before[::-1], after[::-1], rest) if rest else 0
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if not old and not new:
        return []
    if not old or not new:
        return [(head, head + len(old), head, head + len(new))]
    matcher = SequenceMatcher(None, old, new, autojunk=max(len(old), len(new)) > JUNK_FROM)
    return [(i + head, j + head, k + head, n + head) for tag, i, j, k, n in matcher.get_opcodes() if tag != "equal"]


def keyed(text: Text) -> list[str]:
    """Lines as they are compared: LF ends, and a missing final newline counts as a difference."""
    return [line + ("\n" if ending else "") for line, ending in zip(text.lines, text.endings, strict=True)]


def hunks(before: str, after: str) -> tuple[Hunk, ...]:
    """The blocks of two LF texts."""
    return _numbered(blocks(_lines(before), _lines(after)))


def apply(change: FileChange, review: FileReview) -> bytes | None:
    """The file with only the accepted and edited hunks. None = no file: a creation refused, a removal accepted.

    A change without hunks (an empty file, bytes that are no text) is taken or left as hunk 0.

    Refusal: UNSUPPORTED_ENCODING when the person's text does not fit the file.
    """
    before, after = _text(change.before), _text(change.after)
    found = _numbered(blocks(keyed(before), keyed(after))) if before and after else ()
    edited = {index: text for index, text in review.edited if index < len(found)}
    whole = {hunk.index for hunk in found} or {0}
    if not edited and review.accepted >= whole:
        return change.after
    if before is None or after is None or not (edited or review.accepted & whole):
        return change.before
    data = _composed(before, after, found, review.accepted, edited)
    return None if change.before is None and not data else data


def intraline(old: str, new: str) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """(spans of the old line, spans of the new one) that differ, half open, by words. Too unlike: no spans."""
    if max(len(old), len(new)) > INTRALINE_LIMIT:
        return (), ()
    left, right = WORDS.findall(old), WORDS.findall(new)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < 0.35:
        return (), ()
    differing = [codes for codes in matcher.get_opcodes() if codes[0] != "equal"]
    at_left, at_right = _offsets(left), _offsets(right)
    return (
        tuple((at_left[i], at_left[j]) for _, i, j, _, _ in differing if i < j),
        tuple((at_right[k], at_right[n]) for _, _, _, k, n in differing if k < n),
    )


def _common(a: Sequence[str], b: Sequence[str], limit: int) -> int:
    return next((index for index in range(limit) if a[index] != b[index]), limit)


def _lines(text: str) -> list[str]:
    return [line + "\n" for line in text.split("\n")[:-1]] + ([last] if (last := text.rpartition("\n")[2]) else [])


def _offsets(words: Sequence[str]) -> list[int]:
    offsets = [0]
    for word in words:
        offsets.append(offsets[-1] + len(word))
    return offsets


def _numbered(found: Sequence[Block]) -> tuple[Hunk, ...]:
    return tuple(Hunk(index, i + 1, j - i, k + 1, n - k) for index, (i, j, k, n) in enumerate(found))


def _text(data: bytes | None) -> Text | None:
    """No file reads as an empty one; bytes that are no text have no hunks."""
    try:
        return decode(data or b"")
    except Refusal:
        return None


def _composed(
    before: Text, after: Text, found: Sequence[Hunk], accepted: frozenset[int], edited: Mapping[int, str]
) -> bytes:
    like = before if before.lines or before.bom else after
    parts = _parts(before, after, found, accepted, edited)
    try:
        return like.bom + like.encode("".join(parts))
    except UnicodeEncodeError as error:
        text = f"UNSUPPORTED_ENCODING: the file is {like.encoding}, which has no {error.object[error.start]!r}."
        raise Refusal(Code.UNSUPPORTED_ENCODING, text) from error


def _parts(
    before: Text, after: Text, found: Sequence[Hunk], accepted: frozenset[int], edited: Mapping[int, str]
) -> Iterator[str]:
    at = 0
    for hunk in found:
        first, last = hunk.before_first - 1, hunk.before_first - 1 + hunk.before_count
        yield from _slice(before, at, first)
        if hunk.index in edited:
            yield _in_the_manner_of(edited[hunk.index], before, after, hunk)
        elif hunk.index in accepted:
            yield from _slice(after, hunk.after_first - 1, hunk.after_first - 1 + hunk.after_count)
        else:
            yield from _slice(before, first, last)
        at = last
    yield from _slice(before, at, len(before.lines))


def _slice(text: Text, first: int, last: int) -> Iterator[str]:
    return (line + ending for line, ending in zip(text.lines[first:last], text.endings[first:last], strict=True))


def _in_the_manner_of(words: str, before: Text, after: Text, hunk: Hunk) -> str:
    """The person's text with the file's line ends, and a newline at its end unless the file ends there without."""
    near = after.endings[hunk.after_first - 1 :][: hunk.after_count]
    near = near or before.endings[hunk.before_first - 1 :][: hunk.before_count]
    ending = majority(near) if any(near) else (before.ending if before.lines else after.ending)
    lines, ends = split(words.replace("\r\n", "\n"))
    text = "".join(line + (ending if end else "") for line, end in zip(lines, ends, strict=True))
    return text + ending if lines and not ends[-1] and "" not in near else text
