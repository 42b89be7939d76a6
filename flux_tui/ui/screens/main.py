"""The screen of the four panes. Lays them out and passes on what they post; knows no session."""

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.screen import Screen

from flux_tui.ui import actions, bars
from flux_tui.ui.steady import Steady
from flux_tui.ui.widgets.chat import ChatPane
from flux_tui.ui.widgets.composer import Composer
from flux_tui.ui.widgets.footer import KeyFooter
from flux_tui.ui.widgets.pane_rule import PaneRule
from flux_tui.ui.widgets.status_bar import StatusBar
from flux_tui.ui.widgets.wanted import Wanted

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp
    from flux_tui.ui.review import ReviewPane
    from flux_tui.ui.widgets.approval import ApprovalCard
    from flux_tui.ui.widgets.file_tree import FileTree

BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (180, "-wide")]


class MainScreen(Steady, Screen[None]):
    """Paints frame, draft and bars at once; `furnish` brings the panes right after."""

    files: "FileTree"
    review: "ReviewPane"
    AUTO_FOCUS = "#composer"
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS

    def __init__(self, app: "FluxApp", now: Callable[[], float]) -> None:
        # The class for the width that it will most likely have: else the first resize styles everything twice.
        super().__init__(classes=breakpoint_for(app.size.width))
        self.flux = app
        self.chat: ChatPane = ChatPane(id="chat", now=now)
        self.tree_rule = PaneRule("Files", id="tree-rule")
        self.review_rule = PaneRule("Review", "nothing waits", id="review-rule")
        self.status = StatusBar(id="status")
        self.footer = KeyFooter(id="footer")

    def compose(self) -> ComposeResult:
        with Container(id="panes"):
            with Horizontal(id="upper"):
                with Vertical(id="tree-pane"):
                    yield self.tree_rule
                yield self.chat
            with Vertical(id="review-pane"):
                yield self.review_rule
        yield self.status
        yield self.footer

    async def furnish(self) -> None:
        """Mount what the first frame can do without. Its imports happen in a thread: the first keys go first."""
        await asyncio.to_thread(_import_panes)
        from flux_tui.ui.review import ReviewPane
        from flux_tui.ui.widgets.file_tree import FileTree

        self.files, self.review = FileTree(id="tree"), ReviewPane(id="review")
        with self.app.batch_update():
            await self.chat.furnish()
            await self.query_one("#tree-pane").mount(self.files)
            await self.query_one("#review-pane").mount(self.review)

    @property
    def furnished(self) -> bool:
        return self.chat.furnished

    async def on_wanted(self, message: Wanted) -> None:
        await self.flux.action_do(message.action)

    def on_composer_submitted(self, message: Composer.Submitted) -> None:
        actions.submit(self.flux, message.text, queue=message.queue)

    def on_chat_pane_asks(self, message: ChatPane.Asks) -> None:
        actions.complete(self.flux, message.sign, message.query)

    def on_approval_card_decided(self, message: "ApprovalCard.Decided") -> None:
        actions.answer(self.flux, message.call, message.decision)

    def on_review_pane_decided(self, message: "ReviewPane.Decided") -> None:
        actions.answer(self.flux, message.call, message.decision)

    def on_review_pane_left(self) -> None:
        self.chat.composer.focus()
        self.flux.show_bars()

    def on_review_pane_changed(self) -> None:
        self.flux.show_bars()

    def on_review_pane_opened(self, message: "ReviewPane.Opened") -> None:
        actions.open_file(self.flux, message.path, message.line)

    def on_file_tree_opened(self, message: "FileTree.Opened") -> None:
        actions.open_file(self.flux, message.path, 1)

    def on_file_tree_mentioned(self, message: "FileTree.Mentioned") -> None:
        self.chat.composer.insert_word(f"@{message.path}")
        self.chat.composer.focus()

    def on_text_area_changed(self) -> None:
        self.flux.show_bars()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        bars.focus_moved(self)
        self.flux.show_bars()


def breakpoint_for(width: int) -> str:
    return next(name for least, name in reversed(BREAKPOINTS) if width >= least)


def _import_panes() -> None:
    for name in ("transcript", "review", "pump", "live", "reactions", "widgets.file_tree", "widgets.approval"):
        import_module(f"flux_tui.ui.{name}")
