"""Focus that is there before the next key. `Widget.focus` only asks for it: a quick second key would go elsewhere."""

from textual.widget import Widget


def focus_now(widget: Widget) -> None:
    """Give the focus to a mounted widget before the next message is handled."""
    if widget.is_attached:
        widget.screen.set_focus(widget)
