"""A change as lines: what moved where, and the new lines as the model reads them."""

from collections.abc import Sequence

from flux_tui.protocol.messages import Ranges, Shift
from flux_tui.protocol.outcomes import Refusal
from flux_tui.syntax.structure import node_name
from flux_tui.workspace import ranges
from flux_tui.workspace.hunks import blocks, keyed
from flux_tui.workspace.text import Text, decode, shown

LINE_LIMIT = 2000
"""Characters of a line up to which it is printed whole."""
ECHO_LINES = 60
"""Own written lines that are said back to the model."""


def numbered(lines: Sequence[str], first: int, width: int, limit: int = 0) -> str:
    """`  12|text`, one a line, no final newline. A line over `limit` characters (0 = no limit) is cut and says so."""
    return "\n".join(f"{number:>{width}}|{_cut(shown(line), limit)}" for number, line in enumerate(lines, start=first))


def whole(lines: Sequence[str], first: int, limit: int = LINE_LIMIT) -> Ranges:
    """The numbers of those lines that `numbered` prints whole at this limit."""
    spans = ((number, number) for number, line in enumerate(lines, start=first) if not limit or len(line) <= limit)
    return ranges.normal(spans)


def shifts(before: bytes | None, after: bytes | None) -> tuple[Shift, ...]:
    """The replaced blocks, ascending, in the old numbering. () for creations, removals and what is no text."""
    old, new = _text(before), _text(after)
    if old is None or new is None:
        return ()
    return tuple(Shift(i + 1, j - i, n - k) for i, j, k, n in blocks(keyed(old), keyed(new)))


def total_lines(data: bytes) -> int:
    """How many lines the file has, 0 for what is no text."""
    text = _text(data)
    return len(text.lines) if text else 0


def written_lines(path: str, before: bytes | None, after: bytes, as_sent: bool = True) -> tuple[str, Ranges]:
    """(the new lines, numbered, under the definition they are in; the lines that count as seen by that).

    Of a long change only head and tail are said back; the rest counts as seen all the same if it is `as_sent` by the
    model, and not if a person or a formatter made it.
    """
    text = _text(after)
    if text is None:
        return f"{path}: {len(after):,} bytes.", ()
    made = shifts(before, after)
    new = ((1, len(text.lines)),) if before is None and text.lines else ranges.added(made)
    printed, left = _within(new, ECHO_LINES)
    width = len(str(printed[-1][1])) if printed else 1
    parts = [_block(path, after, text, first, last, width) for first, last in printed]
    parts += _removed(path, after, made, len(text.lines))
    if left:
        parts.append(f"… and {left} more lines, {'as you sent them' if as_sent else 'not shown'}.")
    seen = new if as_sent else ranges.normal(span for a, b in printed for span in whole(text.lines[a - 1 : b], a))
    return "\n".join(parts) or f"{path} is empty now.", seen


def _block(path: str, data: bytes, text: Text, first: int, last: int, width: int) -> str:
    where = _inside(path, data, first)
    lines = text.lines[first - 1 : last]
    return f"{path} lines {first}-{last} of {len(text.lines)}{where}:\n{numbered(lines, first, width, LINE_LIMIT)}"


def _removed(path: str, data: bytes, made: Sequence[Shift], total: int) -> list[str]:
    """Where lines only went away: the first ten places, in the new numbering."""
    said, offset = [], 0
    for shift in made:
        if not shift.added:
            at = shift.first + offset - 1
            count = f"{shift.removed} line" + ("s" if shift.removed > 1 else "")
            said.append(f"{path}: {count} removed after line {at} of {total}{_inside(path, data, max(at, 1))}.")
        offset += shift.added - shift.removed
    return said[:10]


def _inside(path: str, data: bytes, line: int) -> str:
    name = node_name(path, data, line)
    return f" in {name}" if name else ""


def _within(lines: Ranges, budget: int) -> tuple[Ranges, int]:
    """The first lines up to the budget, and how many are left out."""
    kept: list[tuple[int, int]] = []
    left = ranges.count(lines)
    for first, last in lines:
        room = budget - ranges.count(tuple(kept))
        if room <= 0:
            break
        kept.append((first, min(last, first + room - 1)))
    return tuple(kept), left - ranges.count(tuple(kept))


def _text(data: bytes | None) -> Text | None:
    if data is None:
        return None
    try:
        return decode(data)
    except Refusal:
        return None


def _cut(line: str, limit: int) -> str:
    if not limit or len(line) <= limit:
        return line
    return f"{line[:limit]}⟨cut: {len(line)} characters⟩"
