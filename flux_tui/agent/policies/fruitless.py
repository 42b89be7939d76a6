"""Replies whose calls can't be run at all, one after the other, lead nowhere: they end the turn."""

from flux_tui.agent.room import Room
from flux_tui.agent.turn import Policy, Stop, Turn
from flux_tui.protocol.codes import Code, Limit, TurnOutcome
from flux_tui.protocol.messages import ResultPart

MOST = 5
NEVER_BEGUN = (Code.INVALID_ARGUMENTS, Code.UNKNOWN_TOOL)


class Fruitless(Policy):
    """Counts replies in a row of which no call got as far as doing something."""

    def __init__(self) -> None:
        self._in_a_row = 0

    async def after_calls(self, room: Room, turn: Turn, results: tuple[ResultPart, ...]) -> Stop | None:
        fruitless = all(result.code in NEVER_BEGUN for result in results)
        self._in_a_row = self._in_a_row + 1 if fruitless else 0
        if self._in_a_row < MOST:
            return None
        count, self._in_a_row = self._in_a_row, 0
        return Stop(TurnOutcome.LIMIT, Limit.REPEAT, count, MOST)
