"""The review's last line: what Enter will do, and how far the decisions are. Only shows."""

from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from flux_tui.ui.review.decisions import Decisions
from flux_tui.ui.styles import Styles, styles_of
from flux_tui.ui.widgets.line import Piece, draw, piece


class Summary(Widget):
    DEFAULT_CSS = """
    Summary { height: 1; width: 1fr; background: $surface; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._decisions = Decisions(())
        self._current = 0
        self._base = ""
        self._hint = ""

    def show(self, decisions: Decisions, current: int, base: str, hint: str = "") -> None:
        """`base`: not empty where the change is only looked at. `hint`: an answer to the last key."""
        self._decisions, self._current, self._base, self._hint = decisions, current, base, hint
        self.refresh()

    @property
    def text(self) -> str:
        """The line as words."""
        return "".join(text for part in self._left(styles_of(self.app)) for text, _ in part.parts)

    def render_line(self, y: int) -> Strip:
        styles = styles_of(self.app)
        return draw(self._left(styles), self._right(styles), self.size.width, self.rich_style)

    def _left(self, look: Styles) -> list[Piece]:
        made = self._decisions
        if not made.units:
            return []
        if self._hint:
            return [piece(self._hint, look.warning)]
        if self._base:
            return [
                piece(f"Changes since {self._base}", look.muted),
                piece("only shown, nothing to decide", look.faint, 2),
            ]
        accepted, rejected, left = (made.count(state) for state in ("accepted", "rejected", "open"))
        if not accepted and not rejected:
            return [
                _keys(look, ("y", "accepts this hunk"), ("n", "rejects it"), ("A", "accepts all"), ("Enter", "applies"))
            ]
        done = " and ".join(
            [*([f"writes {accepted}"] if accepted else []), *([f"rejects {rejected}"] if rejected else [])]
        )
        open_part = [piece(f"{left} open {'is' if left == 1 else 'are'} not written", look.warning, 1)] if left else []
        return [_keys(look, ("Enter", done)), *open_part]

    def _right(self, look: Styles) -> list[Piece]:
        made = self._decisions
        if not made.units:
            return []
        counts = [
            *_count(made.count("accepted"), "✓", look.good),
            *_count(made.count("rejected"), "✗", look.error),
            *_count(made.count("open"), "○", look.muted),
        ]
        where = piece(f"{self._current + 1} of {len(made.units)}", look.muted, 3)
        return [where] if self._base else [Piece(tuple(counts), 4), where]


def _keys(look: Styles, *pairs: tuple[str, str]) -> Piece:
    parts: list[tuple[str, Style]] = []
    for key, text in pairs:
        parts += [(f"{'  ' if parts else ''}{key} ", look.accent), (text, look.text)]
    return Piece(tuple(parts))


def _count(number: int, sign: str, style: Style) -> list[tuple[str, Style]]:
    return [(f" {sign}{number}", style)] if number else []
