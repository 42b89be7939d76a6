"""Writes a whole file: a new one, or one that the model knows in full. Encoding and line ends are kept."""

from dataclasses import dataclass, field
from typing import ClassVar

from flux_tui.protocol.blocks import DiffBlock
from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import EditFiles, FileChange, Outcome, Refusal
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import Kind, Tool
from flux_tui.workspace import refusals
from flux_tui.workspace.source import Source, aimed, open_source
from flux_tui.workspace.splice import region, splice
from flux_tui.workspace.text import decode, lf, shown

SMALL = 40
"""Lines up to which an old file may lose most of itself."""
KEPT = 4
"""At least one line in so many must stay or be replaced."""


@dataclass(frozen=True, kw_only=True)
class WriteFile(Tool):
    """Write a whole file. For new files. To replace an existing file, all of it must have been read; for changes prefer
    edit_file. `content` is the complete text: nothing may be left out or abbreviated.
    """

    name: ClassVar[str] = "write_file"
    kind: ClassVar[Kind] = "edit"
    verb: ClassVar[str] = "write"

    path: str = field(metadata={"doc": "The file, relative to the workspace. Missing folders are made."})
    content: str = field(metadata={"doc": "The complete content."})

    def title(self) -> str:
        return self.path

    def paths(self) -> tuple[str, ...]:
        return (self.path,)

    def run(self, context: ToolContext) -> Outcome:
        path = context.workspace.locate(self.path)
        odd = next((char for char in self.content if char == "\0" or "\ud800" <= char <= "\udfff"), None)
        if odd is not None:
            what = f"content holds U+{ord(odd):04X}, which no text file may hold."
            raise refusals.refuse(Code.INVALID_ARGUMENTS, path, what)
        if not context.workspace.exists(path):
            return self._created(path)
        source = open_source(context.workspace, path)
        self._check_known(context, source)
        return self._replaced(source)

    def _created(self, path: str) -> Outcome:
        change = FileChange(path, None, self.content.encode())
        diff = DiffBlock(path, None, lf(self.content))
        return Outcome(Code.OK, f"Created {path}.", (diff,), EditFiles((change,)), targets=(path,), node="")

    def _check_known(self, context: ToolContext, source: Source) -> None:
        match context.ledger.state(source.path, source.sha256):
            case "unseen" if source.path in context.told_missing:
                why = "The file has appeared since you were told that it is not there."
                raise refusals.refuse(Code.ALREADY_EXISTS, source.path, why, "read_files first.")
            case "unseen" if source.total:
                raise refusals.not_read(source, None)
            case "stale":
                raise refusals.stale(source, None)
            case "partly":
                missing = context.ledger.missing(source.path, source.sha256, ((1, source.total),))
                raise refusals.unread_lines(source, missing)
            case _:
                pass

    def _replaced(self, source: Source) -> Outcome:
        try:
            data = _in_the_manner_of(source, self.content)
        except Refusal as refusal:
            raise aimed(refusal, source.path, "") from refusal
        if data == source.data:
            raise refusals.refuse(Code.NO_CHANGE, source.path, "The file has this content already.", "go on.")
        after = decode(data, source.path)
        if source.total > SMALL and len(after.lines) * KEPT < source.total:
            what = f"Of {source.total} lines only {len(after.lines)} would be left."
            step = (
                "remove parts with edit_file; or, if the file is to be quite another, delete_file and then write_file."
            )
            raise refusals.refuse(Code.TOO_MUCH_REPLACED, source.path, what, step)
        change = FileChange(source.path, source.data, data)
        diff = DiffBlock(source.path, source.text.view, after.view)
        done = f"Replaced {source.path}."
        return Outcome(Code.OK, done, (diff,), EditFiles((change,)), targets=(source.path,), node="")


def _in_the_manner_of(source: Source, content: str) -> bytes:
    """The content with the file's encoding, mark and line ends; lines it had keep their bytes."""
    text = source.text
    if not text.lines:
        return text.bom + text.encode(content)
    new = lf(content)
    if text.damaged:
        own = {shown(line): line for line in text.lines}
        new = "\n".join(own.get(line, line) for line in new.split("\n"))
    return splice(text, (region(text, 0, len(text.lines), new),))
