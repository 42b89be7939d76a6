"""Nothing is asked for and nothing is written that does not parse, doubles a definition or leaves code out."""

from flux_tui.protocol.blocks import DiffBlock
from flux_tui.protocol.outcomes import EditFiles, FileChange, Refusal
from flux_tui.syntax.check import problem, too_much
from flux_tui.workspace.text import decode


def check(effect: EditFiles, node: str | None = None) -> None:
    """Refusal with the code, the place and what to do; `node` is what it is about. Called in a worker thread."""
    for change in effect.changes:
        if change.after is None or change.moved_from is not None:
            continue
        found = too_much(change.path, change.before, change.after, effect.search_lines) or problem(
            change.path, change.before, change.after
        )
        if found is not None:
            raise Refusal(found.code, found.text, targets=(change.path,), node=node)


def shown(change: FileChange) -> DiffBlock:
    """The change as the person sees it."""
    return DiffBlock(change.path, text(change.before), text(change.after), change.moved_from)


def text(data: bytes | None) -> str | None:
    """The file's text with LF ends; a file that is no text is named by its size."""
    if data is None:
        return None
    try:
        return decode(data).view
    except Refusal:
        return f"({len(data)} bytes that are no text)\n"
