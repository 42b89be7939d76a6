"""The one registry of keys: footer, help, palette, leader popup and bindings all come from these rows.

A key that has no row here must not do anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Pane = Literal["anywhere", "draft", "chat", "tree", "review", "approval"]


@dataclass(frozen=True, slots=True)
class Key:
    """One action and the keys that reach it."""

    action: str
    """Stable name, `pane.verb`; also what the palette runs."""
    keys: str
    """Textual key names, comma separated. The first is the one that is shown."""
    pane: Pane
    text: str
    """What it does, for help and palette."""
    leader: str = ""
    """The key after Ctrl+X that does the same, for terminals that swallow the first."""
    short: str = ""
    """A word or two for the footer. Empty = never in the footer."""
    priority: bool = False
    """True where a focused text field would otherwise take the key, or where the next key must find it done."""


KEYS: tuple[Key, ...] = (
    Key("turn.stop", "escape", "anywhere", "Close the top thing, else stop the turn", short="Stop"),
    Key("app.cancel", "ctrl+c", "anywhere", "Copy; else clear the draft or stop; twice quits", priority=True),
    Key("app.quit", "ctrl+q", "anywhere", "Quit", leader="q", priority=True),
    Key("mode.next", "shift+tab", "anywhere", "Next mode: ask, auto-edit, plan", short="Mode", priority=True),
    Key("palette.open", "ctrl+p", "anywhere", "Command palette", leader="p", short="Palette", priority=True),
    Key("leader.open", "ctrl+x", "anywhere", "Leader: the next key chooses an action", priority=True),
    Key("focus.chat", "alt+1", "anywhere", "Go to the chat", leader="1", priority=True),
    Key("focus.tree", "alt+2", "anywhere", "Go to the file tree", leader="2", short="Files", priority=True),
    Key("focus.review", "alt+3", "anywhere", "Go to the review", leader="3", short="Review", priority=True),
    Key("sessions.open", "alt+4", "anywhere", "Sessions", leader="4", priority=True),
    Key("approval.open", "alt+a", "anywhere", "Open what waits for a yes", leader="a", short="Approve", priority=True),
    Key("model.pick", "alt+p", "anywhere", "Choose the model", leader="m", priority=True),
    Key("theme.pick", "", "anywhere", "Choose the theme", leader="t"),
    Key("tree.toggle", "", "anywhere", "Show or hide the file tree", leader="b"),
    Key("review.toggle", "", "anywhere", "Show or hide the review", leader="d"),
    Key("stats.open", "", "anywhere", "Show the score", leader="s"),
    Key("output.toggle", "ctrl+o", "anywhere", "Open or close the output of all tool calls", leader="o", priority=True),
    Key("screen.redraw", "ctrl+l", "anywhere", "Draw the screen again", leader="l", priority=True),
    Key("session.retry", "", "anywhere", "Try again to open the session", leader="n"),
    Key("help.open", "f1", "anywhere", "Keys of the focused pane", leader="h", short="Keys"),
    Key("app.suspend", "ctrl+z", "anywhere", "Back to the shell for a while (fg returns)", leader="z"),
    Key("draft.send", "enter", "draft", "Send; while a turn runs: steer it after the current call", short="Send"),
    Key("draft.queue", "tab", "draft", "While a turn runs: send when it has ended", short="Queue"),
    Key("draft.newline", "ctrl+j", "draft", "New line (also \\ then Enter)", short="New line"),
    Key("draft.back", "up", "draft", "Earlier prompt; while a turn runs: take back the last queued one"),
    Key("draft.forward", "down", "draft", "Later prompt"),
    Key("draft.file", "@", "draft", "Name a file", short="File"),
    Key("draft.command", "/", "draft", "Run a command", short="Command"),
    Key("draft.undo", "ctrl+z", "draft", "Undo typing"),
    Key("chat.down", "j,down", "chat", "Next item", short="Move"),
    Key("chat.up", "k,up", "chat", "Previous item"),
    Key("chat.open", "enter", "chat", "Open or close the item", short="Open"),
    Key("chat.copy", "y", "chat", "Copy the item", short="Copy"),
    Key("chat.next", "right_curly_bracket", "chat", "Next prompt"),
    Key("chat.previous", "left_curly_bracket", "chat", "Previous prompt", short="Prompts"),
    Key("chat.top", "g", "chat", "To the start"),
    Key("chat.end", "G", "chat", "To the end and follow", short="End"),
    Key("tree.open", "enter,o", "tree", "Look at the file", short="Open"),
    Key("tree.mention", "a,@", "tree", "Name the file in the draft", short="To draft"),
    Key("tree.refresh", "r", "tree", "Read the folder again", short="Refresh"),
    Key("approval.once", "y,1", "approval", "Yes, this once", short="Once"),
    Key("approval.session", "s,2", "approval", "Yes, for this session", short="Session"),
    Key("approval.rule", "p,3", "approval", "Yes, and keep a rule", short="Rule"),
    Key("approval.no", "n,4", "approval", "No", short="No"),
    Key("approval.words", "r,5", "approval", "No, with words for the model", short="No, because"),
)

_NAMES = {
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "up": "↑",
    "down": "↓",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "right_curly_bracket": "}",
    "left_curly_bracket": "{",
    "question_mark": "?",
    "at": "@",
    "slash": "/",
}


def label(key: str) -> str:
    """`ctrl+p` -> `Ctrl+P`; a lone letter stays as it is typed."""
    *modifiers, last = key.split("+")
    shouted = modifiers or (last[:1] == "f" and last[1:].isdigit())
    name = _NAMES.get(last, last.upper() if shouted else last)
    return "+".join([*(word.capitalize() for word in modifiers), name])


def labels(row: Key) -> str:
    """All ways to reach a row, as the help shows them."""
    ways = [label(key) for key in row.keys.split(",") if key]
    if row.leader:
        ways.append(f"Ctrl+X {row.leader}")
    return "  ".join(ways)


def rows(pane: Pane) -> tuple[Key, ...]:
    """The rows of one pane; the review's come from its own widget."""
    return _review_rows() if pane == "review" else tuple(row for row in KEYS if row.pane == pane)


def leaders() -> tuple[Key, ...]:
    return tuple(row for row in KEYS if row.leader)


def find(action: str) -> Key:
    return next(row for row in KEYS if row.action == action)


def bound(pane: Pane = "anywhere") -> tuple[Key, ...]:
    """Rows that need a binding of the app."""
    return tuple(row for row in KEYS if row.pane == pane and row.keys)


def conflicts(taken: Iterable[str]) -> tuple[Key, ...]:
    """Rows whose first key a terminal multiplexer keeps for itself."""
    names = set(taken)
    return tuple(row for row in KEYS if row.keys.split(",")[0] in names)


def _review_rows() -> tuple[Key, ...]:
    from flux_tui.ui.review import ACTIONS

    return tuple(Key(f"review.{name}", keys, "review", text) for name, keys, text in ACTIONS)
