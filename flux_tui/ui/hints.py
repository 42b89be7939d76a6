"""Which keys the footer names: only what works now, in the order of use."""

from dataclasses import dataclass

from flux_tui.ui import keys
from flux_tui.ui.widgets.footer import Hint


@dataclass(frozen=True, slots=True)
class Now:
    """What the screen is in, as far as keys go."""

    pane: keys.Pane = "draft"
    running: bool = False
    drafted: bool = False
    popup: bool = False
    card_waits: bool = False
    review_waits: bool = False
    reviewing: bool = False
    """The review shows a change."""


def hints(now: Now) -> tuple[Hint, ...]:
    if now.popup:
        return (("Enter", "Take"), ("↑↓", "Choose"), ("Esc", "Close"))
    first = _waiting(now)
    match now.pane:
        case "draft":
            own = _draft(now)
        case "review" if not now.reviewing:
            own = (("Esc", "Back"),)
        case "review":
            own = (("y n", "Accept, reject"), ("] [", "Hunk"), ("A", "All"), ("Enter", "Apply"), ("Esc", "Back"))
        case "approval":
            own = (*_rows("approval"), ("Esc", "Later"))
        case "chat" | "tree":
            own = (*_rows(now.pane), ("Esc", "Stop" if now.running else "Back"))
        case _:
            own = ()
    general = [_hint("palette.open"), _hint("focus.tree"), _hint("mode.next"), _hint("help.open")]
    return (*first, *own, *general) if now.pane != "approval" else own


def _waiting(now: Now) -> tuple[Hint, ...]:
    found: list[Hint] = []
    if now.card_waits and now.pane != "approval":
        found.append(_hint("approval.open"))
    if now.review_waits and now.pane != "review":
        found.append(_hint("focus.review"))
    return tuple(found)


def _draft(now: Now) -> tuple[Hint, ...]:
    if now.running:
        words = (("Enter", "Steer"), ("Tab", "Queue")) if now.drafted else ()
        return (*words, ("Esc", "Stop"))
    return (("Enter", "Send"), ("Ctrl+J", "New line")) if now.drafted else (("/", "Command"), ("@", "File"))


def _rows(pane: keys.Pane) -> tuple[Hint, ...]:
    return tuple((keys.label(row.keys.split(",")[0]), row.short) for row in keys.rows(pane) if row.short)


def _hint(action: str) -> Hint:
    row = keys.find(action)
    return keys.label(row.keys.split(",")[0]), row.short
