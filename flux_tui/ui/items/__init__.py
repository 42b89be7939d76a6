"""What a transcript is made of. An item holds its source and draws it at any width; it knows no widget.

All text that reaches an item is foreign: it is made visible before it becomes a segment.
"""

from flux_tui.ui.item import Item
from flux_tui.ui.items.call import CallItem
from flux_tui.ui.items.facts import EvidenceItem, NoticeItem, PlanItem
from flux_tui.ui.items.said import AnswerItem, PromptItem, ThoughtItem

__all__ = [
    "AnswerItem",
    "CallItem",
    "EvidenceItem",
    "Item",
    "NoticeItem",
    "PlanItem",
    "PromptItem",
    "ThoughtItem",
]
