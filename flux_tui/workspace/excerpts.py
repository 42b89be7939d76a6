"""What one answer shows of a file: which lines, printed with their numbers, and which of them count as seen.

A line counts as seen only if it is printed whole and its statement is not cut.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from flux_tui.protocol.messages import Ranges, Sight
from flux_tui.syntax import pool
from flux_tui.syntax.expand import Excerpt, expand
from flux_tui.syntax.outline import Definition, outline
from flux_tui.workspace import ranges
from flux_tui.workspace.changes import numbered
from flux_tui.workspace.files import Workspace, digest
from flux_tui.workspace.text import Text, decode

LOOKS_NUMBERED = re.compile(r" *[0-9]+\|")
GAP = "…"


@dataclass(frozen=True)
class Source:
    """A file as it is on disk now."""

    path: str
    data: bytes
    text: Text

    @property
    def total(self) -> int:
        return len(self.text.lines)

    @cached_property
    def sha256(self) -> str:
        return digest(self.data)

    @cached_property
    def code(self) -> bytes:
        """The bytes as a parser takes them: UTF-8, the same lines."""
        if self.text.encoding == "utf-8":
            return self.data
        return self.text.view.encode("utf-8", "replace")

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        return pool.call(outline, self.path, self.code)

    def size(self, spans: Iterable[tuple[int, int]], limit: int | None = None) -> list[int]:
        """Bytes that each of these lines takes when it is cut at `limit` characters (None = not cut)."""
        lines = self.text.lines
        return [_bytes(lines[number - 1][:limit]) for first, last in spans for number in range(first, last + 1)]


def load(workspace: Workspace, path: str) -> Source:
    """Refusal: FILE_NOT_FOUND, TOO_LARGE, INVALID_ARGUMENTS, BINARY_FILE, UNSUPPORTED_ENCODING."""
    data = workspace.read(path)
    return Source(path, data, decode(data, path))


def select(source: Source, wanted: tuple[int, int], lines: int, size: int, limit: int) -> Excerpt:
    """The wanted lines grown to whole nodes, within a budget of lines and bytes."""
    budget = min(lines, source.total)
    while True:
        found = pool.call(expand, source.path, source.code, *wanted, budget)
        costs = source.size(found.ranges, limit)
        if sum(costs) <= size or budget <= 1:
            return found
        budget = max(1, min(_affordable(costs, size), budget * 9 // 10))


def _affordable(costs: list[int], size: int) -> int:
    total = 0
    for count, cost in enumerate(costs):
        total += cost
        if total > size:
            return count
    return len(costs)


def _bytes(line: str) -> int:
    return (len(line) if line.isascii() else len(line.encode("utf-8", "replace"))) + 1


@dataclass(frozen=True, slots=True)
class Shown:
    """The lines of one file in one answer."""

    source: Source
    asked: tuple[tuple[int, int], ...]
    """What was wanted, span for span."""
    excerpts: tuple[Excerpt, ...]
    """What is shown for each of these."""
    limit: int
    """A line of more characters is cut."""
    exact: int = 0
    """The number of a line that is shown whole however long it is."""

    @property
    def ranges(self) -> Ranges:
        return ranges.normal(span for excerpt in self.excerpts for span in excerpt.ranges)

    @property
    def broken(self) -> Ranges:
        return ranges.normal(span for excerpt in self.excerpts for span in excerpt.broken)

    @property
    def missing(self) -> Ranges:
        """Lines that were asked for and are not shown."""
        return ranges.subtract(ranges.normal(self.asked), self.ranges)

    def long(self) -> tuple[int, ...]:
        """Numbers of the shown lines that are cut."""
        lines = self.source.text.lines
        numbers = (number for first, last in self.ranges for number in range(first, last + 1))
        return tuple(number for number in numbers if len(lines[number - 1]) > self.limit and number != self.exact)

    def sight(self) -> Sight:
        unseen = ranges.union(self.broken, ((number, number) for number in self.long()))
        seen = ranges.subtract(self.ranges, unseen)
        return Sight(self.source.path, self.source.sha256, seen, self.source.total)

    def printed(self, width: int, gap: str = GAP) -> str:
        """`  12|text` lines; a gap between ranges that don't touch."""
        return (f"\n{gap}\n" if gap else "\n").join(self._range(first, last, width) for first, last in self.ranges)

    def _range(self, first: int, last: int, width: int) -> str:
        lines = self.source.text.lines
        if not first <= self.exact <= last:
            return numbered(lines[first - 1 : last], first, width, self.limit)
        parts = (
            numbered(lines[first - 1 : self.exact - 1], first, width, self.limit),
            numbered(lines[self.exact - 1 : self.exact], self.exact, width),
            numbered(lines[self.exact : last], self.exact + 1, width, self.limit),
        )
        return "\n".join(part for part in parts if part)


def named(path: str) -> str:
    """A path as one line of text that can't be taken for a numbered line; undecodable bytes as \\xNN."""
    text = path if path.isascii() else path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    text = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return f"./{text}" if LOOKS_NUMBERED.match(text) else text


def heading(shown: Shown) -> str:
    """`src/shop.py lines 38-112 of 640, LF, utf-8`."""
    source, text = shown.source, shown.source.text
    spans = ranges.normal(excerpt.main for excerpt in shown.excerpts)
    lines = ", ".join(f"{first}-{last}" for first, last in spans) or "0-0"
    endings = set(text.endings) - {""}
    ends = "mixed line ends" if len(endings) > 1 else "CRLF" if "\r\n" in endings else "LF"
    mark = " with BOM" if text.bom else ""
    damage = ", some bytes are not in this encoding" if text.damaged else ""
    final = ", no final newline" if text.lines and not text.endings[-1] else ""
    return f"{named(source.path)} lines {lines} of {source.total}, {ends}, {text.encoding}{mark}{damage}{final}"
