"""The leader key's second half: the next key chooses an action; after a moment the choices show."""

from typing import TYPE_CHECKING

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from flux_tui.ui import keys
from flux_tui.ui.styles import styles_of

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp

DELAY = 0.6
"""Seconds until the popup shows."""


class LeaderScreen(ModalScreen[None]):
    CSS_PATH = "leader.tcss"

    def __init__(self, app: "FluxApp") -> None:
        super().__init__()
        self._flux = app

    def compose(self) -> ComposeResult:
        yield Static(id="choices")

    def on_mount(self) -> None:
        styles = styles_of(self.app)
        text = Text()
        for row in keys.leaders():
            text.append(f"{row.leader} ", styles.accent)
            text.append(f"{row.text}\n", styles.muted)
        text.append("Esc ", styles.accent)
        text.append("nothing", styles.muted)
        self.query_one(Static).update(text)
        self.set_timer(DELAY, lambda: self.query_one(Static).add_class("-shown"))

    async def on_key(self, event: events.Key) -> None:
        event.stop()
        row = next((row for row in keys.leaders() if row.leader == event.character), None)
        self._flux.pop_screen()
        if row is not None:
            await self._flux.action_do(row.action)
