"""The tool that shows what a folder holds."""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import ClassVar

from flux_tui.protocol.blocks import FilesBlock
from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Outcome, Refusal
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import Kind, Tool
from flux_tui.workspace.excerpts import named
from flux_tui.workspace.places import is_folder, place
from flux_tui.workspace.walk import files, matches

SHOWN = 200
COUNTED = 50_000


@dataclass(frozen=True, kw_only=True)
class ListFiles(Tool):
    """List the files below a folder, without ignored ones. A large folder comes as subfolders with counts."""

    name: ClassVar[str] = "list_files"
    kind: ClassVar[Kind] = "read"
    verb: ClassVar[str] = "list"

    path: str | None = field(default=None, metadata={"doc": "Default: the whole workspace."})
    pattern: str | None = field(default=None, metadata={"doc": "Glob."})

    def paths(self) -> tuple[str, ...]:
        return (self.path,) if self.path else ()

    def title(self) -> str:
        return " ".join(part for part in (self.path or ".", self.pattern) if part)

    def run(self, context: ToolContext) -> Outcome:
        under = place(context.workspace, self.path)
        walked = files(context.workspace, under) if is_folder(context.workspace, under) else iter((under,))
        try:
            wanted = (path for path in walked if not self.pattern or matches(self.pattern, path, under))
            found = list(islice(wanted, COUNTED))
        except re.error as error:
            raise Refusal(
                Code.INVALID_ARGUMENTS, f"INVALID_ARGUMENTS: {self.pattern!r} is no glob: {error}. Nothing was done."
            ) from error
        rows, more = (found, 0) if len(found) <= SHOWN else _folded(found, under)
        least = "at least " if len(found) == COUNTED else ""
        lines = [f"{named(under or '.')}: {least}{len(found)} files", *(named(row) for row in rows)]
        if more:
            lines.append(f"{more} more are not shown.")
        if len(rows) < len(found):
            lines.append("Next: list_files with a path below, or find_files.")
        return Outcome(Code.OK, "\n".join(lines), (FilesBlock(tuple((row, 0, "") for row in rows), more),))


def _folded(found: list[str], under: str) -> tuple[list[str], int]:
    """The folder's own files, and its subfolders with the number of files in each."""
    start = len(under) + 1 if under else 0
    counts: Counter[str] = Counter()
    for path in found:
        head, slash, _ = path[start:].partition("/")
        counts[path[:start] + head + slash] += 1
    rows = [f"{row} ({count} files)" if row.endswith("/") else row for row, count in counts.items()]
    return rows[:SHOWN], max(len(rows) - SHOWN, 0)
