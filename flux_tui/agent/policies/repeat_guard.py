"""The tools break a loop, not a plea in the prompt: failures are counted per file and definition over the session."""

import json
from collections import defaultdict

from flux_tui.agent.conversation import Listener
from flux_tui.agent.room import Room
from flux_tui.agent.turn import Policy, Stop, Turn
from flux_tui.protocol.codes import Code, Limit, TurnOutcome
from flux_tui.protocol.messages import CallPart, ResultPart
from flux_tui.protocol.outcomes import Outcome

MOST_FAILURES = 3
MOST_BLOCKED = 3

NO_FAILURE = frozenset(
    {
        Code.OK,
        Code.DENIED,
        Code.INTERRUPTED,
        Code.LIMIT_REACHED,
        Code.TIMEOUT,
        Code.UNKNOWN_TOOL,
        Code.INTERNAL_ERROR,
        Code.OUTSIDE_WORKSPACE,
        Code.PROTECTED_PATH,
    }
)
"""Codes that say nothing of the model's grasp of a definition."""

RUN_AGAIN = frozenset(
    {Code.OK, Code.INTERRUPTED, Code.LIMIT_REACHED, Code.INTERNAL_ERROR, Code.DENIED, Code.BLOCKED_REPEAT}
)
"""After these an identical call may be tried again at once."""


class RepeatGuard(Policy, Listener):
    """Counters are computed from the history, so they survive a resume. Only a success on the node clears its count."""

    def __init__(self) -> None:
        self._failures: dict[tuple[str, str], int] = defaultdict(int)
        self._in_a_row: dict[str, int] = defaultdict(int)
        self._failed: dict[str, str] = {}
        self._blocked_in_run = 0

    def note(self, call: CallPart | None, result: ResultPart) -> None:
        if call is not None and result.code not in RUN_AGAIN:
            self._failed[key(call)] = result.state
        for path in result.targets:
            self._note_target(path, result)

    def _note_target(self, path: str, result: ResultPart) -> None:
        node = (path, result.node or "")
        if result.code is Code.OK:
            self._failures.pop(node, None)
            self._in_a_row.pop(path, None)
        elif result.code not in NO_FAILURE and result.code is not Code.BLOCKED_REPEAT:
            self._failures[node] += 1
            self._in_a_row[path] += 1

    def failures(self, path: str) -> int:
        """Edits of this path that failed since the last one that succeeded."""
        return self._in_a_row.get(path, 0)

    def reset(self) -> None:
        self._failures.clear()
        self._in_a_row.clear()
        self._failed.clear()

    def before_call(self, room: Room, call: CallPart, state: str) -> Outcome | None:
        if self._failed.get(key(call)) != state:
            return None
        text = (
            "BLOCKED_REPEAT: this very call failed and nothing it depends on has changed since. Nothing was done. "
            "Next: read the lines again with read_files, or change the call."
        )
        return Outcome(Code.BLOCKED_REPEAT, text)

    def before_effect(self, room: Room, call: CallPart, outcome: Outcome) -> Outcome | None:
        for path in outcome.targets:
            count = self._failures.get((path, outcome.node or ""), 0)
            if count >= MOST_FAILURES and outcome.code not in NO_FAILURE - {Code.OK}:
                return blocked(path, outcome, count)
        return None

    async def after_calls(self, room: Room, turn: Turn, results: tuple[ResultPart, ...]) -> Stop | None:
        self._blocked_in_run += sum(result.code is Code.BLOCKED_REPEAT for result in results)
        if self._blocked_in_run >= MOST_BLOCKED and not room.interactive:
            return Stop(TurnOutcome.LIMIT, Limit.REPEAT, self._blocked_in_run, MOST_BLOCKED)
        return None


def key(call: CallPart) -> str:
    """Equal for equal calls, whatever the order of their arguments."""
    arguments = call.raw if call.arguments is None else json.dumps(call.arguments, sort_keys=True, ensure_ascii=False)
    return f"{call.tool} {arguments}"


def blocked(path: str, outcome: Outcome, count: int) -> Outcome:
    where = f"{outcome.node} in {path}" if outcome.node else path
    text = (
        f"BLOCKED_REPEAT: {count} edits of {where} failed, so edits there are closed for now. Nothing was changed. "
        f"Next: read the whole of {path} with read_files and say what you mean to change; the person can do it, "
        "choose a stronger model, or open it again."
    )
    return Outcome(Code.BLOCKED_REPEAT, text, targets=outcome.targets, node=outcome.node)
