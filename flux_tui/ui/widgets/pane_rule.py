"""The thin line on top of a pane: its name, a note, and by its colour whether the pane has the focus."""

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from flux_tui.safety.visible import visible
from flux_tui.ui.styles import styles_of
from flux_tui.ui.widgets.line import clip


class PaneRule(Widget):
    DEFAULT_CSS = """
    PaneRule { height: 1; width: 1fr; color: $border-blurred; }
    """

    def __init__(self, title: str, note: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.title = title
        self.note = note

    def show(self, note: str, title: str = "") -> None:
        if (note, title or self.title) != (self.note, self.title):
            self.note, self.title = note, title or self.title
            self.refresh()

    def render_line(self, y: int) -> Strip:
        styles, width = styles_of(self.app), self.size.width
        focused = self.parent is not None and "focus-within" in getattr(self.parent, "pseudo_classes", ())
        line = styles.accent if focused else styles.rule
        title = clip(visible(self.title), max(width - 4, 0))
        note = clip(visible(self.note), max(width - len(title) - 6, 0))
        segments = [Segment("─ ", line), Segment(title, styles.accent if focused else styles.muted)]
        if note:
            segments.append(Segment(f"  {note}", styles.faint))
        strip = Strip([*segments, Segment(" ")]).apply_style(self.rich_style)
        rest = width - strip.cell_length
        tail = Strip([Segment("─" * max(rest, 0), line)]).apply_style(self.rich_style)
        return Strip.join([strip, tail]).crop(0, width)
