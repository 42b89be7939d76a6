"""Calls that go round in circles: up to four in turn, each answered as before, with nothing changed in between."""

from collections import deque
from dataclasses import dataclass

from flux_tui.agent.call_keys import loose, said
from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import CallPart, ResultPart

LONGEST = 4
"""Calls of one round."""
ROUNDS = 2
"""Whole rounds after which a circle with a failure in it is not begun again."""
PATIENT_ROUNDS = 60
"""The same for a circle in which every call ends well: work on many like things is no circle."""


@dataclass(frozen=True, slots=True)
class _Step:
    call: str
    state: str
    said: str
    failed: bool


class Circles:
    """The calls of the session since the last change of a file or word of the person."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._steps: deque[_Step] = deque(maxlen=LONGEST * PATIENT_ROUNDS)

    def clear(self) -> None:
        self._steps.clear()

    def note(self, call: CallPart, result: ResultPart) -> None:
        if result.written:
            self.clear()
        elif result.code not in (Code.BLOCKED_REPEAT, Code.INTERRUPTED, Code.LIMIT_REACHED):
            failed = result.code is not Code.OK or result.exit not in (None, 0)
            self._steps.append(_Step(loose(call, self._root), result.state, said(result), failed))

    def closed_by(self, call: CallPart, state: str) -> int:
        """The length of the circle that this call would go through once more; 0 = none."""
        steps = list(self._steps)
        if not steps:
            return 0
        key = loose(call, self._root)
        for length in range(1, LONGEST + 1):
            round_ = steps[-length:]
            first = round_[0]
            if (first.call, first.state) != (key, state):
                continue
            rounds = ROUNDS if any(step.failed for step in round_) else PATIENT_ROUNDS
            if len(steps) >= rounds * length and steps[-rounds * length :] == round_ * rounds:
                return length
        return 0
