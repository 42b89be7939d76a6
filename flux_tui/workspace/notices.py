"""What an answer says about the lines that it does not show: the outline, what is cut, what to call next."""

from flux_tui.config.settings import Reading
from flux_tui.protocol.messages import Ranges
from flux_tui.workspace import ranges
from flux_tui.workspace.excerpts import Shown
from flux_tui.workspace.ledger import Ledger

OUTLINE_FROM = 120
"""Lines. A shorter file is its own outline."""
OUTLINE_ROWS = 250
KNOWN = 40
"""Who has seen that many lines of a file was given its outline before."""


def following(shown: Shown, ledger: Ledger) -> int | None:
    """The first line that was asked for, comes after what is shown and was not seen before either."""
    last = max((excerpt.main[1] for excerpt in shown.excerpts), default=0)
    after = ranges.subtract(shown.missing, ((1, last),) if last else ())
    missing = _unknown(shown, after, ledger)
    return missing[0][0] if missing else None


def _unknown(shown: Shown, lines: Ranges, ledger: Ledger) -> Ranges:
    sha256, seen = ledger.sight(shown.source.path)
    return ranges.subtract(lines, seen) if sha256 == shown.source.sha256 else lines


def outline_text(shown: Shown, ledger: Ledger) -> str:
    """`38-49 Cart.price` for each definition; "" for a short file, one shown whole, or one the model knows."""
    source = shown.source
    whole = ranges.count(shown.ranges) >= source.total
    if source.total <= OUTLINE_FROM or whole or not source.definitions:
        return ""
    known = source.total - ranges.count(_unknown(shown, ((1, source.total),), ledger))
    if known >= KNOWN and not shown.missing:
        return ""
    rows = source.definitions
    for depth in (3, 2, 1, 0):
        if len(rows) > OUTLINE_ROWS:
            rows = tuple(one for one in rows if one.name.count(".") <= depth)
    left = len(source.definitions) - min(len(rows), OUTLINE_ROWS)
    text = "".join(f"\n  {one.first}-{one.last} {one.name}" for one in rows[:OUTLINE_ROWS])
    return f"Outline:{text}" + (f"\n  and {left} more" if left else "")


def notice(shown: Shown, ledger: Ledger, reading: Reading) -> str:
    """One sentence or two on each thing that is not shown, the next call last; "" if nothing is missing."""
    said = [*_cut_statements(shown, reading), *_cut_lines(shown, reading)]
    if shown.missing:
        said.append(f"Lines {ranges.spoken(shown.missing)} were asked for and are not shown.")
        line = following(shown, ledger)
        symbols = " or symbols=[names of the outline]" if shown.source.definitions else ""
        said.append(f"Next: read_files start_line={line}{symbols}." if line else "You have seen them before.")
    return "\n".join(said)


def _cut_statements(shown: Shown, reading: Reading) -> list[str]:
    said = []
    for excerpt in shown.excerpts:
        if not excerpt.cut:
            continue
        first, last = excerpt.cut
        words = (
            f"Lines {ranges.spoken(excerpt.broken)} are part of a statement that begins at line {first} and "
            f"continues to line {last}. Not shown whole, they do not count as seen."
        )
        size = sum(shown.source.size([excerpt.cut], reading.line_characters))
        if last - first < reading.whole_lines and size <= reading.whole_bytes:
            words += f" To see it whole: read_files start_line={first} end_line={last}."
        said.append(words)
    return said


def _cut_lines(shown: Shown, reading: Reading) -> list[str]:
    numbers = shown.long()
    if not numbers:
        return []
    lines = ranges.spoken(ranges.normal((number, number) for number in numbers))
    said = f"Lines cut at {shown.limit} characters do not count as seen: {lines}."
    fitting = next((one for one in numbers if max(shown.source.size([(one, one)])) <= reading.whole_bytes), None)
    if fitting is not None:
        said += f" To see one whole: read_files start_line={fitting} end_line={fitting}."
    return [said]
