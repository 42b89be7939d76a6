"""The chat pane: transcript, questions, what waits, and the draft. Routes completions; sends nothing by itself."""

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from flux_tui.ui.focusing import focus_now
from flux_tui.ui.questions import STILL, Questions, may_open
from flux_tui.ui.steady import Steady
from flux_tui.ui.widgets.composer import Composer

if TYPE_CHECKING:
    from flux_tui.ui.transcript import Transcript
    from flux_tui.ui.widgets.approval import ApprovalCard
    from flux_tui.ui.widgets.chips import Chips
    from flux_tui.ui.widgets.completion import Choice, Completion
    from flux_tui.ui.widgets.guide import GuideBar


class ChatPane(Steady, Vertical):
    """Has its draft at once, and the rest after `furnish`."""

    transcript: "Transcript"
    card: "ApprovalCard"
    chips: "Chips"
    guide: "GuideBar"
    popup: "Completion"

    class Asks(Message):
        """Posted when the popup needs choices for what is typed; answered by `offer`."""

        def __init__(self, sign: str, query: str) -> None:
            super().__init__()
            self.sign = sign
            self.query = query

    def __init__(self, *, id: str | None = None, now: Callable[[], float] = monotonic) -> None:
        super().__init__(id=id)
        self.composer = Composer(id="composer", placeholder="Ask for a change, or /help")
        self.furnished = False
        self.last_key = 0.0
        self._now = now
        self._sought = ("", "")
        self._later: set[str] = set()
        """Questions that were put off: they don't open again by themselves."""

    def compose(self) -> ComposeResult:
        with Horizontal(id="draft"):
            yield Static("❯", id="sign", markup=False)
            yield self.composer

    async def furnish(self) -> None:
        """Mount what the first frame can do without."""
        from flux_tui.ui.transcript import Transcript
        from flux_tui.ui.widgets.approval import ApprovalCard
        from flux_tui.ui.widgets.chips import Chips
        from flux_tui.ui.widgets.completion import Completion
        from flux_tui.ui.widgets.guide import GuideBar

        self.transcript = Transcript(id="transcript")
        self.card = ApprovalCard(self._typed, id="approval", now=self._now)
        self.chips, self.guide = Chips(id="chips"), GuideBar(id="guide")
        self.popup = Completion(id="completion")
        above = (self.transcript, self.card, self.chips, self.guide)
        await self.mount_all(above, before="#draft")
        await self.mount(self.popup)
        self.furnished = True

    def key_pressed(self) -> None:
        self.last_key = self._now()

    def show_questions(self, questions: Questions, *, opened: bool = False) -> None:
        """Open the card when nobody is typing or it was asked for (`opened`); else it stays a badge."""
        asked = questions.card
        if asked is None:
            self.leave_card()
        elif opened:
            self.card.show(asked, 1, len(questions.cards), deliberate=True)
            focus_now(self.card)
        elif self.card.asked is asked:
            self.card.show(asked, 1, len(questions.cards))
        elif self.card.open or (asked.call not in self._later and self._may_open()):
            self.card.show(asked, 1, len(questions.cards))
            self.call_after_refresh(self.focus_card)
        elif asked.call not in self._later:
            self.set_timer(STILL, lambda: self.show_questions(questions))

    def leave_card(self) -> None:
        """Back to the badge, to be opened by hand; nothing is decided."""
        if self.card.asked is not None:
            self._later.add(self.card.asked.call)
        had_focus = self.card.has_focus_within
        self.card.hide()
        if had_focus:
            self.screen.set_focus(self.composer)

    def focus_card(self) -> None:
        # Between the question and this moment someone may have begun to type.
        if self.card.open and not self.card.has_focus_within:
            if self.composer.empty or not self.composer.has_focus:
                focus_now(self.card)
            else:
                self.card.hide()

    def _may_open(self) -> bool:
        drafting = not self.composer.empty and self.composer.has_focus
        return may_open(drafting=drafting, since_key=self._now() - self.last_key)

    def _typed(self, letters: str) -> None:
        self.card.hide()
        self.screen.set_focus(self.composer)
        self.composer.insert(letters)

    def on_composer_completing(self, message: Composer.Completing) -> None:
        message.stop()
        self._sought = (message.sign, message.query)
        if message.sign:
            self.post_message(self.Asks(message.sign, message.query))
        else:
            self._close_popup()

    def offer(self, sign: str, query: str, choices: "tuple[Choice, ...]") -> None:
        """Choices for the popup, if they still fit what is typed."""
        if not self.furnished or (sign, query) != self._sought or not self.composer.has_focus:
            return
        self.popup.show(choices, self.composer.cursor_screen_offset, self.screen.region)
        self.composer.popup_open = self.popup.open

    def on_composer_popup_key(self, message: Composer.PopupKey) -> None:
        message.stop()
        match message.key:
            case "escape":
                self._close_popup()
            case "enter" | "tab":
                self._take(self.popup.chosen, message.key)
            case key:
                self.popup.move(key)

    def on_completion_chosen(self, message: "Completion.Chosen") -> None:
        message.stop()
        self._take(message.word, "tab")

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        if event.widget is self.composer:
            self._close_popup()

    def _take(self, word: str, key: str) -> None:
        is_command = self._sought[0] == "/"
        self._close_popup()
        if is_command and key == "enter":
            # Arguments of commands are optional: Enter runs it, Tab completes it.
            self.composer.fill(word)
            self.post_message(Composer.Submitted(word, queue=False))
        else:
            self.composer.complete(word)

    def _close_popup(self) -> None:
        self._sought = ("", "")
        if self.furnished:
            self.popup.close()
        self.composer.popup_open = False
