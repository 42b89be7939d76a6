"""Done means shown evidence: the profile's checks are run by Flux after the last edit, not by the model's goodwill."""

import asyncio
from dataclasses import dataclass, replace

from flux_tui.agent import checks
from flux_tui.agent.commands import recorded
from flux_tui.agent.room import Room
from flux_tui.agent.turn import Policy, Say, Turn
from flux_tui.protocol.events import Check, CheckFinished, FileChanged, NoticeGiven

MOST_ROUNDS = 2
"""How often a turn goes back to the model because a check failed."""
SHOWN = 6_000
"""Characters of a failed check's output that the model gets."""
NAMED = 20
"""New failures that are named to it."""
BEFORE_TOO = "failed before this turn's changes as well; nothing new fails."
PASSED = "It passed before your changes."
UNKNOWN = "It is not known whether it failed before your changes."
OLD = "It failed before your changes as well, with nothing new. Mend it if that is your task; else leave it and say so."


@dataclass(frozen=True, slots=True)
class Failure:
    check: CheckFinished
    new: tuple[str, ...] = ()
    """Failures by name that were not there before."""

    @property
    def old(self) -> bool:
        """It failed before the turn as well, as far as the failures have names with the same ones."""
        return bool(self.check.before) and not self.new


class Verification(Policy):
    """Runs every check that is due, each time: a later one may say more than the first that failed."""

    def __init__(self) -> None:
        self._turn = 0
        self._rounds = 0

    async def before_end(self, room: Room, turn: Turn) -> Say | None:
        due = checks.due(room, turn.files)
        if not turn.unchecked or not due:
            return None
        if turn.number != self._turn:
            self._turn, self._rounds = turn.number, 0
        failures = await self._run(room, turn, due)
        for failure in failures:
            if failure.old:
                room.journal.emit(NoticeGiven(f"`{failure.check.command}` {BEFORE_TOO}", "info"))
        if not failures or self._rounds >= MOST_ROUNDS:
            return None
        self._rounds += 1
        ask = "Flux ran these checks after your changes. Mend what you broke."
        return Say("\n\n".join([*map(report, failures), ask]))

    async def _run(self, room: Room, turn: Turn, due: list[checks.Spec]) -> list[Failure]:
        snapshot = await asyncio.to_thread(room.snapshots.take)
        finished: list[CheckFinished] = []
        failures: list[Failure] = []
        for spec in due:
            check = await checks.run(room, spec, turn.files)
            if check.exit != 0:
                failures.append(await self._judged(room, turn, spec, check))
                check = failures[-1].check
            room.journal.emit(check)
            finished.append(check)
        turn.checks = tuple(Check(check.command, check.exit) for check in finished)
        turn.unchecked = False
        await self._record_changes(room, turn, await asyncio.to_thread(recorded, room, "checks", snapshot))
        return failures

    async def _judged(self, room: Room, turn: Turn, spec: checks.Spec, check: CheckFinished) -> Failure:
        then = await checks.before(room, turn.number, spec, turn.files)
        if then is None:
            return Failure(check)
        check = replace(check, before=then.exit)
        return Failure(check, tuple(checks.new_failures(check.text, then.text)) if then.exit else ())

    async def _record_changes(self, room: Room, turn: Turn, changes: list[FileChanged]) -> None:
        """A formatter among the checks changes files too: that can be undone like all else."""
        turn.files += [change.path for change in changes if change.path not in turn.files]
        room.writes += len(changes)
        for change in changes:
            room.journal.emit(change)


def report(failure: Failure) -> str:
    check = failure.check
    text = check.text if len(check.text) <= SHOWN else check.text[:1_000] + "\n…\n" + check.text[-SHOWN + 1_000 :]
    head = f"Check failed with exit {check.exit}: {check.command}"
    if failure.new:
        head += "\nNew since your changes:\n" + "\n".join(failure.new[:NAMED])
    else:
        head += f"\n{OLD if failure.old else PASSED if check.before == 0 else UNKNOWN}"
    return f"{head}\n{text}"
