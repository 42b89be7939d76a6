"""Done means shown evidence: the profile's checks are run by Flux after the last edit, not by the model's goodwill."""

from flux_tui.agent.commands import run_check
from flux_tui.agent.room import Room
from flux_tui.agent.turn import Policy, Say, Turn
from flux_tui.protocol.events import Check, CheckFinished

MOST_ROUNDS = 2
"""How often a turn goes back to the model because a check failed."""
SHOWN = 6_000
"""Characters of a failed check's output that the model gets."""


class Verification(Policy):
    """Runs every check, all of them each time: a later one may say more than the first that failed."""

    def __init__(self) -> None:
        self._turn = 0
        self._rounds = 0

    async def before_end(self, room: Room, turn: Turn) -> Say | None:
        commands = room.settings.verify.commands
        if not turn.unchecked or not commands:
            return None
        if turn.number != self._turn:
            self._turn, self._rounds = turn.number, 0
        finished = [await self._check(room, command) for command in commands]
        turn.checks = tuple(Check(check.command, check.exit) for check in finished)
        turn.unchecked = False
        failed = [check for check in finished if check.exit != 0]
        if not failed or self._rounds >= MOST_ROUNDS:
            return None
        self._rounds += 1
        return Say(
            "\n\n".join(map(report, failed)) + "\n\nFlux ran these checks after your changes. Mend what you broke."
        )

    async def _check(self, room: Room, command: str) -> CheckFinished:
        check = await run_check(room, command)
        room.journal.emit(check)
        return check


def report(check: CheckFinished) -> str:
    text = check.text if len(check.text) <= SHOWN else check.text[:1_000] + "\n…\n" + check.text[-SHOWN + 1_000 :]
    return f"Check failed with exit {check.exit}: {check.command}\n{text}"
