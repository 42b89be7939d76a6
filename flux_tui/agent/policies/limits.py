"""Limits on a run and on a session: replies, calls, tokens, cost, time. Warned of at 80%, they end it in good order."""

from flux_tui.agent.budget import Row, rows
from flux_tui.agent.room import Room
from flux_tui.agent.turn import Policy, Stop, Turn
from flux_tui.protocol.codes import Limit, TurnOutcome
from flux_tui.protocol.events import LimitScope, LimitWarned, NoticeGiven
from flux_tui.protocol.messages import Message, ResultPart

WARNED_AT = 0.8
NO_PRICE = "The price of this model is not known, so the limit on cost can't be held. Limit tokens instead."


class Limits(Policy):
    """A run is the life of a session in this process; its time is the time in which turns ran."""

    def __init__(self) -> None:
        self._warned: dict[tuple[Limit, LimitScope], float] = {}
        self._told_no_price = False

    def reset(self) -> None:
        self._warned.clear()

    async def before_request(self, room: Room, turn: Turn) -> Stop | None:
        return self._reached(room, 0, replies=True)

    async def after_reply(self, room: Room, turn: Turn, message: Message) -> Stop | None:
        return self._reached(room, len(message.calls), replies=True)

    async def after_calls(self, room: Room, turn: Turn, results: tuple[ResultPart, ...]) -> Stop | None:
        return self._reached(room, 0, replies=False)

    def _reached(self, room: Room, asked: int, *, replies: bool) -> Stop | None:
        """`asked`: calls that the last reply asks for."""
        for row in rows(room):
            if not row.most or (row.limit is Limit.TURNS and not replies):
                continue
            used = row.used + asked if row.limit is Limit.CALLS else row.used
            self._warn(room, row, used)
            if over(row, used):
                return Stop(TurnOutcome.LIMIT, row.limit, used, row.most, row.scope)
        return None

    def _warn(self, room: Room, row: Row, used: float) -> None:
        key = (row.limit, row.scope)
        if not row.known and not self._told_no_price:
            self._told_no_price = True
            room.journal.emit(NoticeGiven(NO_PRICE, "warning"))
        if used >= WARNED_AT * row.most and not over(row, used) and self._warned.get(key) != row.most:
            self._warned[key] = row.most
            room.journal.emit(LimitWarned(row.limit, used, row.most, row.scope))


def over(row: Row, used: float) -> bool:
    """Calls may reach their number; all else ends there."""
    return used > row.most if row.limit is Limit.CALLS else used >= row.most
