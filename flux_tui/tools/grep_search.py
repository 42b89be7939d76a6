"""The tool that finds lines by a regular expression. Lines it prints whole count as seen."""

import re
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import ClassVar

from flux_tui.protocol.blocks import FilesBlock
from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Outcome, Refusal
from flux_tui.syntax.expand import Excerpt
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import Kind, Tool
from flux_tui.workspace.excerpts import Shown, load, named
from flux_tui.workspace.places import place
from flux_tui.workspace.search import grep
from flux_tui.workspace.walk import matches

HITS = 100
COUNTED = 1000
LINE_LIMIT = 500
"""Characters. A longer line is cut and does not count as seen."""


@dataclass(frozen=True, kw_only=True)
class GrepSearch(Tool):
    """Find lines by a regular expression (Python's, within one line, (?i) ignores case). Up to 100 hits."""

    name: ClassVar[str] = "grep_search"
    kind: ClassVar[Kind] = "read"
    verb: ClassVar[str] = "search"

    pattern: str
    path: str | None = field(default=None, metadata={"doc": "Folder or file; default: everything."})
    glob: str | None = field(default=None, metadata={"doc": "Only such files: *.py, src/**/*.{ts,tsx}"})

    def paths(self) -> tuple[str, ...]:
        return (self.path,) if self.path else ()

    def title(self) -> str:
        return " in ".join(part for part in (self.pattern, self.path, self.glob) if part)

    def run(self, context: ToolContext) -> Outcome:
        under = place(context.workspace, self.path)
        shown: list[Shown] = []
        counts: dict[str, int] = {}
        closed: set[str] = set()
        with closing(self._hits(context, under)) as hits:
            for path, lines in hits:
                if path != under and not context.readable(path):
                    closed.add(path)
                    continue
                left = HITS - sum(counts.values())
                if left > 0:
                    one = _shown(context, path, lines[:left])
                    if one is None:
                        continue
                    shown.append(one)
                counts[path] = len(lines)
                if sum(counts.values()) >= COUNTED:
                    break
        return self._outcome(shown, counts, closed)

    def _hits(self, context: ToolContext, under: str) -> Generator[tuple[str, list[int]], None, None]:
        """Files in the order of the walk, each with its lines."""
        with closing(grep(context.workspace, self.pattern, under)) as found:
            for path, group in groupby(found, key=lambda hit: hit[0]):
                if not self.glob or _fits(self.glob, path, under):
                    yield path, [line for _, line in islice(group, COUNTED)]

    def _outcome(self, shown: list[Shown], counts: dict[str, int], closed: set[str]) -> Outcome:
        numbers = [(one, line) for one in shown for line, _ in one.asked]
        width = len(str(max((line for _, line in numbers), default=0)))
        parts = [f"{named(one.source.path)} ({one.source.total} lines)\n{one.printed(width, gap='')}" for one in shown]
        more = sum(counts.values()) - len(numbers)
        if not parts:
            parts.append(f"No line matches {named(self.pattern)}.")
        if more:
            least = "at least " if sum(counts.values()) >= COUNTED else ""
            parts.append(
                f"{least}{more} more hits are not shown. Next: grep_search with a narrower pattern, path or glob."
            )
        if closed:
            names = ", ".join(named(path) for path in sorted(closed)[:5])
            parts.append(f"Hits in {names} are left out: reading there is not free; read_files may ask for it.")
        rows = tuple((one.source.path, line, one.source.text.lines[line - 1][:LINE_LIMIT]) for one, line in numbers)
        return Outcome(
            Code.OK,
            "\n\n".join(parts),
            (FilesBlock(rows, more),),
            seen=tuple(one.sight() for one in shown if one.ranges),
        )


def _fits(glob: str, path: str, under: str) -> bool:
    try:
        return matches(glob, path, under)
    except re.error as error:
        raise Refusal(Code.INVALID_ARGUMENTS, f"INVALID_ARGUMENTS: {glob!r} is no glob: {error}.") from error


def _shown(context: ToolContext, path: str, lines: list[int]) -> Shown | None:
    """None: no text, or changed under the search."""
    try:
        source = load(context.workspace, path)
    except Refusal:
        return None
    spans = tuple((line, line) for line in lines if line <= source.total)
    return Shown(source, spans, tuple(Excerpt(span) for span in spans), LINE_LIMIT) if spans else None
