"""A tool call: one line of meaning (sign, verb and place, result, time) that opens to its blocks."""

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from flux_tui.protocol.blocks import Block, CommandBlock, NoteBlock
from flux_tui.protocol.codes import Code
from flux_tui.ui.blocks import command, render
from flux_tui.ui.item import HANG, Item, hung
from flux_tui.ui.styles import Styles
from flux_tui.ui.wrap import Line, clean, crop, length

TAIL = 20
"""Lines of a running command that are kept and, once opened, shown."""
GLANCE = 5
"""Lines of them that are shown unasked."""
_TAIL_CHARACTERS = 20_000
_STOPPED = frozenset({Code.DENIED, Code.REJECTED, Code.INTERRUPTED, Code.BLOCKED_REPEAT, Code.LIMIT_REACHED})


class CallItem(Item):
    """From the first letter the model writes of it to its result."""

    slim = True
    foldable = True

    def __init__(self, call: str, title: str) -> None:
        super().__init__()
        self.call = call
        self.title = title
        self.code: Code | None = None
        """None while it runs."""
        self.text = ""
        self.blocks: tuple[Block, ...] = ()
        self.seconds = 0.0
        self._written = 0
        self._tail = ""

    @property
    def openable(self) -> bool:
        return bool(self.blocks or self.text or self._tail)

    def grew(self, characters: int) -> None:
        """The model is writing its arguments; `characters` so far."""
        self._written = characters
        self.touch()

    def started(self, title: str) -> None:
        self.title = title
        self._written = 0
        self.touch()

    def output(self, text: str) -> None:
        """It printed something."""
        self._tail = (self._tail + text)[-_TAIL_CHARACTERS:]
        self.touch()

    def finish(self, code: Code, text: str, blocks: tuple[Block, ...], seconds: float) -> None:
        self.code, self.text, self.blocks, self.seconds = code, text, blocks, seconds
        self._tail, self._written = "", 0
        self.touch()

    def render(self, width: int, styles: Styles) -> list[Strip]:
        strips = [self._head(width, styles)]
        room = max(8, width - len(HANG) - 1)
        if self.code is None:
            strips += hung(self._running(room, styles))
        elif self.expanded:
            for at, block in enumerate(self.blocks or (NoteBlock(self.text),)):
                strips += ([Strip([])] if at else []) + hung(render.lines(block, room, styles))
        return strips

    def estimate(self, width: int) -> int:
        if not self.expanded:
            return 1
        return 1 + min(render.LIMIT, self.text.count("\n") + 2)

    def plain(self) -> str:
        return f"{self.title}\n{self.text}".rstrip("\n")

    def _head(self, width: int, styles: Styles) -> Strip:
        sign, look = self._sign(styles)
        time = f"{self.seconds:.1f} s" if self.seconds >= 0.05 else ""
        words = self._words(styles)
        room = width - 4 - (length(words) + 2 if words else 0) - (len(time) + 2 if time else 0)
        title = crop(clean(self.title).replace("\n", " "), max(8, room))
        line = [Segment(" "), Segment(f"{sign} ", look), *_title(title, styles)]
        line += [Segment("  "), *words] if words else []
        if time and (gap := width - 1 - length(line) - len(time)) > 0:
            line += [Segment(" " * gap), Segment(time, styles.faint)]
        strip = Strip(line)
        return strip if strip.cell_length <= width else strip.crop(0, width)

    def _sign(self, styles: Styles) -> tuple[str, Style]:
        if self.code is None:
            return "⋯", styles.accent
        if self.code in _STOPPED:
            return "⊘", styles.warning
        if self.code is not Code.OK:
            return "✗", styles.error
        if any(isinstance(block, CommandBlock) and block.exit for block in self.blocks):
            return "✗", styles.error
        return "✓", styles.good

    def _words(self, styles: Styles) -> Line:
        """The result in a word or two."""
        if self.code is None:
            return [Segment(f"{self._written:,} characters", styles.faint)] if self._written else []
        if self.code is not Code.OK:
            name = self.code.value.lower().replace("_", " ")
            return [Segment(name, styles.warning if self.code in _STOPPED else styles.error)]
        line: Line = []
        for block in self.blocks:
            words = render.words(block, styles)
            line += [Segment(" · ", styles.faint), *words] if line and words else words
        return line

    def _running(self, width: int, styles: Styles) -> list[Line]:
        lines = command.output("\n".join(self._tail.split("\n")[-TAIL - 1 :]), width, styles)
        shown = TAIL if self.expanded else GLANCE
        return lines[-shown:]


def _title(title: str, styles: Styles) -> Line:
    """The verb steps back, the place is what one looks for."""
    verb, blank, place = title.partition(" ")
    if not place:
        return [Segment(title, styles.text)]
    return [Segment(verb + blank, styles.muted), Segment(place, styles.text)]
