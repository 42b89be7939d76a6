"""A Markdown text while it arrives: what has ended is drawn once and kept, only the tail is drawn again.

The lines depend on the text alone, never on the pieces it came in.
"""

import re

from textual.strip import Strip

from flux_tui.ui.highlight import fence_highlighter
from flux_tui.ui.markdown import render, table
from flux_tui.ui.markdown.blocks import LAYOUT_ROWS, Code, Growing, Marks, Table
from flux_tui.ui.markdown.parser import Parser
from flux_tui.ui.styles import Styles
from flux_tui.ui.wrap import Line, clean, clip

_UNDECIDED = re.compile(r"[\s>]*(?:[-=*_#+~`|: ]+|\d+[.)]?)?\s*")
"""The start of a line that may still become anything: drawn as soon as there is more of it."""
_UNSETTLED = 8
"""Last lines of an open fence whose colours more code may change."""
_BATCH = 16
"""Lines of an open fence that are settled at once, since each time costs a parse."""
_WINDOW = 100
"""Lines of an open fence that its colours are computed from; once it ends, all of them."""


class Document:
    """`feed` as it comes, `finish` once, `lines` whenever it is drawn."""

    def __init__(self, outside: Marks = ()) -> None:
        """`outside`: what stands left of every line."""
        self.finished = False
        self._parser = Parser(outside)
        self._came: list[str] = []
        self._rest = ""
        self._lines: list[Strip] = []
        self._kept = 0
        """Lines that stay as they are."""
        self._done = 0
        """Blocks that are drawn whole."""
        self._rows = 0
        """Rows drawn of the block after those."""
        self._start = 0
        """The line at which that block's rows begin."""
        self._key: tuple[int, Styles] | None = None

    def feed(self, text: str) -> None:
        self._came.append(text)

    def finish(self) -> None:
        self._take()
        if self._rest:
            self._parser.line(self._line(self._rest))
            self._rest = ""
        self._parser.close()
        self.finished = True

    def lines(self, width: int, styles: Styles) -> list[Strip]:
        """The whole as it stands. The list is the document's own: read it, don't keep it."""
        if self._key != (width, styles):
            self._key = (width, styles)
            self._kept = self._done = self._rows = self._start = 0
        self._take()
        del self._lines[self._kept :]
        self._settle()
        self._kept = len(self._lines)
        if not self.finished:
            self._draw_tail()
        return self._lines

    def _take(self) -> None:
        """Hands the complete lines of what came to the parser."""
        if not self._came:
            return
        text = self._rest + "".join(self._came)
        self._came.clear()
        *complete, self._rest = text.split("\n")
        for line in complete:
            self._parser.line(self._line(line))

    def _line(self, line: str) -> str:
        return clip(clean(line.removesuffix("\r")))

    def _settle(self) -> None:
        """Draws what can't change any more."""
        blocks = self._parser.blocks
        while self._done < len(blocks):
            block = blocks[self._done]
            if isinstance(block, (Code, Table)):
                if not block.closed:
                    self._draw_rows(block, _settled(block, self._rows))
                    return
                self._draw_ended(block)
            else:
                self._lines += render.draw(block, *self._place())
            self._done += 1
            self._rows = 0

    def _draw_ended(self, block: Growing) -> None:
        if self._rows and isinstance(block, Code) and fence_highlighter(block.language, ()):
            # Its last lines may have changed the colours of the first.
            del self._lines[self._start :]
            self._rows = 0
        self._draw_rows(block, _size(block), whole=True)

    def _draw_tail(self) -> None:
        rest = "" if _UNDECIDED.fullmatch(self._rest) else self._line(self._rest)
        rows, start = self._rows, self._start
        with self._parser.peek(rest):
            blocks = self._parser.blocks[self._done :]
            for block in blocks:
                if isinstance(block, (Code, Table)):
                    self._draw_rows(block, _size(block))
                else:
                    self._lines += render.draw(block, *self._place(), unfinished=block is blocks[-1])
                self._rows = 0
        self._rows, self._start = rows, start

    def _draw_rows(self, block: Growing, last: int, *, whole: bool = False) -> None:
        """The rows from the first undrawn one up to `last`. `whole`: the block has ended, so all of it counts."""
        width, styles = self._place()
        first = self._rows
        empty = block.closed and last == 0
        if first >= last and not empty:
            return
        if first == 0:
            self._start = len(self._lines)
            self._lines += render.gap(block.gap, styles)
        if isinstance(block, Table):
            sizes = table.columns(block, width, styles)
            rows = [line for index in range(first, last) for line in table.row(block, index, sizes, styles)]
        else:
            rows = _code_rows(block, range(first, last), width, styles, whole=whole)
        self._lines += render.marked(block.marks, rows, styles, first=first == 0)
        self._rows = last

    def _place(self) -> tuple[int, Styles]:
        assert self._key is not None
        return self._key[0], self._key[1]


def _size(block: Growing) -> int:
    return len(block.lines) if isinstance(block, Code) else len(block.rows)


def _settled(block: Growing, drawn: int) -> int:
    """How many rows of an open block may be drawn for good."""
    if isinstance(block, Table):
        return len(block.rows) if len(block.rows) > LAYOUT_ROWS else 0
    if fence_highlighter(block.language, ()) is None:
        return len(block.lines)
    settled = len(block.lines) - _UNSETTLED
    return settled if settled - drawn >= _BATCH else drawn


def _code_rows(block: Code, rows: range, width: int, styles: Styles, *, whole: bool) -> list[Line]:
    if not rows:
        return render.code("", (), block.marks, width, styles)
    begin = 0 if whole else max(0, rows.stop - _WINDOW)
    colors = fence_highlighter(block.language, block.lines[begin : rows.stop])
    lines: list[Line] = []
    for row in rows:
        spans = colors.spans(row - begin) if colors and row >= begin else ()
        lines += render.code(block.lines[row], spans, block.marks, width, styles)
    return lines
