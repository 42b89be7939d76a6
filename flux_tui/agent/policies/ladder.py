"""What a model that keeps failing at one place is told: the bytes, then another way, then that the place is closed.

The ladder has no cycle: a tool that failed at a place is never named as the way out of it.
"""

from collections.abc import Set

from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Outcome

SAME_CALL = (
    "BLOCKED_REPEAT: this very call failed and nothing it depends on has changed since. Nothing was done. "
    "Next: read the lines again with read_files, or change the call."
)
MISSES = frozenset(
    {
        Code.SEARCH_TEXT_NOT_FOUND,
        Code.SEARCH_TEXT_NOT_UNIQUE,
        Code.SYNTAX_ERROR,
        Code.DUPLICATE_DEFINITION,
        Code.CODE_LEFT_OUT,
        Code.TOO_MUCH_REPLACED,
    }
)
"""Failures at which another tool may do better. For the others the refusal's own next step is the right one."""
CLOSED = 3


def worded(outcome: Outcome, path: str, count: int, tried: Set[str]) -> str:
    """The refusal with the next step of this rung. The first one has the bytes that are needed and stays as it is."""
    where = place(path, outcome.node)
    if count < 2 or outcome.code is Code.REJECTED:
        return outcome.text
    if count >= CLOSED:
        return f"{_without_step(outcome.text)}\nNext: this was failure {count} at {where}; {_closed(path)}"
    left = f"This was the second failed edit of {where}; after a third it is closed."
    if outcome.code not in MISSES or "Already applied" in outcome.text:
        return f"{outcome.text}\n{left}"
    return f"{_without_step(outcome.text)}\nNext, another way: {another_way(outcome.node, tried)} {left}"


def another_way(node: str | None, tried: Set[str]) -> str:
    ways = {
        "ast_edit": f'ast_edit with operation=replace_node, target="{node}" and the whole new definition in code.',
        "edit_file": "edit_file with one or two lines of search, copied from the lines above.",
        "write_file": "read_files the whole file, then write_file with its complete new content.",
    }
    if not node:
        del ways["ast_edit"]
    untried = [way for tool, way in ways.items() if tool not in tried]
    return untried[0] if untried else "say what you want to change there and let the person decide."


def circle(length: int) -> str:
    what = "this call was" if length == 1 else f"these {length} calls were"
    return (
        f"BLOCKED_REPEAT: {what} made before, answered the same each time, and nothing has changed since. Nothing was "
        "done. Next: do something else: read another part, change what is wrong, or say what you lack."
    )


def blocked(path: str, node: str | None, count: int) -> str:
    where = place(path, node)
    return f"BLOCKED_REPEAT: {count} edits of {where} failed. Nothing was changed. Next: edits {_closed(path)}"


def notice(path: str, node: str | None, count: int) -> str:
    """For the person."""
    return (
        f"{count} edits of {place(path, node)} failed, so it is closed to the model. Change it yourself, choose a "
        "stronger model with /model, or open it again with /limits reset."
    )


def place(path: str, node: str | None) -> str:
    return f"{node} in {path}" if node else path


def _closed(path: str) -> str:
    return (
        f"there are closed for now. read_files the whole of {path}, and say what you mean to change: the person can "
        "change it, choose a stronger model, or open it again."
    )


def _without_step(text: str) -> str:
    """The text without its last line, if that names the next step."""
    rest, _, last = text.rpartition("\n")
    return rest if rest and last.startswith("Next:") else text
