"""What the person says, what the model says and what it thinks."""

from rich.segment import Segment
from textual.strip import Strip

from flux_tui.protocol.codes import FaultName
from flux_tui.ui.blocks import note
from flux_tui.ui.item import HANG, MARGIN, Item, hung, rows
from flux_tui.ui.markdown.document import Document
from flux_tui.ui.styles import Styles
from flux_tui.ui.wrap import clean, clip, crop, pad, wrap

PROMPT_LINES = 12
"""Of a long prompt, until it is opened."""


class PromptItem(Item):
    """What the person said."""

    prompt = True

    def __init__(self, text: str, turn: int) -> None:
        super().__init__()
        self.text = text
        self.turn = turn
        """0 for words said while a turn ran."""

    @property
    def openable(self) -> bool:
        return self.text.count("\n") >= PROMPT_LINES or len(self.text) > 80 * PROMPT_LINES

    def render(self, width: int, styles: Styles) -> list[Strip]:
        text = "\n".join(clip(line) for line in clean(self.text.strip("\n")).split("\n"))
        lines = wrap([Segment(text, styles.prompt)], max(8, width - 4))
        if not self.expanded and len(lines) > PROMPT_LINES + 1:
            more = Segment(f"… +{len(lines) - PROMPT_LINES:,} lines", styles.prompt + styles.muted)
            lines = [*lines[:PROMPT_LINES], [more]]
        bar = Segment("▌ ", styles.prompt_bar)
        return [Strip([bar, *pad(line, width - 2, styles.prompt)]) for line in lines]

    def estimate(self, width: int) -> int:
        count = rows(self.text, width - 4)
        return count if self.expanded else min(count, PROMPT_LINES + 1)

    def plain(self) -> str:
        return self.text


class AnswerItem(Item):
    """What the model says, as Markdown, while it says it."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[str] = []
        self._document: Document | None = None
        self._ended = False
        self._cut: FaultName | None = None

    def feed(self, text: str) -> None:
        self._pieces.append(text)
        if self._document is not None:
            self._document.feed(text)
        self.touch()

    def finish(self, text: str = "") -> None:
        """The message has ended. `text`: all of it, if it is known to differ from what was fed."""
        if text and text != self.plain():
            self._pieces = [text]
            self._document = None
        elif self._document is not None:
            self._document.finish()
        self._ended = True
        self.touch()

    def cut(self, reason: FaultName) -> None:
        """The stream broke off here."""
        self._cut = reason
        self.finish()

    def render(self, width: int, styles: Styles) -> list[Strip]:
        if self._document is None:
            self._document = Document((("space", MARGIN),))
            self._document.feed(self.plain())
            if self._ended:
                self._document.finish()
        strips = self._document.lines(width - 1, styles)
        if self._cut is None:
            return strips
        text = f"⊘ the reply broke off here ({self._cut.value.replace('_', ' ')})"
        return [*strips, Strip([Segment(MARGIN), Segment(crop(text, max(8, width - 3)), styles.warning)])]

    def estimate(self, width: int) -> int:
        length = sum(map(len, self._pieces))
        breaks = sum(piece.count("\n") for piece in self._pieces)
        return max(1, length // max(8, width - 3) + breaks)

    def plain(self) -> str:
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""

    def rest(self) -> None:
        if self._ended:
            self._document = None


class ThoughtItem(Item):
    """What the model thinks: one line, until it is opened."""

    slim = True

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[str] = []
        self._ended = False

    @property
    def openable(self) -> bool:
        return bool(self._pieces)

    def feed(self, text: str) -> None:
        self._pieces.append(text)
        self.touch()

    def finish(self, text: str = "") -> None:
        if text:
            self._pieces = [text]
        self._ended = True
        self.touch()

    def render(self, width: int, styles: Styles) -> list[Strip]:
        count = len(self.plain().split())
        head = "thought" if self._ended else "thinking"
        more = f" · {count:,} word{'' if count == 1 else 's'}" if count else ""
        strips = [Strip([Segment(" ∴ ", styles.faint), Segment(head, styles.muted), Segment(more, styles.faint)])]
        if self.expanded:
            body = note.prose(self.plain().strip("\n"), max(8, width - len(HANG) - 1), styles.muted)
            strips += hung(body)
        elif not self._ended and count:
            last = self.plain().rstrip().rpartition("\n")[2]
            strips += hung([[Segment(crop(clean(last), max(8, width - len(HANG) - 1)), styles.faint)]])
        return strips

    def estimate(self, width: int) -> int:
        return 1 + (rows(self.plain(), width - 5) if self.expanded else 0)

    def plain(self) -> str:
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""
