"""What a session has used so far, and its score: folded from the same events that everyone sees."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from flux_tui.agent.score import Scorer
from flux_tui.protocol.events import (
    DELTAS,
    CallFinished,
    Event,
    MessageFinished,
    RequestSent,
    Score,
    TurnEnded,
    TurnStarted,
)
from flux_tui.protocol.messages import Usage
from flux_tui.protocol.wire import event_line

NONE = Usage()


@dataclass(slots=True)
class Totals:
    """Counts of the session and, where named so, of this run or turn. Cost is None once a part of it is unknown."""

    usage: Usage = NONE
    cost: Decimal | None = Decimal(0)
    turn_usage: Usage = NONE
    turn_cost: Decimal | None = Decimal(0)
    run_usage: Usage = NONE
    run_cost: Decimal | None = Decimal(0)
    context: int = 0
    """Tokens of the last request and its reply: what the window holds now."""
    window: int | None = None
    replies: int = 0
    """Whole replies in this run."""
    session_replies: int = 0
    calls: int = 0
    """Tool calls in this run."""
    session_calls: int = 0
    requests: int = 0
    """Requests in this run, retries counted."""
    scorer: Scorer = field(default_factory=Scorer)
    _run_time: float = 0.0
    _session_time: float = 0.0
    _turn_since: float | None = None

    @property
    def run_seconds(self) -> float:
        """In which turns were at work, in this run."""
        return self._run_time + self._running()

    @property
    def session_seconds(self) -> float:
        return self._session_time + self._running()

    @property
    def score(self) -> Score:
        return self.scorer.score()

    def watch(self, event: Event) -> None:
        match event:
            case TurnStarted():
                self.turn_usage, self.turn_cost = Usage(), Decimal(0)
                self._turn_since = time.monotonic()
            case TurnEnded():
                self._run_time, self._session_time = self.run_seconds, self.session_seconds
                self._turn_since = None
            case CallFinished():
                self.calls += 1
                self.session_calls += 1
            case RequestSent():
                self.requests += 1
            case MessageFinished(usage=usage, cost_usd=cost):
                self.replies += 1
                self.run_usage += usage
                self.run_cost = plus(self.run_cost, cost)
                self._add(usage, cost)
            case _:
                pass
        if not isinstance(event, DELTAS):
            self.scorer.note(event_line(event, 0, 0.0))

    def restore(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Take over the stored event lines of a resumed session."""
        began: datetime | None = None
        for line in lines:
            self.scorer.note(line)
            self.session_calls += line.get("type") == "call_finished"
            if line.get("type") == "turn_started":
                began = datetime.fromisoformat(str(line["time"]))
            elif line.get("type") == "turn_ended" and began is not None:
                self._session_time += max(0.0, (datetime.fromisoformat(str(line["time"])) - began).total_seconds())
                began = None
            usage, cost = line.get("usage"), line.get("cost_usd")
            if line.get("type") == "message_finished" and isinstance(usage, dict):
                counts = {key: value for key, value in usage.items() if key != "total"}
                self._add(Usage(**counts), Decimal(str(cost)) if cost is not None else None)

    def restart_run(self) -> None:
        """Count this run anew."""
        self.run_usage, self.run_cost, self.replies, self.calls = NONE, Decimal(0), 0, 0
        self._run_time = 0.0

    def _running(self) -> float:
        return 0.0 if self._turn_since is None else time.monotonic() - self._turn_since

    def _add(self, usage: Usage, cost: Decimal | None) -> None:
        self.session_replies += 1
        self.usage += usage
        self.cost = plus(self.cost, cost)
        self.turn_usage += usage
        self.turn_cost = plus(self.turn_cost, cost)
        self.context = usage.total


def plus(sum_so_far: Decimal | None, cost: Decimal | None) -> Decimal | None:
    return None if sum_so_far is None or cost is None else sum_so_far + cost
