"""What Flux itself says: the plan, notices, and what stands behind a turn."""

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from flux_tui.protocol.blocks import PlanBlock
from flux_tui.protocol.codes import Evidence, TurnOutcome
from flux_tui.protocol.events import Check, TurnEnded
from flux_tui.ui.blocks import note, plan
from flux_tui.ui.item import MARGIN, Item, rows, signed
from flux_tui.ui.sayings import Level
from flux_tui.ui.styles import Styles
from flux_tui.ui.wrap import clean, fold, wrap


class PlanItem(Item):
    """The to-do list as it stood then."""

    def __init__(self, block: PlanBlock) -> None:
        super().__init__()
        self.block = block

    def render(self, width: int, styles: Styles) -> list[Strip]:
        return [Strip([Segment(MARGIN), *line]) for line in plan.lines(self.block, max(8, width - 3), styles)]

    def estimate(self, width: int) -> int:
        return len(self.block.steps)

    def plain(self) -> str:
        signs = {"done": "[x]", "now": "[>]", "todo": "[ ]"}
        return "\n".join(f"{signs[state]} {text}" for state, text in self.block.steps)


class NoticeItem(Item):
    """A sentence of Flux itself."""

    slim = True

    def __init__(self, text: str, level: Level = "info") -> None:
        super().__init__()
        self.text = text
        self.level = level

    def render(self, width: int, styles: Styles) -> list[Strip]:
        sign, style, words = {
            "info": ("·", styles.muted, styles.muted),
            "good": ("✓", styles.good, styles.text),
            "warning": ("!", styles.warning, styles.text),
            "error": ("✗", styles.error, styles.text),
        }[self.level]
        return signed(sign, style, note.prose(self.text, max(8, width - 4), words))

    def estimate(self, width: int) -> int:
        return rows(self.text, width - 4)

    def plain(self) -> str:
        return self.text


class EvidenceItem(Item):
    """What a turn leaves behind: files changed, checks run, and whether anything stands behind it."""

    def __init__(self, ended: TurnEnded) -> None:
        super().__init__()
        self.ended = ended

    @property
    def openable(self) -> bool:
        return len(self.ended.files) > 1 or len(self.ended.checks) > 1

    def render(self, width: int, styles: Styles) -> list[Strip]:
        sign, word, style = self._verdict(styles)
        line = [Segment(word, style + Style(bold=True))]
        for text in self._facts():
            line += [Segment(" · ", styles.faint), Segment(clean(text), styles.text)]
        lines = wrap(line, max(8, width - 4))
        if self.expanded:
            for text in (*self.ended.files, *map(_check, self.ended.checks)):
                lines += fold([Segment(clean(text), styles.muted)], max(8, width - 4))
        return signed(sign, style, lines)

    def _facts(self) -> list[str]:
        files, checks = self.ended.files, self.ended.checks
        facts = []
        if files:
            facts.append(f"{files[0]} changed" if len(files) == 1 else f"{len(files)} files changed")
        if len(checks) > 2 and not any(check.exit for check in checks):
            facts.append(f"{len(checks)} checks passed")
        else:
            facts += [_check(check) for check in checks]
        return facts

    def _verdict(self, styles: Styles) -> tuple[str, str, Style]:
        match self.ended.outcome:
            case TurnOutcome.FAILED:
                return "✗", "failed", styles.error
            case TurnOutcome.LIMIT:
                return "!", "stopped at a limit", styles.warning
            case TurnOutcome.DENIED:
                return "⊘", "something was denied", styles.warning
            case TurnOutcome.INTERRUPTED:
                return "⊘", "interrupted", styles.warning
            case TurnOutcome.DONE:
                return {
                    Evidence.VERIFIED: ("✓", "verified", styles.good),
                    Evidence.UNVERIFIED: ("!", "unverified", styles.warning),
                    Evidence.FAILED: ("✗", "a check failed", styles.error),
                    Evidence.NOTHING: ("✓", "done", styles.good),
                }[self.ended.evidence]

    def plain(self) -> str:
        return " · ".join([str(self.ended.evidence), *self.ended.files, *map(_check, self.ended.checks)])


def _check(check: Check) -> str:
    if check.exit is None:
        return f"{check.command} did not end"
    return f"{check.command} {f'exit {check.exit}' if check.exit else 'ok'}"
