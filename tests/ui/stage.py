"""A session that plays what a test tells it to, and an app on it. The screen knows a session by these members only."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from textual import constants
from textual.pilot import Pilot

from flux_tui.config.settings import Settings
from flux_tui.protocol.codes import Mode
from flux_tui.protocol.decisions import Asked, Decision
from flux_tui.protocol.events import (
    ApprovalAnswered,
    ApprovalAsked,
    Event,
    ModeChanged,
    PromptQueued,
    Score,
    TurnEnded,
    TurnStarted,
)
from flux_tui.protocol.messages import Origin, Usage
from flux_tui.store import Store
from flux_tui.ui.app import FluxApp
from flux_tui.workspace.ledger import Ledger

# What a screen test draws on is the same everywhere. Textual reads this from the environment, at its first import.
vars(constants).update(COLOR_SYSTEM="truecolor", TEXTUAL_ANIMATIONS="none")


@dataclass
class PlayedTotals:
    usage: Usage = field(default_factory=lambda: Usage(input=41_000, output=2_100))
    cost: Decimal | None = Decimal("0.42")
    turn_usage: Usage = field(default_factory=lambda: Usage(input=3_000, output=200))
    turn_cost: Decimal | None = Decimal("0.013")
    context: int = 24_000
    window: int | None = 200_000
    score: Score = field(default_factory=lambda: Score(attempts=12, first_attempt=11))


class PlayedSession:
    """Plays events; keeps what the screen asked of it."""

    def __init__(self, cwd: Path, home: Path, *, guide: tuple[str, ...] = (), profile: str | None = None) -> None:
        self.id = "s1"
        self.cwd = cwd
        self.notes: tuple[str, ...] = ()
        self.guide_prompts = guide
        self.settings = Settings(profile=profile)
        self.store = Store.open(home / "data" / "flux.db")
        self.mode = Mode.ASK
        self.ledger = Ledger()
        self.totals = PlayedTotals()
        self.running = False
        self.turn = 0
        self.prompts: list[tuple[str, bool]] = []
        self.answers: list[tuple[str, Decision]] = []
        self.interrupts = 0
        self.waiting: list[str] = []
        self.closed = False
        origin = Origin("anthropic", "messages", "", "claude-sonnet-4-5")
        provider = SimpleNamespace(origin=origin, preload=lambda: None)
        self.room = SimpleNamespace(provider=provider, sandbox=SimpleNamespace(label="sandboxed", walls=False))
        self._open: set[str] = set()
        self._queue: asyncio.Queue[Event | None] = asyncio.Queue()

    async def events(self) -> AsyncIterator[Event]:
        while (event := await self._queue.get()) is not None:
            yield event

    def play(self, *events: Event) -> None:
        for event in events:
            if isinstance(event, TurnStarted):
                self.running, self.turn = True, event.turn
            if isinstance(event, TurnEnded):
                self.running = False
            if isinstance(event, ApprovalAsked):
                self._open.add(event.call)
            self._queue.put_nowait(event)

    def ask(self, asked: Asked) -> None:
        self.play(ApprovalAsked(asked.call, asked.why, asked))

    async def prompt(self, text: str, *, queue: bool = False) -> None:
        self.prompts.append((text, queue))
        if self.running:
            self.waiting.append(text)
            self.play(PromptQueued("queue" if queue else "steer", text))
        else:
            self.play(TurnStarted(self.turn + 1, text))

    def take_back(self) -> str | None:
        return self.waiting.pop() if self.waiting else None

    def answer(self, call: str, decision: Decision) -> bool:
        if call not in self._open:
            return False
        self._open.discard(call)
        self.answers.append((call, decision))
        self.play(ApprovalAnswered(call, decision))
        return True

    def interrupt(self) -> None:
        self.interrupts += 1

    def set_mode(self, mode: Mode) -> None:
        self.mode = mode
        self.play(ModeChanged(mode))

    async def close(self) -> None:
        self.closed = True
        self.store.close()
        self._queue.put_nowait(None)


@dataclass
class Stage:
    app: FluxApp
    pilot: Pilot[Any]
    session: PlayedSession
    now: "Now"

    async def play(self, *events: Event) -> None:
        self.session.play(*events)
        await self.settle()

    async def settle(self) -> None:
        await settled(self.app, self.pilot)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        names = {" ": "space", "/": "slash", "@": "at", "\n": "ctrl+j", ".": "full_stop", "-": "minus"}
        await self.press(*(names.get(letter, letter) for letter in text))


class Now:
    """A clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


async def settled(app: FluxApp, pilot: Pilot[Any]) -> None:
    """Until nothing waits: no event, no flush, no worker but the pump."""
    await until(pilot, lambda: app.live is not None and _idle(app))


def _idle(app: FluxApp) -> bool:
    live = app.live
    assert live is not None
    session = cast(PlayedSession, live.session)
    busy = [worker for worker in app.workers if worker.group not in ("pump", "command") and not worker.is_finished]
    return session._queue.empty() and app.clock._due is None and not busy


async def until(pilot: Pilot[Any], condition: Callable[[], bool], tries: int = 400) -> None:
    for _ in range(tries):
        await pilot.pause()
        if condition():
            await pilot.pause()
            return
        await asyncio.sleep(0.005)
    app = cast(FluxApp, pilot.app)
    raise AssertionError(f"the screen did not settle: {app.guard.caught}")


@asynccontextmanager
async def staged(
    tmp_path: Path,
    *,
    size: tuple[int, int] = (120, 40),
    guide: tuple[str, ...] = (),
    theme: str = "",
    change: Callable[[PlayedSession], Any] = lambda session: None,
) -> AsyncIterator[Stage]:
    """The app on a played session. Fails if the screen met any error."""
    from flux_tui.agent.opening import Opening

    folder = tmp_path / "shop"
    folder.mkdir(exist_ok=True)
    home = tmp_path / "home"
    if theme:
        (home / "state").mkdir(parents=True, exist_ok=True)
        (home / "state" / "theme").write_text(theme)
    session = PlayedSession(folder, home, guide=guide)
    change(session)

    async def connect(opening: Opening) -> PlayedSession:
        return session

    now = Now()
    opening = Opening(folder, {"FLUX_HOME": str(home)})
    app = FluxApp(opening, cast("Callable[[Opening], Awaitable[Any]]", connect), now=now)
    async with app.run_test(size=size) as pilot:
        app.main.status.frozen_seconds = 7
        app.main.chat.composer.cursor_blink = False
        await settled(app, pilot)
        yield Stage(app, pilot, session, now)
    for error in app.guard.caught:
        raise error
