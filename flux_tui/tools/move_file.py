"""Moves or renames a file, bytes and mode unchanged. What was seen of it stays seen under the new name."""

from dataclasses import dataclass, field
from typing import ClassVar

from flux_tui.protocol.blocks import NoteBlock
from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import EditFiles, FileChange, Outcome, Refusal
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import Kind, Tool
from flux_tui.workspace import refusals
from flux_tui.workspace.source import aimed


@dataclass(frozen=True, kw_only=True)
class MoveFile(Tool):
    """Move or rename a file. Fails if something is at the new place. The person can undo it."""

    name: ClassVar[str] = "move_file"
    kind: ClassVar[Kind] = "edit"
    verb: ClassVar[str] = "move"

    path: str = field(metadata={"doc": "The file, relative to the workspace."})
    to: str = field(metadata={"doc": "The new path, file name included. Missing folders are made."})

    def title(self) -> str:
        return f"{self.path} to {self.to}"

    def paths(self) -> tuple[str, ...]:
        return (self.path, self.to)

    def run(self, context: ToolContext) -> Outcome:
        path, to = context.workspace.locate(self.path), context.workspace.locate(self.to)
        try:
            data = context.workspace.read(path)
        except Refusal as refusal:
            raise aimed(refusal, path, "") from refusal
        if context.workspace.exists(to):
            same = "It is the same file." if to == path else f"There is something at {to} already."
            code = Code.NO_CHANGE if to == path else Code.ALREADY_EXISTS
            raise refusals.refuse(code, path, same, "name a free path, file name included.")
        changes = (FileChange(to, None, data, moved_from=path), FileChange(path, data, None))
        note = NoteBlock(f"{path} → {to}")
        return Outcome(Code.OK, f"Moved {path} to {to}.", (note,), EditFiles(changes), targets=(path, to), node="")
