"""A few plain lines, wrapped."""

from rich.segment import Segment
from rich.style import Style

from flux_tui.protocol.blocks import NoteBlock
from flux_tui.ui.styles import Styles
from flux_tui.ui.wrap import Line, clean, clip, fold, wrap


def lines(block: NoteBlock, width: int, styles: Styles) -> list[Line]:
    return prose(block.text, width, _style(block, styles))


def prose(text: str, width: int, style: Style) -> list[Line]:
    """Foreign text, line by line; indented lines keep their shape."""
    found: list[Line] = []
    for line in text.removesuffix("\n").split("\n"):
        segment = Segment(clip(clean(line)), style)
        found += fold([segment], width) if line[:1] in (" ", "\t") else wrap([segment], width)
    return found


def _style(block: NoteBlock, styles: Styles) -> Style:
    return {"info": styles.text, "good": styles.good, "warning": styles.warning, "error": styles.error}[block.level]
