"""The screen of the four panes. Lays them out and passes on what they post; knows no session."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.screen import Screen

from flux_tui.ui import actions, bars, reactions
from flux_tui.ui.review import ReviewPane
from flux_tui.ui.steady import Steady
from flux_tui.ui.widgets.approval import ApprovalCard
from flux_tui.ui.widgets.chat import ChatPane
from flux_tui.ui.widgets.composer import Composer
from flux_tui.ui.widgets.file_tree import FileTree
from flux_tui.ui.widgets.footer import KeyFooter
from flux_tui.ui.widgets.pane_rule import PaneRule
from flux_tui.ui.widgets.status_bar import StatusBar
from flux_tui.ui.widgets.wanted import Wanted

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp


class MainScreen(Steady, Screen[None]):
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (180, "-wide")]  # noqa: RUF012 (Textual's own type)

    def __init__(self, app: "FluxApp", now: Callable[[], float]) -> None:
        super().__init__()
        self.flux = app
        self.chat: ChatPane = ChatPane(id="chat", now=now)
        self.files = FileTree(id="tree")
        self.review = ReviewPane(id="review")
        self.tree_rule = PaneRule("Files", id="tree-rule")
        self.review_rule = PaneRule("Review", "nothing waits", id="review-rule")
        self.status = StatusBar(id="status")
        self.footer = KeyFooter(id="footer")

    def compose(self) -> ComposeResult:
        with Container(id="panes"):
            with Horizontal(id="upper"):
                with Vertical(id="tree-pane"):
                    yield self.tree_rule
                    yield self.files
                yield self.chat
            with Vertical(id="review-pane"):
                yield self.review_rule
                yield self.review
        yield self.status
        yield self.footer

    def on_mount(self) -> None:
        self.chat.composer.focus()

    async def on_wanted(self, message: Wanted) -> None:
        await self.flux.action_do(message.action)

    def on_composer_submitted(self, message: Composer.Submitted) -> None:
        actions.submit(self.flux, message.text, queue=message.queue)

    def on_chat_pane_asks(self, message: ChatPane.Asks) -> None:
        actions.complete(self.flux, message.sign, message.query)

    def on_approval_card_decided(self, message: ApprovalCard.Decided) -> None:
        reactions.answer(self.flux, message.call, message.decision)

    def on_review_pane_decided(self, message: ReviewPane.Decided) -> None:
        reactions.answer(self.flux, message.call, message.decision)

    def on_review_pane_left(self) -> None:
        self.chat.composer.focus()
        self.flux.show_bars()

    def on_review_pane_changed(self) -> None:
        self.flux.show_bars()

    def on_review_pane_opened(self, message: ReviewPane.Opened) -> None:
        actions.open_file(self.flux, message.path, message.line)

    def on_file_tree_opened(self, message: FileTree.Opened) -> None:
        actions.open_file(self.flux, message.path, 1)

    def on_file_tree_mentioned(self, message: FileTree.Mentioned) -> None:
        self.chat.composer.insert_word(f"@{message.path}")
        self.chat.composer.focus()

    def on_text_area_changed(self) -> None:
        self.flux.show_bars()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        bars.focus_moved(self)
        self.flux.show_bars()
