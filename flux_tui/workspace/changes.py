"""A change as lines: what moved where, and the new lines as the model reads them."""

from collections.abc import Sequence

from flux_tui.protocol.messages import Ranges
from flux_tui.workspace import ranges
from flux_tui.workspace.text import shown

LINE_LIMIT = 2000


def numbered(lines: Sequence[str], first: int, width: int, limit: int = 0) -> str:
    """`  12|text`, one a line, no final newline. A line over `limit` characters (0 = no limit) is cut and says so."""
    return "\n".join(f"{number:>{width}}|{_cut(shown(line), limit)}" for number, line in enumerate(lines, start=first))


def whole(lines: Sequence[str], first: int, limit: int = LINE_LIMIT) -> Ranges:
    """The numbers of those lines that `numbered` prints whole at this limit."""
    spans = ((number, number) for number, line in enumerate(lines, start=first) if not limit or len(line) <= limit)
    return ranges.normal(spans)


def _cut(line: str, limit: int) -> str:
    if not limit or len(line) <= limit:
        return line
    return f"{line[:limit]}⟨cut: {len(line)} characters⟩"
