"""The review pane: what a change would do, and what of it may be done."""

from flux_tui.ui.review.actions import ACTIONS
from flux_tui.ui.review.pane import ReviewPane

__all__ = ["ACTIONS", "ReviewPane"]
