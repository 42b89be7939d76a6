"""The tools break a loop, not a plea in the prompt: failures are counted per file and definition over the session."""

from collections import defaultdict
from dataclasses import replace

from flux_tui.agent.call_keys import exact
from flux_tui.agent.conversation import RESET, Listener
from flux_tui.agent.policies import ladder
from flux_tui.agent.policies.circles import Circles
from flux_tui.agent.room import Room
from flux_tui.agent.turn import Policy, Stop, Turn
from flux_tui.config.settings import Rules
from flux_tui.protocol.codes import Code, Limit, Mode, TurnOutcome
from flux_tui.protocol.events import NoticeGiven
from flux_tui.protocol.messages import CallPart, ResultPart, Vendor
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

    def __init__(self, root: str = "") -> None:
        self._root = root
        self._failures: dict[tuple[str, str], int] = defaultdict(int)
        self._tried: dict[tuple[str, str], set[str]] = defaultdict(set)
        """Tools that failed on the node."""
        self._in_a_row: dict[str, int] = defaultdict(int)
        self._failed: dict[str, str] = {}
        self._refused: set[str] = set()
        """Of these, the ones the person said no to: asked again only after they have said something new."""
        self._circles = Circles(root)
        self._permitted: tuple[Mode, Rules] | None = None
        """Mode and rules of the last call: other ones are a reason to try again."""
        self._turn = 0
        self._blocked = 0

    def note(self, call: CallPart | None, result: ResultPart) -> None:
        if call is not None:
            self._circles.note(call, result)
            if result.code not in RUN_AGAIN:
                key = exact(call, self._root)
                self._failed[key] = result.state
                self._refused |= {key} if result.code is Code.REJECTED else set()
        for path in result.targets:
            self._note_target(path, result)

    def marked(self, mark: Vendor) -> None:
        if mark["flux"] != RESET:
            return
        if "places" not in mark:
            self.reset()
        for path, node in mark.get("places", ()):
            self._failures.pop((path, node), None)
            self._tried.pop((path, node), None)

    def _note_target(self, path: str, result: ResultPart) -> None:
        node = (path, result.node or "")
        if result.code is Code.OK:
            self._failures.pop(node, None)
            self._tried.pop(node, None)
            self._in_a_row.pop(path, None)
        elif result.code not in NO_FAILURE and result.code is not Code.BLOCKED_REPEAT:
            self._failures[node] += 1
            self._tried[node].add(result.tool)
            self._in_a_row[path] += 1

    def failures(self, path: str) -> int:
        """Edits of this path that failed since the last one that succeeded."""
        return self._in_a_row.get(path, 0)

    def closed(self) -> tuple[tuple[str, str], ...]:
        return tuple(node for node, count in self._failures.items() if count >= MOST_FAILURES)

    def reset(self) -> None:
        self._failures.clear()
        self._tried.clear()
        self._in_a_row.clear()
        self._failed.clear()
        self._circles.clear()
        self._blocked = 0

    async def before_request(self, room: Room, turn: Turn) -> Stop | None:
        """What was said anew is a reason to try again; what failed on a definition stays counted."""
        if turn.number != self._turn:
            self._turn = turn.number
            self._circles.clear()
            while self._refused:
                self._failed.pop(self._refused.pop(), None)
            self._blocked = self._blocked if not room.interactive else 0
        return None

    def before_call(self, room: Room, call: CallPart, state: str) -> Outcome | None:
        if self._failed.get(exact(call, self._root)) == state:
            return Outcome(Code.BLOCKED_REPEAT, ladder.SAME_CALL)
        if (room.mode, room.rules) != self._permitted:
            self._permitted = (room.mode, room.rules)
            self._circles.clear()
        if length := self._circles.closed_by(call, state):
            return Outcome(Code.BLOCKED_REPEAT, ladder.circle(length))
        return None

    def before_effect(self, room: Room, call: CallPart, outcome: Outcome) -> Outcome | None:
        for path in outcome.targets:
            count = self._failures.get((path, outcome.node or ""), 0)
            if count >= MOST_FAILURES and outcome.code not in NO_FAILURE - {Code.OK}:
                text = ladder.blocked(path, outcome.node, count)
                return Outcome(Code.BLOCKED_REPEAT, text, targets=outcome.targets, node=outcome.node)
        return None

    def on_failure(self, room: Room, call: CallPart, outcome: Outcome) -> Outcome:
        """The next step, one rung up the ladder each time."""
        if outcome.code in NO_FAILURE or outcome.code is Code.BLOCKED_REPEAT or not outcome.targets:
            return outcome
        path, node = outcome.targets[0], (outcome.targets[0], outcome.node or "")
        count = self._failures.get(node, 0) + 1
        if count == MOST_FAILURES:
            room.journal.emit(NoticeGiven(ladder.notice(path, outcome.node, count), "warning"))
        tried = self._tried.get(node, set()) | {call.tool}
        return replace(outcome, text=ladder.worded(outcome, path, count, tried))

    async def after_calls(self, room: Room, turn: Turn, results: tuple[ResultPart, ...]) -> Stop | None:
        """Over a run where nobody is there, over a turn where someone can say what now."""
        self._blocked += sum(result.code is Code.BLOCKED_REPEAT for result in results)
        if self._blocked < MOST_BLOCKED:
            return None
        count, self._blocked = self._blocked, 0
        return Stop(TurnOutcome.LIMIT, Limit.REPEAT, count, MOST_BLOCKED)
