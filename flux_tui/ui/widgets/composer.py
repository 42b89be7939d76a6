"""The draft: sends, folds long pastes, remembers prompts, asks for completions. Never loses what was typed."""

from typing import ClassVar

from textual import events
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea

from flux_tui.ui.prompt_history import Recall
from flux_tui.ui.steady import Steady
from flux_tui.ui.widgets.paste import Pastes
from flux_tui.ui.widgets.wanted import Wanted

NEWLINE_KEYS = frozenset({"ctrl+j", "shift+enter", "shift+\r"})
QUEUE_KEYS = frozenset({"tab", "alt+enter"})
POPUP_KEYS = frozenset({"up", "down", "enter", "tab", "escape", "pageup", "pagedown"})


class Composer(Steady, TextArea):
    DEFAULT_CSS = """
    Composer, Composer:focus {
        height: auto; max-height: 10; min-height: 1; border: none; padding: 0 1 0 0; background: transparent;
        scrollbar-size-vertical: 1; overflow-x: hidden;
    }
    """

    class Submitted(Message):
        """Posted on Enter (or Tab while a turn runs)."""

        def __init__(self, text: str, queue: bool) -> None:
            super().__init__()
            self.text = text
            self.queue = queue

    class Completing(Message):
        """Posted when the word at the cursor could be completed; `sign` is empty when not."""

        def __init__(self, sign: str, query: str) -> None:
            super().__init__()
            self.sign = sign
            self.query = query

    class PopupKey(Message):
        """Posted for a key that belongs to the open popup."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    SIGNS: ClassVar[tuple[str, ...]] = ("/", "@")

    def __init__(self, *, id: str | None = None, placeholder: str = "") -> None:
        super().__init__(id=id, placeholder=placeholder, highlight_cursor_line=False)
        self.match_cursor_bracket = False
        self.recall = Recall()
        self.pastes = Pastes()
        self.turn_runs = False
        self.popup_open = False

    @property
    def empty(self) -> bool:
        return not self.text

    @property
    def prompt(self) -> str:
        """What would be sent: the draft with its pastes unfolded."""
        return self.pastes.unfold(self.text)

    def fill(self, text: str) -> None:
        """Replace the draft (undoable) and put the cursor at its end."""
        self.replace(text, (0, 0), self.document.end)
        self.move_cursor(self.document.end)

    def empty_out(self) -> None:
        """Clear the draft after it was sent."""
        self.load_text("")
        self.pastes.clear()

    def insert_word(self, word: str) -> None:
        """Put a word at the cursor, set off by blanks."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        self.insert(("" if not before or before[-1].isspace() else " ") + word + " ")

    def complete(self, word: str) -> None:
        """Replace the word at the cursor by a chosen completion."""
        row, column = self.cursor_location
        start = self._word_start(self.document.get_line(row), column)
        self.replace(word + " ", (row, start), (row, column))

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        try:
            return super().scroll_cursor_visible(center, animate)
        except ValueError:
            # Undo of a long paste leaves the wrapped lines behind the document for a moment.
            return Offset(0, 0)

    def render_line(self, y: int) -> Strip:
        # For a frame a pane that is being resized may be narrower than a text field can be drawn.
        if self.content_size.width < 1:
            return Strip.blank(self.size.width, self.rich_style)
        return super().render_line(y)

    def action_delete_left(self) -> None:
        row, column = self.cursor_location
        chip = self.pastes.chip_before(self.document.get_line(row), column) if not self.selected_text else ""
        if chip:
            self.delete((row, column - len(chip)), (row, column))
            return
        super().action_delete_left()

    async def _on_key(self, event: events.Key) -> None:
        if self.popup_open and event.key in POPUP_KEYS:
            self._take(event)
            self.post_message(self.PopupKey(event.key))
        elif self._own_key(event.key):
            self._take(event)
        else:
            await super()._on_key(event)

    def _own_key(self, key: str) -> bool:
        """Whether the key meant something here, and did it."""
        if key == "enter":
            return self._enter()
        if key in NEWLINE_KEYS:
            self.insert("\n")
            self.scroll_cursor_visible()
            return True
        if key in QUEUE_KEYS:
            return self._queue()
        if key in ("up", "down"):
            return self._walk(key)
        return self._empty_key(key) if self.empty else False

    def _enter(self) -> bool:
        row, column = self.cursor_location
        if self.document.get_line(row)[:column].endswith("\\"):
            self.replace("\n", (row, column - 1), (row, column))
            return True
        if self.prompt.strip():
            self.post_message(self.Submitted(self.prompt, queue=False))
        return True

    def _queue(self) -> bool:
        if self.turn_runs and self.prompt.strip():
            self.post_message(self.Submitted(self.prompt, queue=True))
            return True
        return not self.empty

    def _walk(self, key: str) -> bool:
        if key == "up" and self.cursor_at_first_line:
            if self.empty and self.turn_runs:
                self.post_message(Wanted("queue.take_back"))
                return True
            found = self.recall.back(self.text)
        elif key == "down" and self.cursor_at_last_line:
            found = self.recall.forward()
        else:
            return False
        if found is not None:
            self.fill(found)
        return found is not None

    def _empty_key(self, key: str) -> bool:
        action = {"ctrl+d": "app.quit", "question_mark": "help.open"}.get(key)
        if action:
            self.post_message(Wanted(action))
        return action is not None

    async def _on_paste(self, event: events.Paste) -> None:
        self._take(event)
        self.replace(self.pastes.take(event.text), *self.selection)
        self.scroll_cursor_visible()
        self.post_message(self.Completing("", ""))

    def on_text_area_changed(self) -> None:
        row, column = self.cursor_location
        line = self.document.get_line(row)
        word = line[self._word_start(line, column) : column]
        sign = word[:1]
        if sign == "/" and (row, column) != (0, len(word)):
            sign = ""
        self.post_message(self.Completing(sign if sign in self.SIGNS else "", word[1:]))

    @staticmethod
    def _word_start(line: str, column: int) -> int:
        start = column
        while start and not line[start - 1].isspace():
            start -= 1
        return start

    @staticmethod
    def _take(event: events.Event) -> None:
        event.stop()
        event.prevent_default()
