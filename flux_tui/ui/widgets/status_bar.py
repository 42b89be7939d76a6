"""The bottom line: how Flux may act, with which model, what the turn has used. Never says more than is known."""

from dataclasses import dataclass
from decimal import Decimal
from time import monotonic
from typing import ClassVar

from rich.style import Style
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from flux_tui.protocol.codes import Mode
from flux_tui.safety.visible import visible
from flux_tui.ui.styles import Styles, styles_of
from flux_tui.ui.widgets.line import Piece, clip, draw, piece

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧"
TICK = 0.25
"""Seconds between two spinner frames: a slow terminal must be able to follow."""


@dataclass(frozen=True, slots=True)
class Status:
    """All that the bar shows. None = not known, and said so."""

    mode: Mode = Mode.ASK
    sandbox: str = ""
    profile: str = ""
    model: str = ""
    context: int = 0
    """Tokens of the last request."""
    window: int | None = None
    tokens: int = 0
    """Tokens of the turn."""
    estimated: bool = False
    turn_cost: Decimal | None = None
    cost: Decimal | None = None
    attempts: int = 0
    first_attempt: int = 0
    running: bool = False
    activity: str = ""
    """What is going on now, in a word or two."""


class StatusBar(Widget):
    DEFAULT_CSS = """
    StatusBar { height: 1; width: 1fr; background: $panel; color: $foreground; }
    """

    MODE_ROLES: ClassVar[dict[Mode, str]] = {
        Mode.PLAN: "accent",
        Mode.ASK: "good",
        Mode.AUTO_EDIT: "warning",
        Mode.FULL: "error",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.status = Status()
        self.frozen_seconds: int | None = None
        """Set by pictures: shown instead of the time that went by."""
        self._since = 0.0
        self._frame = 0
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        self._timer = self.set_interval(TICK, self._spin, pause=True)

    def show(self, status: Status) -> None:
        if status == self.status:
            return
        if status.running and not self.status.running:
            self._since = monotonic()
        self.status = status
        if self._timer is not None:
            (self._timer.resume if status.running else self._timer.pause)()
        self.refresh()

    def _spin(self) -> None:
        self._frame += 1
        self.refresh()

    def render_line(self, y: int) -> Strip:
        styles = styles_of(self.app)
        base = self.rich_style
        return draw(self._left(styles), self._right(styles), self.size.width, base)

    def _left(self, styles: Styles) -> list[Piece]:
        status = self.status
        mode_style: Style = getattr(styles, self.MODE_ROLES[status.mode]) + Style(bold=True)
        pieces = [self._busy(styles)] if status.running else []
        pieces.append(piece(status.mode.value, mode_style))
        if status.sandbox:
            look, rank = (styles.warning, 1) if status.sandbox.startswith("no ") else (styles.muted, 5)
            pieces.append(piece(visible(status.sandbox), look, rank))
        if status.profile:
            pieces.append(piece(clip(visible(status.profile), 16), styles.muted, 7))
        if status.model:
            pieces.append(piece(clip(visible(status.model), 32), styles.text, 3))
        return pieces

    def _busy(self, styles: Styles) -> Piece:
        seconds = self.frozen_seconds if self.frozen_seconds is not None else int(monotonic() - self._since)
        frame = SPINNER[self._frame % len(SPINNER)] if self.frozen_seconds is None else SPINNER[0]
        word = f" {visible(self.status.activity)}" if self.status.activity else ""
        return Piece(((f"{frame} {clock(seconds)}", styles.accent), (clip(word, 24), styles.text)))

    def _right(self, styles: Styles) -> list[Piece]:
        status = self.status
        mark = "~" if status.estimated else ""
        pieces = [self._window(styles)]
        if status.tokens:
            pieces.append(Piece(((f"{mark}{count(status.tokens)}", styles.text), (" tokens", styles.faint)), 6))
        money_text = f"{mark}{money(status.turn_cost)}"
        pieces.append(Piece(((money_text, styles.text), (f" / {mark}{money(status.cost)}", styles.muted)), 4))
        if status.attempts:
            pieces.append(self._score(styles))
        return pieces

    def _window(self, styles: Styles) -> Piece:
        status = self.status
        if not status.window:
            return Piece(((count(status.context), styles.text), (" context", styles.faint)), 2)
        share = 100 * status.context // status.window
        style = styles.error if share >= 90 else styles.warning if share >= 75 else styles.text
        return Piece(((f"{share}%", style), (" context", styles.faint)), 2)

    def _score(self, styles: Styles) -> Piece:
        status = self.status
        share = 100 * status.first_attempt // status.attempts
        style = styles.good if share >= 95 else styles.warning if share >= 60 else styles.error
        number = f"{status.first_attempt}/{status.attempts}"
        return Piece(((number, style), (" first try", styles.faint)), 1)


def count(number: int) -> str:
    """`950`, `3.2k`, `41k`, `1.2M`."""
    if number < 1000:
        return str(number)
    size, unit = (number / 1000, "k") if number < 999_500 else (number / 1_000_000, "M")
    return f"{size:.1f}{unit}" if size < 9.95 else f"{size:.0f}{unit}"


def money(amount: Decimal | None) -> str:
    """US dollars; `n/a` where the price is not known."""
    if amount is None:
        return "n/a"
    return f"${amount:.2f}" if amount >= 1 or amount == 0 else f"${amount:.3f}"


def clock(seconds: int) -> str:
    """`7s`, `2m05s`, `1h02m`."""
    if seconds < 60:
        return f"{seconds}s"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}m{rest:02}s" if minutes < 60 else f"{minutes // 60}h{minutes % 60:02}m"
