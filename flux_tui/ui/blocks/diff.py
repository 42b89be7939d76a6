"""A small unified diff: soft backgrounds, stronger where words changed, a sign as well as a colour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style

from flux_tui.protocol.blocks import DiffBlock
from flux_tui.ui.blocks.excerpt import numbered
from flux_tui.ui.code import Spans, paint
from flux_tui.ui.highlight import Highlighter, highlighter
from flux_tui.ui.styles import Styles
from flux_tui.ui.wrap import Line, clean, fold, pad
from flux_tui.workspace.hunks import Hunk, hunks, intraline

CONTEXT = 2
LARGEST = 2_000_000
"""Characters of both sides above which a diff is not computed here; the review pane has it."""


@dataclass(frozen=True, slots=True)
class _Row:
    sign: str
    """`+`, `-`, blank, or `…` between two places."""
    index: int
    """Of the line, from 0, in the side the sign says (the new one for context)."""
    words: Spans = ()


def lines(block: DiffBlock, width: int, styles: Styles, limit: int) -> list[Line]:
    """At most about `limit` lines, and how many more there are."""
    moved = clean(f"{block.moved_from} → {block.path}")
    head = fold([Segment(moved, styles.muted)], width) if block.moved_from else []
    if block.after is None and block.before is None:
        return head
    if len(block.before or "") + len(block.after or "") > LARGEST:
        return [*head, [Segment("A change too large to show here.", styles.muted)]]
    rows = _rows(block.before or "", block.after or "")
    old, new = _split(block.before), _split(block.after)
    digits = len(str(max(len(old), len(new), 1)))
    colors = {"-": highlighter(block.path, old), "+": highlighter(block.path, new)}
    found: list[Line] = [*head]
    for row in rows[:limit]:
        texts, side = (old, "-") if row.sign == "-" else (new, "+")
        found += _line(row, texts, colors[side], digits, width, styles)
    if len(rows) > limit:
        found.append([Segment(f"… +{len(rows) - limit:,} lines", styles.muted)])
    return found or [[Segment("An empty file.", styles.muted)]]


def words(block: DiffBlock, styles: Styles) -> Line:
    if len(block.before or "") + len(block.after or "") > LARGEST:
        return []
    found = _hunks(block.before or "", block.after or "")
    added, removed = sum(hunk.after_count for hunk in found), sum(hunk.before_count for hunk in found)
    line: Line = []
    if added:
        line.append(Segment(f"+{added}", styles.added_sign))
    if removed:
        line += [Segment(" ")] * bool(added) + [Segment(f"−{removed}", styles.removed_sign)]
    return line


def _line(
    row: _Row, texts: Sequence[str], colors: Highlighter | None, digits: int, width: int, styles: Styles
) -> list[Line]:
    if row.sign == "…":
        return [[Segment(" " * digits + "  ⋯", styles.faint)]]
    back, sign, word = _looks(row.sign, styles)
    base = styles.text + back
    spans = colors.spans(row.index) if colors else ()
    painted = paint(texts[row.index], base, spans, lambda name: styles.syntax(name) + back, (row.words, word))
    room = max(8, width - digits - 3)
    rows = [pad(line, room, base) for line in fold(painted, room)]
    marked = [[Segment(f"{row.sign} ", sign + back), *line] for line in rows]
    return numbered(marked, f"{row.index + 1:>{digits}} ", styles)


def _looks(sign: str, styles: Styles) -> tuple[Style, Style, Style]:
    match sign:
        case "+":
            return styles.added, styles.added_sign, styles.added_word
        case "-":
            return styles.removed, styles.removed_sign, styles.removed_word
        case _:
            return Style.null(), styles.faint, Style.null()


@lru_cache(maxsize=64)
def _hunks(before: str, after: str) -> tuple[Hunk, ...]:
    return hunks(before, after)


@lru_cache(maxsize=32)
def _rows(before: str, after: str) -> tuple[_Row, ...]:
    old, new = _split(before), _split(after)
    return tuple(_unified(_hunks(before, after), old, new))


def _unified(found: Sequence[Hunk], old: Sequence[str], new: Sequence[str]) -> Iterator[_Row]:
    drawn = 0
    """Lines of the new side that are behind us."""
    for at, hunk in enumerate(found):
        start, end = hunk.after_first - 1, hunk.after_first - 1 + hunk.after_count
        first = max(drawn, start - CONTEXT)
        if first > drawn and drawn:
            yield _Row("…", 0)
        yield from (_Row(" ", index) for index in range(first, min(start, len(new))))
        yield from _changed(hunk, old, new)
        until = found[at + 1].after_first - 1 if at + 1 < len(found) else len(new)
        drawn = min(end + CONTEXT, until)
        yield from (_Row(" ", index) for index in range(end, drawn))


def _changed(hunk: Hunk, old: Sequence[str], new: Sequence[str]) -> Iterator[_Row]:
    before, after = hunk.before_first - 1, hunk.after_first - 1
    pairs = min(hunk.before_count, hunk.after_count) if hunk.before_count == hunk.after_count <= 40 else 0
    marks = [intraline(old[before + at], new[after + at]) for at in range(pairs)]
    for at in range(hunk.before_count):
        yield _Row("-", before + at, marks[at][0] if at < pairs else ())
    for at in range(hunk.after_count):
        yield _Row("+", after + at, marks[at][1] if at < pairs else ())


def _split(text: str | None) -> list[str]:
    if not text:
        return []
    return text.removesuffix("\n").split("\n")
