"""A full screen of text to read: help, score, output. Scrolls, copies, closes; changes nothing."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from flux_tui.ui.styles import Styles, styles_of

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp

MOVES = {
    "j": "scroll_down",
    "down": "scroll_down",
    "k": "scroll_up",
    "up": "scroll_up",
    "pagedown": "scroll_page_down",
    "space": "scroll_page_down",
    "pageup": "scroll_page_up",
    "g": "scroll_home",
    "home": "scroll_home",
    "G": "scroll_end",
    "end": "scroll_end",
}


class Page(ModalScreen[None]):
    CSS_PATH = "page.tcss"

    def __init__(self, app: "FluxApp", title: str, body: Callable[[Styles, int], Text]) -> None:
        """`body` makes the text for the styles of the theme and a width in cells."""
        super().__init__()
        self._flux = app
        self._title = title
        self._body = body

    def compose(self) -> ComposeResult:
        yield Static(self._title, id="title", markup=False)
        with VerticalScroll(id="page"):
            yield Static(id="body")
        yield Static("↑↓ scroll   Esc close", id="help", markup=False)

    def on_mount(self) -> None:
        self.query_one("#page").focus()

    def on_resize(self) -> None:
        width = max(self.size.width - 8, 20)
        self.query_one("#body", Static).update(self._body(styles_of(self.app), width))

    def on_key(self, event: events.Key) -> None:
        if event.key in ("escape", "q", "f1"):
            event.stop()
            self.dismiss(None)
        elif move := MOVES.get(event.key):
            event.stop()
            getattr(self.query_one("#page"), move)(animate=False)
