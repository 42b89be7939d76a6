"""One row of a diff as strips of exactly the given width, both sides at once. Colours come from the theme's roles."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from flux_tui.safety.visible import visible
from flux_tui.ui import code
from flux_tui.ui.review.decisions import Decisions, State
from flux_tui.ui.review.layout import Kind, Row, hunk_lines
from flux_tui.ui.styles import Styles

if TYPE_CHECKING:
    from flux_tui.ui.review.files import FileDiff, Unit

SIGNS: Mapping[State, str] = {"open": "○", "accepted": "✓", "rejected": "✗"}
KINDS = {"changed": "", "new": "new file", "deleted": "deleted", "moved": "moved", "binary": "binary"}
BAR = "▌"
REMARKS = {
    "moved": "The content stays as it is.",
    "binary": "Binary content is not shown.",
    "new": "An empty file.",
    "deleted": "The file was empty.",
    "changed": "No line differs, only line ends or encoding.",
}
NO_NEWLINE = " ⟨no newline at end⟩"


@dataclass(frozen=True, slots=True)
class Page:
    """What all rows are drawn with."""

    width: int
    split: bool
    wrap: bool
    across: int
    """Cells that the text is moved sideways, where it is not wrapped."""
    digits: int
    styles: Styles
    base: Style
    soft: bool
    """True where the terminal can show a backdrop that letters stay readable on."""

    def sides(self, split: bool) -> tuple[int, int]:
        """Cells for the text of the left and of the right side; in one column the left has none."""
        if not split:
            return 0, max(self.width - self.digits - 5, 1)
        left = (self.width - 2) // 2
        return max(left - self.digits - 4, 1), max(self.width - 2 - left - self.digits - 4, 1)


class Drawing:
    """Draws rows. Holds no state of its own but what it was given."""

    def __init__(
        self,
        files: "Sequence[FileDiff]",
        decisions: Decisions,
        notes: Sequence[str],
        names: Mapping[int, str],
        decides: bool = True,
    ) -> None:
        self.files = files
        self.decisions = decisions
        self.notes = notes
        self.names = names
        """Unit -> the definition it is in, as far as it is known yet."""
        self.decides = decides
        """False where there is nothing to decide."""

    @property
    def digits(self) -> int:
        """Columns of a line number."""
        longest = max((max(len(file.before), len(file.after)) for file in self.files), default=0)
        return max(len(str(longest)), 2)

    def beyond(self, page: Page) -> int:
        """Cells of the longest line that find no room."""
        lines = (line for file in self.files for side in (file.before, file.after) for line in side)
        longest = max((cell_len(code.shown(line)) for line in lines), default=0)
        return max(longest - min(width for width in page.sides(page.split) if width), 0)

    def height(self, row: Row, page: Page) -> int:
        if row.kind == Kind.NOTE:
            return len(self._note(row, page))
        if not page.wrap or row.kind < Kind.SAME or row.kind == Kind.REMARK:
            return 1
        file = self.files[row.file]
        split = _is_split(row, page)
        left, right = page.sides(split)
        sizes = [1]
        if row.left >= 0 and (split or row.kind == Kind.OLD):
            sizes.append(code.height(code.shown(self._text(file, 0, row.left)), left if split else right))
        if row.right >= 0 and row.kind != Kind.OLD:
            sizes.append(code.height(code.shown(self._text(file, 1, row.right)), right))
        return max(sizes)

    def strips(self, row: Row, page: Page, current: bool) -> list[Strip]:
        """`current`: the row belongs to the unit that the keys decide on."""
        match row.kind:
            case Kind.NOTE:
                return self._note(row, page)
            case Kind.GAP:
                return [_strip([], page)]
            case Kind.FILE:
                return [self._file(row, page)]
            case Kind.HUNK:
                return [self._hunk(row, page, current)]
            case Kind.FOLD:
                return [self._fold(row, page)]
            case Kind.REMARK:
                text = REMARKS[self.files[row.file].kind]
                return [_strip([_bar(page, current), Segment(f"  {text}", page.base + page.styles.muted)], page)]
            case Kind.SAME | Kind.PAIR | Kind.OLD | Kind.NEW:
                return self._code(row, page, current)

    def _note(self, row: Row, page: Page) -> list[Strip]:
        text = code.shown(self.notes[row.left])
        style = page.base + page.styles.warning
        lines = code.wrapped(text, max(page.width - 4, 8))
        head = ["! ", *["  "] * len(lines)]
        return [_strip([Segment(f" {head[at]}{line}", style)], page) for at, line in enumerate(lines)]

    def _file(self, row: Row, page: Page) -> Strip:
        file, look = self.files[row.file], page.styles
        base = page.base + look.hunk
        folder, _, name = visible(file.path).rpartition("/")
        parts = [
            Segment(" ", base),
            *([Segment(f"{visible(file.moved_from)} → ", base + look.muted)] if file.moved_from else []),
            Segment(f"{folder}/" if folder else "", base + look.muted),
            Segment(name, base + look.strong),
        ]
        if KINDS[file.kind]:
            parts.append(Segment(f"  {KINDS[file.kind]}", base + look.accent))
        counts = [
            *([Segment(f"+{file.added} ", base + look.added_sign)] if file.added else []),
            *([Segment(f"−{file.removed} ", base + look.removed_sign)] if file.removed else []),
        ]
        return _strip(parts, page, counts, base)

    def _hunk(self, row: Row, page: Page, current: bool) -> Strip:
        file, look, state = self.files[row.file], page.styles, self.decisions[row.unit]
        unit = self.decisions.units[row.unit]
        # Where backdrops are poor, the bar and bold letters mark it: several inks reversed would be a patchwork.
        mark = look.cursor if page.soft else Style(bold=True)
        base = page.base + (mark if current else Style.null())
        ink = {"open": look.muted, "accepted": look.good, "rejected": look.error}[state]
        sign = f"{SIGNS[state]} " if self.decides else ""
        parts = [_bar(page, current, base), Segment(sign, base + ink)]
        parts.append(Segment(f"{unit.number}/{len(file.units)}", base + (look.strong if current else look.muted)))
        if name := self.names.get(row.unit, ""):
            parts.append(Segment(f"  {visible(name)}", base + look.accent))
        parts.append(Segment(f"  {visible(file.path)}{_at(unit)}", base + look.faint))
        said = self.decisions.words(row.unit)
        state_text = (f"{state}: “{visible(said)}”" if said else state) if self.decides else ""
        return _strip(parts, page, [Segment(f" {state_text} ", base + ink)] if state_text else [], base)

    def _fold(self, row: Row, page: Page) -> Strip:
        count = "1 unchanged line" if row.right == 1 else f"{row.right} unchanged lines"
        return _strip([Segment(f" {' ' * page.digits} ⋯ {count}", page.base + page.styles.faint)], page)

    def _code(self, row: Row, page: Page, current: bool) -> list[Strip]:
        split = _is_split(row, page)
        left, right = page.sides(split)
        if not split:
            side = 0 if row.kind == Kind.OLD else 1
            cells = self._side(row, page, side, right)
            return [_strip([_bar(page, current, first=at == 0), *cell], page) for at, cell in enumerate(cells)]
        sides = self._side(row, page, 0, left), self._side(row, page, 1, right)
        rows = max(map(len, sides))
        middle = Segment("│", page.base + page.styles.rule)
        full = [self._filled(side, rows, page, row, at) for at, side in enumerate(sides)]
        return [
            _strip([_bar(page, current), *one, middle, *other], page)
            for one, other in zip(full[0], full[1], strict=True)
        ]

    def _filled(self, cells: list[list[Segment]], rows: int, page: Page, row: Row, side: int) -> list[list[Segment]]:
        """Both sides are as tall as the taller one, in their own backdrop."""
        width = page.digits + 4 + page.sides(True)[side]
        base = self._backdrop(row, page, side)
        return cells + [[Segment(" " * width, base)] for _ in range(rows - len(cells))]

    def _side(self, row: Row, page: Page, side: int, width: int) -> list[list[Segment]]:
        """Number, sign and text of one side, in rows of equal width."""
        line = row.left if side == 0 else row.right
        base = self._backdrop(row, page, side)
        if line < 0:
            return [[Segment(" " * (page.digits + 4 + width), base)]]
        file, look = self.files[row.file], page.styles
        sign, ink = self._sign(row, page, side)
        head = [
            Segment(f"{line + 1:>{page.digits}} ", base + (look.gutter if sign == " " else look.muted)),
            Segment(f"{sign} ", base + ink),
        ]
        rest = [Segment(" " * (page.digits + 3), base)]
        text = self._painted(file, row, page, side)
        if not page.wrap:
            return [[*head, *code.clip(text, page.across, width, base), Segment(" ", base)]]
        rows = code.fold(text, width, base)
        return [[*(rest if at else head), *cells, Segment(" ", base)] for at, cells in enumerate(rows)]

    def _painted(self, file: "FileDiff", row: Row, page: Page, side: int) -> list[Segment]:
        line, look = (row.left, row.right)[side], page.styles
        raw = (file.before, file.after)[side][line]
        base = self._backdrop(row, page, side)
        rejected = self._rejected(row)
        if rejected and side == 1:
            return code.paint(raw, base + look.faint, (), look.syntax)
        colors = file.colors[side]
        plain = row.kind != Kind.SAME and not page.soft and not rejected
        ink: Callable[[str], Style] = look.syntax
        if plain:
            base += (look.removed_sign, look.added_sign)[side]
        else:
            base += look.text
        spans = colors.spans(line) if colors is not None and not plain else ()
        segments = code.paint(raw, base, spans, ink, (self._words(file, row, side), self._word_style(page, side)))
        if file.unended[side] == line:
            segments.append(Segment(NO_NEWLINE, base + look.faint))
        return segments

    def _words(self, file: "FileDiff", row: Row, side: int) -> code.Spans:
        """What changed within a pair of lines. Only ever computed for what is drawn."""
        if row.kind == Kind.SAME or row.left < 0 or row.right < 0 or self._rejected(row):
            return ()
        from flux_tui.workspace.hunks import intraline

        return intraline(file.before[row.left], file.after[row.right])[side]

    def _word_style(self, page: Page, side: int) -> Style:
        style = (page.styles.removed_word, page.styles.added_word)[side]
        return style if page.soft else Style(reverse=True)

    def _backdrop(self, row: Row, page: Page, side: int) -> Style:
        """A rejected hunk loses its backdrop: nothing will change there."""
        line = (row.left, row.right)[side]
        if row.kind == Kind.SAME or not page.soft or self._rejected(row):
            return page.base
        if line < 0:
            return page.base + page.styles.fence_background
        return page.base + (page.styles.removed, page.styles.added)[side]

    def _rejected(self, row: Row) -> bool:
        return row.kind != Kind.SAME and self.decides and self.decisions[row.unit] == "rejected"

    def _sign(self, row: Row, page: Page, side: int) -> tuple[str, Style]:
        if row.kind == Kind.SAME:
            return " ", page.styles.gutter
        if self._rejected(row):
            return "✗", page.styles.faint
        return (("−", page.styles.removed_sign), ("+", page.styles.added_sign))[side]

    def _text(self, file: "FileDiff", side: int, line: int) -> str:
        raw = (file.before, file.after)[side][line]
        return raw + NO_NEWLINE if file.unended[side] == line else raw


def _is_split(row: Row, page: Page) -> bool:
    """A file that is new or gone has one side only, and that gets the whole width."""
    return page.split and row.kind not in (Kind.OLD, Kind.NEW)


def _bar(page: Page, current: bool, base: Style | None = None, first: bool = True) -> Segment:
    return Segment(BAR if current else " ", (page.base if base is None else base) + page.styles.accent)


def _at(unit: "Unit") -> str:
    if not unit.hunks:
        return ""
    first, last = hunk_lines(unit)
    return f":{first}" if first == last else f":{first}-{last}"


def _strip(parts: list[Segment], page: Page, right: Sequence[Segment] = (), base: Style | None = None) -> Strip:
    """Left parts, right parts at the right edge where there is room for both."""
    style = page.base if base is None else base
    tail = sum(part.cell_length for part in right)
    if tail > page.width - 12:
        right, tail = (), 0
    return Strip([*code.fit(parts, page.width - tail, style), *right], page.width)
