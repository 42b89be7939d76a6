"""Where a file without a grammar may be cut: at paragraphs, joined by indentation."""

from flux_tui.syntax.places import UNIT_LINES, Place, Span


class Blocks:
    """Rows count from 0 here; the spans that come out are 1-based lines."""

    def __init__(self, rows: list[bytes]) -> None:
        self._rows = rows
        self.total = len(rows)

    def place(self, line: int, leading: bool) -> Place:
        """`leading` makes no difference here."""
        row = line - 1
        paragraph = self._paragraph(row)
        block = self._block(paragraph) if paragraph else None
        units = tuple(span for span in (block, paragraph) if span and span[1] - span[0] < UNIT_LINES)
        return Place(tuple((first + 1, last + 1) for first, last in units), (line, line), ())

    def _blank(self, row: int) -> bool:
        return not self._rows[row].strip()

    def _indented(self, row: int) -> bool:
        return self._rows[row][:1] in (b" ", b"\t")

    def _paragraph(self, row: int) -> Span | None:
        """The run of lines that are not blank; None on a blank line, or when it is longer than a unit."""
        if self._blank(row):
            return None
        first = last = row
        while first > 0 and not self._blank(first - 1) and row - first <= UNIT_LINES:
            first -= 1
        while last + 1 < self.total and not self._blank(last + 1) and last - row <= UNIT_LINES:
            last += 1
        return (first, last) if last - first < UNIT_LINES else None

    def _block(self, paragraph: Span) -> Span | None:
        """Paragraphs that hang together by indentation."""
        first, last = paragraph
        while self._indented(first):
            above = self._skip(first - 1, -1)
            found = self._paragraph(above) if above is not None else None
            if found is None or last - found[0] >= UNIT_LINES:
                return None
            first = found[0]
        while True:
            below = self._skip(last + 1, 1)
            if below is None or not self._indented(below):
                return first, last
            found = self._paragraph(below)
            if found is None or found[1] - first >= UNIT_LINES:
                return None
            last = found[1]

    def _skip(self, row: int, step: int) -> int | None:
        """The next row with text, within a unit's reach."""
        for _ in range(UNIT_LINES):
            if not 0 <= row < self.total:
                return None
            if not self._blank(row):
                return row
            row += step
        return None
