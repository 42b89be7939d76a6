"""Edits a definition by its name: the parser finds its lines, so nothing has to be quoted.

Only whole definitions go in and out, and every other definition must come out as it was, or nothing is changed.
"""

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import ClassVar

from flux_tui.protocol.blocks import DiffBlock
from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import EditFiles, FileChange, Outcome, Refusal
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import Kind, Tool
from flux_tui.workspace import node_edit, refusals
from flux_tui.workspace.node_edit import OPERATIONS, Done
from flux_tui.workspace.source import Source, open_source
from flux_tui.workspace.text import decode


@dataclass(frozen=True, kw_only=True)
class AstEdit(Tool):
    """Edit a whole function, class or method by name. Read it first. Decorators, attributes and the doc comment above
    belong to it. `code` is one complete definition, any indentation.
    """

    name: ClassVar[str] = "ast_edit"
    kind: ClassVar[Kind] = "edit"
    verb: ClassVar[str] = "edit"

    path: str = field(metadata={"doc": "The file, relative to the workspace."})
    operation: str = field(
        metadata={"doc": "replace_node, insert_before, insert_after, add_member, remove_node or add_import."}
    )
    target: str = field(default="", metadata={"doc": "Name as in the outline: Class.method. Not for add_import."})
    code: str = field(default="", metadata={"doc": "New code. Not for remove_node."})

    def title(self) -> str:
        return f"{self.path} {self.target}".rstrip()

    def paths(self) -> tuple[str, ...]:
        return (self.path,)

    def run(self, context: ToolContext) -> Outcome:
        path = context.workspace.locate(self.path)
        self._check(path)
        source = open_source(context.workspace, path)
        if self.operation == "add_import":
            done = node_edit.add_import(source, self.code, context.ledger)
        else:
            done = node_edit.on_node(source, self.operation, self.target, self.code, context.ledger)
        return _outcome(source, done)

    def _check(self, path: str) -> None:
        if self.operation not in OPERATIONS:
            near = get_close_matches(self.operation, OPERATIONS, 1, 0.3)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise self._invalid(path, f"There is no operation {self.operation[:80]!r}.{hint}")
        if self.operation != "add_import" and not self.target.strip():
            raise self._invalid(path, "target is missing: the qualified name of a definition.")
        if self.operation != "remove_node" and not self.code.strip():
            raise self._invalid(path, "code is missing.")
        odd = next((char for char in self.code if char == "\0" or "\ud800" <= char <= "\udfff"), None)
        if odd is not None:
            raise self._invalid(path, f"code holds U+{ord(odd):04X}, which no text file may hold.")

    def _invalid(self, path: str, what: str) -> Refusal:
        step = f"operations are {', '.join(OPERATIONS)}."
        return refusals.refuse(Code.INVALID_ARGUMENTS, path, what, step)


def _outcome(source: Source, done: Done) -> Outcome:
    path = source.path
    change = FileChange(path, source.data, done.data)
    diff = DiffBlock(path, source.text.view, decode(done.data, path).view)
    text = f"Edited {path}, {done.note}. As it is now, no need to read again:"
    return Outcome(Code.OK, text, (diff,), EditFiles((change,)), targets=(path,), node=done.node)
