"""The visible to-do list."""

from rich.segment import Segment
from rich.style import Style

from flux_tui.protocol.blocks import PlanBlock, StepState
from flux_tui.ui.styles import Styles
from flux_tui.ui.wrap import Line, clean, wrap

_SIGNS: dict[StepState, str] = {"done": "✓ ", "now": "▸ ", "todo": "○ "}


def lines(block: PlanBlock, width: int, styles: Styles) -> list[Line]:
    found: list[Line] = []
    for state, text in block.steps:
        sign, look = _looks(state, styles)
        rows = wrap([Segment(clean(text), look)], max(8, width - 2))
        found += [[Segment(_SIGNS[state] if at == 0 else "  ", sign), *row] for at, row in enumerate(rows)]
    return found


def _looks(state: StepState, styles: Styles) -> tuple[Style, Style]:
    match state:
        case "done":
            return styles.good, styles.muted
        case "now":
            return styles.accent, styles.strong
        case "todo":
            return styles.faint, styles.text
