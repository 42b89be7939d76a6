"""The tool that finds files by name."""

import re
from dataclasses import dataclass, field
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


@dataclass(frozen=True, kw_only=True)
class FindFiles(Tool):
    """Find files by a glob: *.py for names anywhere, src/**/test_*.py for paths. Up to 200."""

    name: ClassVar[str] = "find_files"
    kind: ClassVar[Kind] = "read"
    verb: ClassVar[str] = "find"

    pattern: str
    path: str | None = field(default=None, metadata={"doc": "Folder to look in."})

    def paths(self) -> tuple[str, ...]:
        return (self.path,) if self.path else ()

    def title(self) -> str:
        return f"{self.pattern} in {self.path}" if self.path else self.pattern

    def run(self, context: ToolContext) -> Outcome:
        if not self.pattern.strip():
            raise Refusal(Code.INVALID_ARGUMENTS, "INVALID_ARGUMENTS: the pattern is empty. Nothing was done.")
        under = place(context.workspace, self.path)
        walked = files(context.workspace, under) if is_folder(context.workspace, under) else iter((under,))
        try:
            found = [path for path in walked if matches(self.pattern, path, under)]
        except re.error as error:
            raise Refusal(
                Code.INVALID_ARGUMENTS, f"INVALID_ARGUMENTS: {self.pattern!r} is no glob: {error}. Nothing was done."
            ) from error
        if not found:
            return Outcome(Code.OK, self._nothing(context, under), (FilesBlock(()),))
        shown, more = found[:SHOWN], max(len(found) - SHOWN, 0)
        lines = [named(path) for path in shown]
        if more:
            lines.append(f"{more} more are not shown. Next: find_files with a narrower pattern or path.")
        return Outcome(Code.OK, "\n".join(lines), (FilesBlock(tuple((path, 0, "") for path in shown), more),))

    def _nothing(self, context: ToolContext, under: str) -> str:
        """With names that hold the pattern's longest word, since a glob is easily a bit off."""
        said = f"No file matches {named(self.pattern)}."
        word = max(re.findall(r"[\w.-]+", self.pattern), key=len, default="").strip(".").lower()
        if len(word) < 3:
            return said
        near = [path for path in files(context.workspace, under) if word in path.rpartition("/")[2].lower()][:5]
        return f"{said} Names with {word!r} in them: {', '.join(map(named, near))}." if near else said
