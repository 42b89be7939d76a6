"""Removes a file. It can be taken back, so the model need not have read it; but not if it changed after it did."""

from dataclasses import dataclass, field
from typing import ClassVar

from flux_tui.protocol.blocks import DiffBlock
from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import EditFiles, FileChange, Outcome, Refusal
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import Kind, Tool
from flux_tui.workspace import refusals
from flux_tui.workspace.files import digest
from flux_tui.workspace.source import aimed
from flux_tui.workspace.text import decode


@dataclass(frozen=True, kw_only=True)
class DeleteFile(Tool):
    """Delete a file. The person can undo it."""

    name: ClassVar[str] = "delete_file"
    kind: ClassVar[Kind] = "edit"
    verb: ClassVar[str] = "delete"

    path: str = field(metadata={"doc": "The file, relative to the workspace."})

    def title(self) -> str:
        return self.path

    def paths(self) -> tuple[str, ...]:
        return (self.path,)

    def run(self, context: ToolContext) -> Outcome:
        path = context.workspace.locate(self.path)
        try:
            data = context.workspace.read(path)
        except Refusal as refusal:
            raise aimed(refusal, path, "") from refusal
        if context.ledger.state(path, digest(data)) == "stale":
            why = "The file has changed since you read it."
            raise refusals.refuse(Code.STALE_FILE, path, why, "read_files again, then decide.")
        diff = DiffBlock(path, view(data), None)
        effect = EditFiles((FileChange(path, data, None),))
        return Outcome(Code.OK, f"Deleted {path}.", (diff,), effect, targets=(path,), node="")


def view(data: bytes) -> str:
    """The text for the person; what is none is named by its size."""
    try:
        return decode(data).view
    except Refusal:
        return f"({len(data):,} bytes that are no text)\n"
