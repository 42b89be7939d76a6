"""One turn after the other. What is said meanwhile steers it or waits; an interrupt ends it in good order."""

import asyncio
import logging
from collections import deque

from flux_tui.agent.executor import Executor
from flux_tui.agent.loop import converse
from flux_tui.agent.prefix import first_facts
from flux_tui.agent.room import Room
from flux_tui.agent.turn import Turn
from flux_tui.protocol.codes import Evidence, FaultName, TurnOutcome
from flux_tui.protocol.errors import FluxError
from flux_tui.protocol.events import ErrorOccurred, PromptQueued, TurnEnded, TurnStarted
from flux_tui.protocol.messages import Message, TextPart

log = logging.getLogger(__name__)


class Turns:
    """At most one turn runs. One task runs it and those that were queued behind it."""

    def __init__(self, room: Room, instructions: str) -> None:
        self._room = room
        self._instructions = instructions
        self._task: asyncio.Task[None] | None = None
        self._live = False
        self._inside = False
        """The turn's work is under way: only there a cancellation is taken, and always answered by a TurnEnded."""
        self._stopped = False
        """An interrupt came just before or just after that."""
        self._steering: deque[str] = deque()
        self._queued: deque[str] = deque()

    @property
    def running(self) -> bool:
        return self._live

    def give(self, text: str, *, queue: bool) -> None:
        """Start a turn, or while one runs keep the words for it or for after it."""
        if not self._live:
            self._live = True
            self._task = asyncio.get_running_loop().create_task(self._run(text, self._task))
            return
        (self._queued if queue else self._steering).append(text)
        self._room.journal.emit(PromptQueued("queue" if queue else "steer", text))

    def take_back(self) -> str | None:
        waiting = self._queued or self._steering
        return waiting.pop() if waiting else None

    def interrupt(self) -> None:
        if self._task is not None and self._inside:
            self._task.cancel()
        else:
            self._stopped = self._live

    async def end(self) -> None:
        """Interrupt and wait until everything is recorded."""
        if self._task is not None:
            self.interrupt()
            await asyncio.wait((self._task,))

    async def _run(self, text: str, previous: asyncio.Task[None] | None) -> None:
        """A turn and those queued behind it. Whoever hears that the last one ended may give the next prompt at once."""
        if previous is not None and not previous.done():
            await asyncio.wait((previous,))
        following: str | None = text
        while following is not None:
            ended = await self._turn(following)
            following = None if ended.outcome is TurnOutcome.INTERRUPTED else self._next()
            self._live = following is not None
            await self._close(ended)
            if following is not None and self._stopped:
                self._queued.appendleft(following)
                following, self._live, self._stopped = None, False, False

    def _next(self) -> str | None:
        waiting = self._steering or self._queued
        return waiting.popleft() if waiting else None

    async def _turn(self, text: str) -> TurnEnded:
        journal = self._room.journal
        journal.turn += 1
        turn = Turn(journal.turn, text)
        try:
            await journal.commit([self._first(text)], [TurnStarted(turn.number, text)])
            outcome = await self._work(turn)
        except asyncio.CancelledError:
            outcome = TurnOutcome.INTERRUPTED
        except Exception as error:  # noqa: BLE001  our own fault ends the turn, not the session
            outcome = TurnOutcome.FAILED
            journal.emit(ErrorOccurred(FaultName.INTERNAL, None, sentence(error)))
        if outcome is TurnOutcome.DONE and turn.denied:
            outcome = TurnOutcome.DENIED
        return TurnEnded(turn.number, outcome, tuple(turn.files), turn.checks, evidence(turn))

    async def _work(self, turn: Turn) -> TurnOutcome:
        if self._stopped:
            self._stopped = False
            return TurnOutcome.INTERRUPTED
        self._inside = True
        try:
            return await converse(self._room, Executor(self._room, turn), turn, self._steer)
        finally:
            self._inside = False

    async def _close(self, ended: TurnEnded) -> None:
        try:
            await self._room.journal.commit([], [ended])
        except FluxError as error:
            self._room.journal.emit(ErrorOccurred(FaultName.INTERNAL, None, str(error)))
            self._room.journal.emit(ended)

    def _first(self, text: str) -> Message:
        """The session's first prompt carries the facts of its start."""
        if self._room.conversation.messages:
            return Message("user", (TextPart(text),))
        facts = first_facts(self._room.workspace.root, self._room.sandbox.label, self._instructions)
        return Message("user", (TextPart(facts), TextPart(text)))

    def _steer(self) -> str | None:
        return self._steering.popleft() if self._steering else None


def sentence(error: Exception) -> str:
    if isinstance(error, FluxError):
        return str(error)
    log.exception("turn failed")
    return f"Something in Flux failed ({type(error).__name__}); the log has the details. The session goes on."


def evidence(turn: Turn) -> Evidence:
    """What stands behind the turn's changes."""
    if not turn.files:
        return Evidence.NOTHING
    if not turn.checks or turn.unchecked:
        return Evidence.UNVERIFIED
    return Evidence.VERIFIED if all(check.exit == 0 for check in turn.checks) else Evidence.FAILED
