"""A file of the folder to look at, with what the model has seen of it shaded. Changes nothing."""

import asyncio
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from flux_tui.protocol.outcomes import Refusal
from flux_tui.safety.visible import visible
from flux_tui.ui.widgets.file_view import FileView

if TYPE_CHECKING:
    from flux_tui.agent.session import Session


class FileScreen(ModalScreen[None]):
    CSS_PATH = "file.tcss"

    def __init__(self, session: "Session", path: str, line: int) -> None:
        super().__init__()
        self._session = session
        self._path = path
        self._line = line

    def compose(self) -> ComposeResult:
        yield FileView(id="view")
        yield Static("↑↓ scroll   Esc close", id="help", markup=False)

    async def on_mount(self) -> None:
        from flux_tui.workspace.files import Workspace

        try:
            data = await asyncio.to_thread(Workspace(self._session.cwd).read, self._path)
        except Refusal as refusal:
            self.query_one("#help", Static).update(visible(refusal.text.partition("\n")[0]))
            return
        view = self.query_one(FileView)
        view.show(self._path, data, self._session.ledger, self._line)
        view.focus()

    def on_key(self, event: events.Key) -> None:
        if event.key in ("escape", "q"):
            event.stop()
            self.dismiss(None)
