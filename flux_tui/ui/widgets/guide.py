"""The guided demo's one line: which key to press next. Computed from what the screen waits for, never from a script."""

from dataclasses import dataclass

from textual.strip import Strip
from textual.widget import Widget

from flux_tui.ui.styles import styles_of
from flux_tui.ui.widgets.line import Piece, clip, draw


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the person could do now."""

    over: bool = False
    running: bool = False
    approval: bool = False
    approval_open: bool = False
    review: bool = False
    review_focused: bool = False
    decided: bool = False
    """Every hunk of the open review has a decision."""
    drafted: bool = False
    """The next prompt stands in the draft."""


def step(now: Waiting) -> tuple[str, str]:
    """(`Press KEY`, why) for what the demo waits for."""
    if now.approval:
        if not now.approval_open:
            return "Press Alt+A", "to open the question that waits"
        return "Press y", "to allow this command once; it runs in the sandbox"
    if now.review:
        return _review(now)
    if now.running:
        return "", "Watch: nothing to press until it has finished. Press Esc to stop it"
    if now.over:
        return "The demo is over", "· Ctrl+Q leaves, /help shows what else there is"
    if now.drafted:
        return "Press Enter", "to send the prompt in the draft"
    return "Press Alt+1", "to go back to the draft"


def _review(now: Waiting) -> tuple[str, str]:
    if not now.review_focused:
        return "Press Alt+3", "to go to the review: then A, then Enter writes all of it"
    if now.decided:
        return "Press Enter", "to apply what you decided"
    return "Press A", "to accept every hunk (y and n decide one; ] goes to the next)"


class GuideBar(Widget):
    DEFAULT_CSS = """
    GuideBar { height: 1; width: 1fr; background: $panel; display: none; }
    GuideBar.-on { display: block; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.words = ("", "")

    def show(self, words: tuple[str, str]) -> None:
        if words != self.words:
            self.words = words
            self.refresh()

    def render_line(self, y: int) -> Strip:
        styles = styles_of(self.app)
        key, why = self.words
        room = max(self.size.width - len(key) - 12, 0)
        parts = [("Demo  ", styles.faint)]
        parts += [(key, styles.accent + styles.strong)] if key else []
        parts += [(f" {clip(why, room)}", styles.muted)]
        return draw([Piece(tuple(parts))], (), self.size.width, self.rich_style)
