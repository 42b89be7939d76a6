"""Colour names for the lines in view, by tree-sitter. Works on the file as given; knows nothing of themes.

Only the lines asked for are queried, in groups; a language is coloured if it has a grammar and a file in `highlights/`.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from flux_tui.syntax.languages import LANGUAGES, Language, grammar, language_of, parse

if TYPE_CHECKING:
    import tree_sitter

Spans = tuple[tuple[int, int, str], ...]
"""(first character, one after the last, capture name), ascending and disjoint."""

GROUP = 16
"""Lines that are queried together: few, since a folded diff shows some lines here and some there."""
LARGEST = 1_500_000
"""Characters above which a text stays plain: parsing it would hold up the screen."""


class Highlighter:
    """The colours of one text. Parses when the first line is asked for."""

    def __init__(self, language: Language, query: "tree_sitter.Query", lines: Sequence[str]) -> None:
        self._language = language
        self._query = query
        self._lines = lines
        self._tree: tree_sitter.Tree | None = None
        self._groups: dict[int, list[Spans]] = {}

    def spans(self, index: int) -> Spans:
        """The spans of one line, counted from 0."""
        group, offset = divmod(index, GROUP)
        if group not in self._groups:
            self._groups[group] = self._color(group * GROUP)
        return self._groups[group][offset]

    def _color(self, first: int) -> list[Spans]:
        from tree_sitter import QueryCursor

        if self._tree is None:
            self._tree = parse(self._language, _encoded("\n".join(self._lines)))
        lines = self._lines[first : first + GROUP]
        cursor = QueryCursor(self._query)
        cursor.set_point_range((first, 0), (first + len(lines), 0))
        nodes = [
            (node.start_byte, -node.end_byte, pattern, name, node)
            for pattern, captures in cursor.matches(self._tree.root_node)
            for name, found in captures.items()
            for node in found
        ]
        # Outer before inner, earlier patterns before later ones: what is painted last is seen.
        nodes.sort(key=lambda entry: entry[:3])
        paper = _Paper(first, lines)
        for *_, name, node in nodes:
            paper.paint(name, node.start_point, node.end_point)
        return paper.spans()


class _Paper:
    """A few lines with a colour name for every character."""

    def __init__(self, first: int, lines: Sequence[str]) -> None:
        self.first = first
        self.lines = lines
        self.inks: list[list[str]] = [[""] * len(line) for line in lines]

    def paint(self, name: str, start: tuple[int, int], end: tuple[int, int]) -> None:
        top, bottom = max(start[0] - self.first, 0), min(end[0] - self.first, len(self.lines) - 1)
        for row in range(top, bottom + 1):
            line, ink = self.lines[row], self.inks[row]
            left = _column(line, start[1]) if row == start[0] - self.first else 0
            right = _column(line, end[1]) if row == end[0] - self.first else len(line)
            ink[left:right] = [name] * (right - left)

    def spans(self) -> list[Spans]:
        return [tuple(_runs(ink)) for ink in self.inks]


def highlighter(path: str, lines: Sequence[str]) -> Highlighter | None:
    """For a file, by its name. None: to be shown plain."""
    return _highlighter(language_of(path), lines)


def fence_highlighter(name: str, lines: Sequence[str]) -> Highlighter | None:
    """For a fence, by what stands behind its backticks: a language's name or a file suffix."""
    names = {"sh": "bash", "shell": "bash", "console": "bash"}
    wanted = names.get(name, name)
    suffix = next((row.suffixes[0] for row in LANGUAGES if row.name == wanted and row.suffixes), f".{wanted}")
    return _highlighter(language_of(f"x{suffix}"), lines)


def _highlighter(language: Language | None, lines: Sequence[str]) -> Highlighter | None:
    if language is None or sum(map(len, lines)) > LARGEST:
        return None
    query = _query(language)
    return None if query is None else Highlighter(language, query, lines)


@cache
def _query(language: Language) -> "tree_sitter.Query | None":
    from importlib import resources

    source = resources.files("flux_tui.ui") / "highlights" / f"{language.name}.scm"
    if not source.is_file():
        return None
    import tree_sitter

    return tree_sitter.Query(grammar(language), source.read_text("utf-8"))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _column(line: str, byte: int) -> int:
    """The character at a byte offset of the line's UTF-8."""
    return min(byte, len(line)) if line.isascii() else len(_encoded(line)[:byte].decode("utf-8", "ignore"))


def _runs(ink: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    start = 0
    for at in range(1, len(ink) + 1):
        if at == len(ink) or ink[at] != ink[start]:
            if ink[start]:
                yield start, at, ink[start]
            start = at
