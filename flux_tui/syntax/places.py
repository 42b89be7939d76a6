"""The nodes around one end of an excerpt, as spans of lines, by the file's tree."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from flux_tui.syntax.languages import COMMENTS, Language, parse
from flux_tui.syntax.outline import Definition, opening

if TYPE_CHECKING:
    from tree_sitter import Node

Span = tuple[int, int]
"""First and last line, 1-based, inclusive."""
UNIT_LINES = 80
"""A function or statement of at most this many lines is shown whole rather than cut."""
FUNCTIONS = frozenset({"function", "method"})


@dataclass(frozen=True, slots=True)
class Place:
    """What lies around one line."""

    units: tuple[Span, ...]
    """What an excerpt should hold whole: the smallest function, then the enclosing statements, largest first."""
    atom: Span
    """What an excerpt must never cut: a simple statement, a header with its decorators."""
    elements: tuple[Span, ...]
    """The nodes inside the atom, outermost first: where one must be cut because it is too large."""


class View(Protocol):
    """How a file may be cut."""

    total: int

    def place(self, line: int, leading: bool) -> Place:
        """Around the line's first (leading) or last character."""


class Nodes:
    """A file with a grammar."""

    def __init__(self, language: Language, data: bytes, rows: list[bytes], definitions: tuple[Definition, ...]) -> None:
        self._bodies = language.bodies
        self._tree = parse(language, data)
        self._rows = rows
        self._functions = [(one.first, one.last) for one in definitions if one.kind in FUNCTIONS]
        self.total = len(rows)

    def place(self, line: int, leading: bool) -> Place:
        point = (line - 1, self._column(line - 1, leading))
        chain = self._chain(point)
        statements = [node for above, node in itertools.pairwise(chain) if self._holds(above, node)]
        index = chain.index(statements[-1]) if statements else len(chain)
        if index < len(chain) and not self._in_body(chain[index:], point):
            atom = self._segment(chain[index], point)
            elements = tuple(_span(node) for node in chain[index + 1 :] if _is_tall(node))
        else:
            atom, elements = (line, line), ()
        return Place(self._units(line, statements), atom, elements)

    def _column(self, row: int, leading: bool) -> int:
        text = self._rows[row].rstrip()
        return len(text) - len(text.lstrip()) if leading else max(len(text) - 1, 0)

    def _chain(self, point: tuple[int, int]) -> "list[Node]":
        """The nodes around a character, from the root down."""
        cursor = self._tree.walk()
        chain = [self._tree.root_node]
        while cursor.goto_first_child_for_point(point) is not None:
            node = cursor.node
            if node is None or node.start_point > point:
                break
            chain.append(node)
        return chain

    def _holds(self, above: "Node", node: "Node") -> bool:
        return above.type in self._bodies and node.is_named and node.type not in COMMENTS

    def _in_body(self, chain: "list[Node]", point: tuple[int, int]) -> bool:
        """Whether the character lies among the statements of a body. `chain` begins at a statement."""
        for node in chain:
            if node.type in self._bodies:
                first, last = _interior(node)
                return first <= point < last
        return False

    def _units(self, line: int, statements: "list[Node]") -> tuple[Span, ...]:
        around = [span for span in self._functions if span[0] <= line <= span[1]]
        function = min(around, key=_lines, default=None)
        spans = [span for span in map(_span, statements) if _lines(span) <= UNIT_LINES]
        if function is None or _lines(function) > UNIT_LINES:
            return tuple(spans)
        return (function, *(span for span in spans if function[0] <= span[0] and span[1] <= function[1]))

    def _segment(self, statement: "Node", point: tuple[int, int]) -> Span:
        """The part of a statement outside its bodies that holds the character: a header, a closing line, all of it."""
        first, last = _span(statement)
        line = point[0] + 1
        for body in sorted(self._bodies_in(statement), key=lambda node: node.start_byte):
            start, end = _interior(body)
            if end <= point:
                first = min(line, end[0] + 2)
            elif start > point:
                return first, max(line, opening(body) + 1)
        return first, last

    def _bodies_in(self, statement: "Node") -> "Iterator[Node]":
        """The outermost bodies of a statement. Not recursive: expressions nest deeper than Python does."""
        if statement.type in self._bodies:
            yield statement
            return
        waiting = [statement]
        while waiting:
            for child in waiting.pop().children:
                if child.type in self._bodies and child.named_child_count:
                    yield child
                elif _is_tall(child):
                    waiting.append(child)


def _interior(body: "Node") -> tuple[tuple[int, int], tuple[int, int]]:
    """From the first to the last named child."""
    count = body.named_child_count
    if not count:
        return body.end_point, body.end_point
    return body.named_child(0).start_point, body.named_child(count - 1).end_point


def _is_tall(node: "Node") -> bool:
    return node.end_point.row > node.start_point.row


def _span(node: "Node") -> Span:
    end, first = node.end_point, node.start_point.row
    last = end.row - 1 if end.column == 0 and end.row > first else end.row
    return first + 1, last + 1


def _lines(span: Span) -> int:
    return span[1] - span[0] + 1
