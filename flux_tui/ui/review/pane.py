"""The review: a change shown hunk by hunk, decided by keys, answered with a count. Leaving it is never consent."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from flux_tui.protocol.blocks import DiffBlock
from flux_tui.protocol.decisions import Asked, Decision, EditQuestion
from flux_tui.ui.focusing import focus_now
from flux_tui.ui.review import actions
from flux_tui.ui.review.decisions import Decisions
from flux_tui.ui.review.drawing import Drawing
from flux_tui.ui.review.summary import Summary
from flux_tui.ui.review.view import DiffView

if TYPE_CHECKING:
    from textual.widgets import Input

    from flux_tui.ui.review.files import FileDiff

LARGE = 300_000
"""Characters from which a change is compared off the screen's thread."""
EMPTY = "No change waits for your yes."


class ReviewPane(Widget):
    """Shows what is asked, or a change that is made already. Give it the focus and its keys work."""

    DEFAULT_CSS = """
    ReviewPane { layout: vertical; background: $background; }
    ReviewPane > Input { height: 1; border: none; padding: 0 1; background: $surface; }
    ReviewPane > Input:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(keys, f"act('{name}')", text, id=f"review.{name}", show=False)
            for name, keys, text in actions.ACTIONS
        ),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
    ]

    class Decided(Message):
        """The person's answer to a question."""

        def __init__(self, call: str, decision: Decision) -> None:
            super().__init__()
            self.call = call
            self.decision = decision

    class Opened(Message):
        """The person wants to see a file around a line (1-based)."""

        def __init__(self, path: str, line: int) -> None:
            super().__init__()
            self.path = path
            self.line = line

    class Left(Message):
        """Back to the chat. Says nothing about the change."""

    class Changed(Message):
        """A decision was made or taken back."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.asked: Asked | None = None
        self.files: tuple[FileDiff, ...] = ()
        self.decisions: Decisions = Decisions(())
        self.view: DiffView = DiffView(EMPTY)
        self.summary: Summary = Summary()
        self._base = ""
        self._names: dict[int, str] = {}
        self._words: Input | None = None
        """The line for the reason of a rejection, while it is open."""

    def compose(self) -> ComposeResult:
        yield self.view
        yield self.summary

    @property
    def all_decided(self) -> bool:
        return bool(self.decisions.units) and not self.decisions.open_units()

    def focus(self, scroll_visible: bool = True) -> "ReviewPane":
        focus_now(self.view)
        return self

    def show(self, asked: Asked) -> None:
        """A question about edits. The same one again, with notes, keeps what was decided."""
        assert isinstance(asked.question, EditQuestion)
        again = self.asked is not None and (self.asked.call, self.asked.question) == (asked.call, asked.question)
        self.asked, self._base = asked, ""
        if again:
            self._draw(asked.notes)
        else:
            self._load(asked.question.files, asked.notes)

    def show_files(self, files: Sequence[DiffBlock], base: str) -> None:
        """A change to look at, nothing to decide. `base`: what it is compared with, in a word or two."""
        self.asked, self._base = None, base
        self._load(files, ())

    def clear(self) -> None:
        self.asked, self._base = None, ""
        self.files, self.decisions = (), Decisions(())
        self.workers.cancel_node(self)
        self.remove_class("-shown")
        self._close_words()
        self.view.show(None)
        self.changed()

    def changed(self) -> None:
        """After a decision: draw it and say it."""
        self.view.refresh()
        self.say("")
        self.post_message(self.Changed())

    def say(self, hint: str) -> None:
        """Answer a key that can't do what was wanted."""
        self.summary.show(self.decisions, self.view.current, self._base, hint)

    def ask_words(self) -> None:
        """Open the line for the reason of a rejection."""
        from textual.widgets import Input

        if self.asked is not None and self._words is None:
            self._words = Input(placeholder="Why not? Enter rejects this hunk with these words, Esc goes back")
            self.mount(self._words, before=self.summary)
            focus_now(self._words)

    def action_act(self, name: str) -> None:
        actions.act(self, name)

    def action_scroll(self, by: int) -> None:
        self.view.scroll_relative(y=by, animate=False)

    def on_input_submitted(self, event: "Input.Submitted") -> None:
        event.stop()
        words = event.value.strip()
        self._close_words()
        actions.reject_with(self, words)

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape" and self._words is not None:
            event.stop()
            event.prevent_default()
            self._close_words()

    def on_diff_view_moved(self) -> None:
        self.say("")

    def _close_words(self) -> None:
        if self._words is not None:
            focused = self._words.has_focus
            self._words.remove()
            self._words = None
            if focused:
                focus_now(self.view)

    def _load(self, blocks: Sequence[DiffBlock], notes: tuple[str, ...]) -> None:
        self.files, self.decisions = (), Decisions(())
        self.add_class("-shown")
        self.run_worker(self._compare(blocks, notes), group="review", exclusive=True)

    async def _compare(self, blocks: Sequence[DiffBlock], notes: tuple[str, ...]) -> None:
        # Here and not above: the first frame has no change to compare.
        from flux_tui.ui.review.files import files_of
        from flux_tui.ui.review.naming import names

        size = sum(len(block.before or "") + len(block.after or "") for block in blocks)
        self.files = files_of(blocks) if size < LARGE else await asyncio.to_thread(files_of, blocks)
        self.decisions, self._names = Decisions(self.files), {}
        self._draw(notes)
        self._names.update(await asyncio.to_thread(names, self.files))
        self.view.redraw()

    def _draw(self, notes: tuple[str, ...]) -> None:
        drawing = Drawing(self.files, self.decisions, notes, self._names, decides=self.asked is not None)
        self.view.show(drawing)
        self.changed()
