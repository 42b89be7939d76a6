"""Limits on a run: replies, calls, tokens, cost and time. Warned of at 80%, they end the turn in good order."""

import time

from flux_tui.agent.room import Room
from flux_tui.agent.turn import Policy, Stop, Turn
from flux_tui.protocol.codes import Limit, TurnOutcome
from flux_tui.protocol.events import LimitWarned
from flux_tui.protocol.messages import Message, ResultPart


class Limits(Policy):
    """Counts over the run (the life of this session in this process)."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._calls = 0
        self._warned: set[Limit] = set()

    async def before_request(self, room: Room, turn: Turn) -> Stop | None:
        return self._reached(room, turns_too=True)

    async def after_reply(self, room: Room, turn: Turn, message: Message) -> Stop | None:
        self._calls += len(message.calls)
        return self._reached(room, turns_too=True)

    async def after_calls(self, room: Room, turn: Turn, results: tuple[ResultPart, ...]) -> Stop | None:
        return self._reached(room, turns_too=False)

    def _reached(self, room: Room, *, turns_too: bool) -> Stop | None:
        limits, totals = room.settings.limits, room.totals
        measured = (
            (Limit.TURNS, float(totals.replies), float(limits.max_turns) if turns_too else 0.0),
            (Limit.CALLS, float(self._calls), float(limits.max_calls)),
            (Limit.TOKENS, float(totals.usage.total), float(limits.max_tokens)),
            (Limit.COST, float(totals.cost or 0), float(limits.max_cost)),
            (Limit.TIME, (time.monotonic() - self._started) / 60, float(limits.max_minutes)),
        )
        for limit, used, most in measured:
            if most and self._over(limit, used, most):
                return Stop(TurnOutcome.LIMIT, limit, used, most)
            if most and used >= 0.8 * most and limit not in self._warned:
                self._warned.add(limit)
                room.journal.emit(LimitWarned(limit, used, most))
        return None

    @staticmethod
    def _over(limit: Limit, used: float, most: float) -> bool:
        """Calls may reach their number; all else ends there."""
        return used > most if limit is Limit.CALLS else used >= most
