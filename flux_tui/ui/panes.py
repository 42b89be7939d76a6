"""Which panes are seen. The composer and the status bar always are."""

from typing import TYPE_CHECKING

from flux_tui.ui.focusing import focus_now

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp


def open_review(app: "FluxApp") -> None:
    app.main.query_one("#review-pane").add_class("-open")


def close_review(app: "FluxApp") -> None:
    """Fold the review away; the focus goes back to the draft if it was there."""
    pane = app.main.query_one("#review-pane")
    had_focus = pane.has_focus_within
    app.main.review.clear()
    pane.remove_class("-open")
    if had_focus:
        focus_now(app.main.chat.composer)


def toggle_tree(app: "FluxApp") -> None:
    """From hidden to shown or back, whatever the width made of it."""
    base = app.main
    pane = base.query_one("#tree-pane")
    shown = bool(pane.display) and pane.region.width > 0
    base.set_class(shown, "-no-tree")
    base.set_class(not shown, "-tree")
    if shown and pane.has_focus_within:
        focus_now(app.main.chat.composer)


def show_tree(app: "FluxApp") -> None:
    base = app.main
    if not base.query_one("#tree-pane").display:
        base.remove_class("-no-tree")
        base.add_class("-tree")
