"""The line over the draft: prompts that wait, and questions that wait while someone types."""

from textual import events
from textual.strip import Strip
from textual.widget import Widget

from flux_tui.safety.visible import visible
from flux_tui.ui.styles import styles_of
from flux_tui.ui.widgets.line import Piece, clip, draw
from flux_tui.ui.widgets.wanted import Wanted


class Chips(Widget):
    DEFAULT_CSS = """
    Chips { height: 1; width: 1fr; display: none; }
    Chips.-on { display: block; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.badge = ("", "", "")
        """(what waits, the key, the action); empty = nothing waits."""
        self.steering: tuple[str, ...] = ()
        self.queued: tuple[str, ...] = ()

    def show(self, badge: tuple[str, str, str], steering: tuple[str, ...], queued: tuple[str, ...]) -> None:
        if (badge, steering, queued) != (self.badge, self.steering, self.queued):
            self.badge, self.steering, self.queued = badge, steering, queued
            self.set_class(bool(badge[0] or steering or queued), "-on")
            self.refresh()

    def render_line(self, y: int) -> Strip:
        styles, pieces = styles_of(self.app), []
        what, key, _ = self.badge
        if what:
            pieces.append(Piece(((what, styles.warning + styles.strong), (f": {key}", styles.accent))))
        room = max(self.size.width - 30, 10)
        if self.steering:
            text = clip(visible(self.steering[-1]).replace("\n", " "), room)
            pieces.append(Piece((("after this call: ", styles.faint), (text, styles.muted)), 1))
        if self.queued:
            text = clip(visible(self.queued[-1]).replace("\n", " "), room)
            more = f" (+{len(self.queued) - 1})" if len(self.queued) > 1 else ""
            parts = (("queued: ", styles.faint), (text + more, styles.muted), ("  ↑ takes back", styles.faint))
            pieces.append(Piece(parts, 2))
        return draw(pieces, (), self.size.width, self.rich_style)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if self.badge[2]:
            self.post_message(Wanted(self.badge[2]))
