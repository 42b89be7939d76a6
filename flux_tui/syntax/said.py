"""Lines that explain a refused result. They are not lines of the file, so they never look like lines that were read."""

from typing import TYPE_CHECKING

from flux_tui.syntax.languages import language_of, parse, source

if TYPE_CHECKING:
    from tree_sitter import Node

WIDTH = 300
STATEMENT_LINES = 20
BRACKETS = {"[": "]", "{": "}", "(": ")"}


def around(data: bytes, line: int, margin: int) -> str:
    """`  result 12: text`, the lines around one."""
    return _lines(data, max(line - margin, 1), line + margin, "result")


def cut_into(path: str, before: bytes, after: bytes) -> str:
    """The statement of the file that the edit begins or ends inside, with a hint by its kind; "" if none is cut."""
    language = language_of(path)
    if language is None:
        return ""
    first, last = _changed(before, after)
    root = parse(language, before).root_node
    for line in (first, last):
        statement = _statement(root, language.bodies, line - 1)
        if statement is not None and not (first <= statement.start_point[0] + 1 and _last(statement) <= last):
            return _told(before, statement, line)
    return ""


def _told(before: bytes, statement: "Node", line: int) -> str:
    start, end = statement.start_point[0] + 1, _last(statement)
    inside = _multiline(statement, line - 1)
    hint = f"The lines you edit are inside the {inside} at {start}-{end}. " if inside else ""
    shown_end = min(end, start + STATEMENT_LINES - 1)
    more = f"\n  … to line {end}" if end > shown_end else ""
    return f"{hint}The statement you cut into, as the file has it:\n{_lines(before, start, shown_end, 'file')}{more}"


def _multiline(statement: "Node", row: int) -> str:
    """`string` or `brackets` if the line lies within one that begins above it or ends below."""
    node = statement.descendant_for_point_range((row, 0), (row, 0))
    while node is not None and node != statement.parent:
        if node.start_point[0] < row <= node.end_point[0] or node.start_point[0] <= row < node.end_point[0]:
            if "string" in node.type or "template" in node.type:
                return "string"
            first = node.children[0].type if node.children else ""
            if first in BRACKETS:
                return "brackets"
        node = node.parent
    return ""


def _statement(root: "Node", bodies: frozenset[str], row: int) -> "Node | None":
    """The smallest statement over several lines that holds the row."""
    node = root.descendant_for_point_range((row, 0), (row, 10_000))
    found = None
    while node is not None and node.parent is not None:
        if node.parent.type in bodies and node.is_named:
            found = found or node
        node = node.parent
    return found if found is not None and found.start_point[0] + 1 < _last(found) else None


def _last(node: "Node") -> int:
    """Its last line, 1-based."""
    row, column = node.end_point
    return row if column == 0 and row > node.start_point[0] else row + 1


def _changed(before: bytes, after: bytes) -> tuple[int, int]:
    """First and last line of the old side that differ, 1-based."""
    old, new = before.split(b"\n"), after.split(b"\n")
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    tail = next((at for at in range(most - head) if old[-1 - at] != new[-1 - at]), most - head)
    return min(head + 1, len(old)), max(len(old) - tail, min(head + 1, len(old)))


def _lines(data: bytes, first: int, last: int, what: str) -> str:
    rows = source(data).decode("utf-8", "replace").split("\n")
    chosen = list(enumerate(rows, start=1))[first - 1 : last]
    width = len(str(last))
    return "\n".join(f"  {what} {number:>{width}}: {row.rstrip()[:WIDTH]}" for number, row in chosen)
