"""All keys and commands, the focused pane first. Made from the registries alone."""

from typing import TYPE_CHECKING

from rich.text import Text

from flux_tui.ui import bars, keys
from flux_tui.ui.commands import commands
from flux_tui.ui.screens.page import Page
from flux_tui.ui.styles import Styles

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp

TITLES: dict[keys.Pane, str] = {
    "draft": "Draft",
    "chat": "Chat",
    "review": "Review",
    "tree": "File tree",
    "approval": "Approval",
    "anywhere": "Anywhere",
}
MULTIPLEXERS = {
    "TMUX": ("tmux", ("ctrl+b",)),
    "ZELLIJ": ("zellij", ("ctrl+p", "ctrl+t", "ctrl+n", "ctrl+h", "ctrl+s", "ctrl+o", "ctrl+g", "ctrl+q")),
    "STY": ("screen", ("ctrl+a",)),
}
"""Variable that tells of it -> name and the keys it keeps for itself."""


class HelpScreen(Page):
    def __init__(self, app: "FluxApp") -> None:
        here = bars.pane_of(app)
        order = [here, *(pane for pane in TITLES if pane != here)]
        super().__init__(app, "Keys and commands", lambda styles, width: _text(app, styles, order))


def _text(app: "FluxApp", styles: Styles, order: list[keys.Pane]) -> Text:
    text = Text(overflow="fold")
    for variable, (name, taken) in MULTIPLEXERS.items():
        lost = keys.conflicts(taken) if app.opening.env.get(variable) else ()
        if lost:
            ways = ", ".join(f"Ctrl+X {row.leader} ({row.text.lower()})" for row in lost if row.leader)
            text.append(f"{name} keeps some keys for itself; use: {ways}\n\n", styles.warning)
    for pane in order:
        text.append(f"{TITLES[pane]}\n", styles.heading)
        for row in keys.rows(pane):
            text.append(f"  {keys.labels(row):<24}", styles.accent)
            text.append(f"{row.text}\n", styles.text)
        text.append("\n")
    text.append("Commands\n", styles.heading)
    for command in commands().values():
        names = f"/{command.name} {command.argument}".strip()
        text.append(f"  {names:<24}", styles.accent)
        text.append(command.summary, styles.text)
        also = ", ".join(f"/{alias}" for alias in command.aliases)
        text.append(f"  ({also})\n" if also else "\n", styles.faint)
    return text
