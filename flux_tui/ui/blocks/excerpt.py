"""Lines of a file with their numbers, in the colours of its language."""

from rich.segment import Segment

from flux_tui.protocol.blocks import ExcerptBlock
from flux_tui.ui.code import paint
from flux_tui.ui.highlight import highlighter
from flux_tui.ui.styles import Styles
from flux_tui.ui.wrap import Line, clean, fold

SHOWN = 200


def lines(block: ExcerptBlock, width: int, styles: Styles) -> list[Line]:
    texts = block.text.removesuffix("\n").split("\n")
    colors = highlighter(block.path, texts)
    digits = len(str(block.first + len(texts) - 1))
    found = fold([Segment(clean(block.path), styles.muted)], width)
    for at, text in enumerate(texts[:SHOWN]):
        spans = colors.spans(at) if colors else ()
        rows = fold(paint(text, styles.text, spans, styles.syntax), max(8, width - digits - 2))
        found += numbered(rows, f"{block.first + at:>{digits}}  ", styles)
    if len(texts) > SHOWN:
        found.append([Segment(f"… +{len(texts) - SHOWN:,} lines", styles.muted)])
    return found


def numbered(rows: list[Line], gutter: str, styles: Styles) -> list[Line]:
    """The rows of one line: the number stands at the first."""
    return [
        [Segment(gutter if at == 0 else " " * len(gutter), styles.gutter), *row] for at, row in enumerate(rows or [[]])
    ]
