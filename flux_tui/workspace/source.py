"""A file opened for an edit: its bytes, lines and hash at one moment, and excerpts of it that count as seen."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flux_tui.protocol.messages import Ranges, Sight
from flux_tui.protocol.outcomes import Refusal
from flux_tui.syntax.expand import expand
from flux_tui.syntax.structure import enclosing
from flux_tui.workspace import ranges
from flux_tui.workspace.changes import LINE_LIMIT, numbered, whole
from flux_tui.workspace.files import Workspace, digest
from flux_tui.workspace.text import Text, decode


@dataclass(frozen=True, slots=True)
class Source:
    path: str
    """Workspace-relative, as `locate` gives it."""
    data: bytes
    text: Text
    sha256: str

    @property
    def total(self) -> int:
        return len(self.text.lines)

    def node(self, first: int, last: int) -> str:
        """Qualified name of the definition that holds these lines, "" at module level."""
        found = enclosing(self.path, self.data, first, last)
        return found.name if found else ""

    def around(self, first: int, last: int, budget: int) -> Ranges:
        """The lines to show for these: whole nodes within the budget."""
        return expand(self.path, self.data, first, last, budget).ranges

    def show(self, lines: Ranges) -> tuple[str, Ranges]:
        """(the lines numbered, those of them printed whole). `…` stands where lines are left out between."""
        width = len(str(max((last for _, last in lines), default=1)))
        parts: list[str] = []
        seen: list[tuple[int, int]] = []
        for first, last in lines:
            chunk = self.text.lines[first - 1 : last]
            parts.append(numbered(chunk, first, width, LINE_LIMIT))
            seen += whole(chunk, first)
        return "\n…\n".join(parts), ranges.normal(seen)

    def sight(self, seen: Iterable[tuple[int, int]]) -> tuple[Sight, ...]:
        """What a result showed of it; nothing where no line was shown."""
        lines = ranges.normal(seen)
        return (Sight(self.path, self.sha256, lines, self.total),) if lines else ()


def open_source(workspace: Workspace, path: str) -> Source:
    """A located path's text. Refusal as `Workspace.read` and `decode`, naming the target."""
    try:
        data = workspace.read(path)
        return Source(path, data, decode(data, path), digest(data))
    except Refusal as refusal:
        raise aimed(refusal, path) from refusal


def aimed(refusal: Refusal, path: str, node: str | None = None) -> Refusal:
    """The refusal with its target, and its node unless it has one."""
    kept = refusal.node if refusal.node is not None else node
    return replace(refusal, targets=refusal.targets or (path,), node=kept)
