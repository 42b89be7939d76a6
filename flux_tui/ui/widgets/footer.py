"""The keys that work now, in the order of use. Shows what it is given and decides nothing."""

from textual.strip import Strip
from textual.widget import Widget

from flux_tui.ui.styles import styles_of
from flux_tui.ui.widgets.line import Piece, draw

Hint = tuple[str, str]
"""(key as it is shown, what it does)."""


class KeyFooter(Widget):
    DEFAULT_CSS = """
    KeyFooter { height: 1; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.hints: tuple[Hint, ...] = ()

    def show(self, hints: tuple[Hint, ...]) -> None:
        if hints != self.hints:
            self.hints = hints
            self.refresh()

    def render_line(self, y: int) -> Strip:
        styles = styles_of(self.app)
        pieces = [
            Piece(((key, styles.accent), (f" {text}", styles.muted)), rank)
            for rank, (key, text) in enumerate(self.hints)
        ]
        return draw(pieces, (), self.size.width, self.rich_style)
