"""Any block of an outcome as lines of a given width. What is too long to read here is cut, and says so."""

from typing import assert_never

from rich.segment import Segment

from flux_tui.protocol.blocks import Block, CommandBlock, DiffBlock, ExcerptBlock, FilesBlock, NoteBlock, PlanBlock
from flux_tui.ui.blocks import command, diff, excerpt, files, note, plan
from flux_tui.ui.styles import Styles
from flux_tui.ui.wrap import Line

LIMIT = 200
"""Lines of one block that are drawn."""


def lines(block: Block, width: int, styles: Styles) -> list[Line]:
    drawn = _drawn(block, width, styles)
    if len(drawn) <= LIMIT:
        return drawn
    return [*drawn[:LIMIT], [Segment(f"… +{len(drawn) - LIMIT:,} lines", styles.muted)]]


def words(block: Block, styles: Styles) -> Line:
    """What came of it, in a word or two for the call's own line."""
    match block:
        case DiffBlock():
            return diff.words(block, styles)
        case CommandBlock():
            return command.words(block, styles)
        case FilesBlock():
            return files.words(block, styles)
        case NoteBlock() | ExcerptBlock() | PlanBlock():
            return []
        case _:
            assert_never(block)


def _drawn(block: Block, width: int, styles: Styles) -> list[Line]:
    match block:
        case NoteBlock():
            return note.lines(block, width, styles)
        case ExcerptBlock():
            return excerpt.lines(block, width, styles)
        case FilesBlock():
            return files.lines(block, width, styles)
        case DiffBlock():
            return diff.lines(block, width, styles, LIMIT)
        case CommandBlock():
            return command.lines(block, width, styles)
        case PlanBlock():
            return plan.lines(block, width, styles)
        case _:
            assert_never(block)
