"""The full-screen app: one session, one main screen, one clock. Imports only what the first frame needs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType

from flux_tui.config.places import places
from flux_tui.ui import actions, bars, keys, looks, memory
from flux_tui.ui.clock import Clock
from flux_tui.ui.faults import Guard
from flux_tui.ui.screens.main import MainScreen
from flux_tui.ui.steady import Steady
from flux_tui.ui.terminal import Terminal, keep_alt_digits

if TYPE_CHECKING:
    from flux_tui.agent.opening import Opening
    from flux_tui.agent.session import Session
    from flux_tui.protocol.events import Event
    from flux_tui.ui.live import Live
    from flux_tui.ui.sayings import Level

Connect = Callable[["Opening"], Awaitable["Session"]]


@dataclass(frozen=True, slots=True)
class Farewell:
    """What the shell is told after the screen is gone."""

    session: str
    answer: str
    """The last answer."""


class FluxApp(Steady, App[Farewell], inherit_bindings=False):
    TITLE = "flux"
    CSS_PATH = Path(__file__).parent / "screens" / "main.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(row.keys, f"do('{row.action}')", row.text, id=row.action, show=False, priority=row.priority)
        for row in keys.bound()
    ]

    def __init__(
        self, opening: "Opening", connect: Connect | None = None, now: Callable[[], float] = monotonic
    ) -> None:
        super().__init__()
        keep_alt_digits()
        self.opening = opening
        self.places = places(opening.env)
        self.live: Live | None = None
        self.terminal = Terminal(self)
        self.guard = Guard(lambda text: self.tell(text, "error"), lambda: self.places.state / "flux.log")
        self.clock = Clock(self.flush_panes, self.terminal.backlog)
        self.sweeper = memory.Sweeper()
        self._connect = connect
        self.main: MainScreen = MainScreen(self, now)
        self.last_cancel = 0.0
        self.early = ""
        """The draft that was sent before the session was there."""

    def get_default_screen(self) -> MainScreen:
        return self.main

    def on_load(self) -> None:
        looks.first(self)

    async def on_ready(self) -> None:
        memory.after_first_frame()
        self.set_interval(memory.IDLE, lambda: self.sweeper.tick(running=self.running), name="sweep")
        self.run_worker(self.enter(self.opening), group="session", exclusive=True)

    async def enter(self, opening: "Opening") -> None:
        """Open a session and put it on the screen. What goes wrong is said, with what to do; the app stays."""
        from flux_tui.ui import entering

        with self.guard:
            if not self.main.furnished:
                await self.main.furnish()
            await entering.enter(self, opening, self._connect)

    @property
    def running(self) -> bool:
        return self.live is not None and self.live.session.running

    def tell(self, text: str, level: "Level" = "info") -> None:
        """A sentence for the person, as an item of the transcript."""
        from flux_tui.ui.items import NoticeItem

        if self.main.furnished:
            self.main.chat.transcript.append(NoticeItem(text, level))
            self.clock.mark()

    def tell_briefly(self, text: str) -> None:
        """A sentence that goes away by itself."""
        self.notify(text, timeout=3, markup=False)

    def copy_to_clipboard(self, text: str) -> None:
        """By the terminal's own sequence and every other way there is; what worked is said."""
        super().copy_to_clipboard(text)
        self.run_worker(self._copied(text), group="copy", exclusive=True)

    async def _copied(self, text: str) -> None:
        self.tell_briefly(f"Copied by {await self.terminal.copy(text, self.opening.env)}.")

    def reopen(self, opening: "Opening | None" = None) -> None:
        """Open another session, or try the same again; what it replaces is closed in order."""
        self.run_worker(self.enter(opening or self.opening), group="session", exclusive=True)

    def happened(self, event: "Event") -> None:
        """React to an event that the transcript has taken already."""
        from flux_tui.ui import reactions

        if self.live is not None:
            self.live.note(event)
            self.sweeper.busy()
            reactions.react(self, self.live, event)

    def flush_panes(self) -> None:
        with self.guard:
            self.main.chat.transcript.flush()
            self.show_bars()

    def show_bars(self) -> None:
        """Bring status bar, footer, chips and guide up to date. Cheap: each draws only what changed."""
        bars.show(self)

    async def action_do(self, action: str) -> None:
        await actions.do(self, action)

    def on_app_blur(self) -> None:
        self.terminal.away = True

    def on_app_focus(self) -> None:
        self.terminal.seen()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key):
            self.clock.key()
            self.sweeper.busy()
            if self._is_mounted and len(self.screen_stack) == 1:
                self.main.chat.key_pressed()
        await super().on_event(event)

    def _handle_exception(self, error: Exception) -> None:
        """Textual would end here, and print what variables hold. Only an error before the first frame ends the app."""
        if self.live is None and not self.is_running:
            from rich.text import Text

            self._return_code = 1
            self.guard.report(error)
            self.panic(Text(f"flux could not start: {type(error).__name__}. Details: {self.places.state / 'flux.log'}"))
        else:
            self.guard.report(error)
