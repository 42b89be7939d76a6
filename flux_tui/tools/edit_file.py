"""Replaces one place in a file that the model has seen. What is not certain is refused with the lines needed."""

from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

from flux_tui.protocol.blocks import DiffBlock
from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import EditFiles, FileChange, Outcome, Refusal
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import Kind, Tool
from flux_tui.workspace import refusals
from flux_tui.workspace.matching import Edit, match
from flux_tui.workspace.miss import Miss
from flux_tui.workspace.near import holders
from flux_tui.workspace.source import Source, aimed, open_source
from flux_tui.workspace.text import decode


@dataclass(frozen=True, kw_only=True)
class EditFile(Tool):
    """Replace text in a file. Read the lines first. `search` must be an exact copy of lines of the file (without the
    "N|" prefix) that stands there only once: the lines that change and one or two around them. `replace` is what these
    lines become. Everything else in the file stays as it is.
    """

    name: ClassVar[str] = "edit_file"
    kind: ClassVar[Kind] = "edit"
    verb: ClassVar[str] = "edit"

    path: str = field(metadata={"doc": "The file, relative to the workspace."})
    search: str = field(metadata={"doc": "The exact text to replace, as it stands in the file."})
    replace: str = field(metadata={"doc": "The new text; empty to remove."})
    replace_all: bool = field(default=False, metadata={"doc": "Replace every place instead of exactly one."})

    def title(self) -> str:
        return self.path

    def paths(self) -> tuple[str, ...]:
        return (self.path,)

    def run(self, context: ToolContext) -> Outcome:
        path = context.workspace.locate(self.path)
        if not self.search:
            raise refusals.refuse(Code.INVALID_ARGUMENTS, path, "search is empty.", "use write_file for a new file.")
        source = open_source(context.workspace, path)
        edit = self._matched(context, source)
        node = source.node(*edit.places[0])
        missing = context.ledger.missing(path, source.sha256, edit.places)
        if missing:
            raise refusals.unseen(source, missing, edit.places[0])
        change = FileChange(path, source.data, edit.data)
        diff = DiffBlock(path, source.text.view, decode(edit.data, path).view)
        count = f", {len(edit.places)} places" if self.replace_all and len(edit.places) > 1 else ""
        return Outcome(
            Code.OK,
            f"Edited {path}, matched {edit.note}{count}. As it is now, no need to read again:",
            (diff,),
            EditFiles((change,), 0 if self.replace_all else edit.search_lines),
            targets=(path,),
            node=node,
        )

    def _matched(self, context: ToolContext, source: Source) -> Edit:
        """The edit, once the ledger knows the file as it is now."""
        found = self._try(source)
        place = found.places[0] if isinstance(found, Edit) else None
        match context.ledger.state(source.path, source.sha256):
            case "unseen":
                raise refusals.not_read(source, place)
            case "stale":
                raise refusals.stale(source, place)
            case _:
                pass
        match found:
            case Edit():
                return found
            case Miss():
                others = partial(holders, context.workspace)
                raise refusals.missed(source, found, self.replace, context.failures(source.path), others)
            case Refusal():
                raise found

    def _try(self, source: Source) -> Edit | Miss | Refusal:
        try:
            return match(source.text, self.search, self.replace, self.replace_all)
        except Miss as miss:
            return self._placed(source, miss) if miss.code is Code.NO_CHANGE else miss
        except Refusal as refusal:
            return aimed(refusal, source.path, "")

    def _placed(self, source: Source, miss: Miss) -> Miss:
        """A change of nothing still has a place, so that it counts for its definition."""
        at = source.text.view.find(self.search.replace("\r\n", "\n"))
        line = source.text.view.count("\n", 0, at) + 1
        return Miss(miss.code, miss.why, ((line, line),) if at >= 0 else (), miss.lines)
