"""What a run and a session may use and have used: the rows behind the limits, `/limits` and `/budget`."""

import math
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flux_tui.agent.room import Room
from flux_tui.protocol.codes import Limit
from flux_tui.protocol.errors import UsageError
from flux_tui.protocol.events import LimitScope

NAMES = {
    "turns": Limit.TURNS,
    "calls": Limit.CALLS,
    "tokens": Limit.TOKENS,
    "cost": Limit.COST,
    "minutes": Limit.TIME,
    "time": Limit.TIME,
}
KEYS = {Limit.TURNS: "turns", Limit.CALLS: "calls", Limit.TOKENS: "tokens", Limit.COST: "cost", Limit.TIME: "minutes"}
Figures = tuple[int, int, int, Decimal | None, float]
"""In the order of `KEYS`."""
WHOLE = frozenset({Limit.TURNS, Limit.CALLS, Limit.TOKENS})


@dataclass(frozen=True, slots=True)
class Row:
    limit: Limit
    scope: LimitScope
    used: float
    most: float
    """0 = no limit."""
    known: bool = True
    """False: the price of what was used is not known."""

    @property
    def key(self) -> str:
        return field_of(self.limit, self.scope)


def rows(room: Room) -> tuple[Row, ...]:
    """What is used so far, the run first."""
    limits, totals = room.settings.limits, room.totals
    run = (totals.replies, totals.calls, totals.run_usage.total, totals.run_cost, totals.run_seconds / 60)
    session = (
        totals.session_replies,
        totals.session_calls,
        totals.usage.total,
        totals.cost,
        totals.session_seconds / 60,
    )
    scopes: tuple[tuple[LimitScope, Figures], ...] = (("run", run), ("session", session))
    return tuple(
        Row(limit, scope, float(used or 0), float(getattr(limits, field_of(limit, scope))), used is not None)
        for scope, figures in scopes
        for limit, used in zip(KEYS, figures, strict=True)
    )


def field_of(limit: Limit, scope: LimitScope) -> str:
    """The setting's name under `[limits]`."""
    return f"max_{KEYS[limit]}" if scope == "run" else f"max_session_{KEYS[limit]}"


def parse(words: str) -> tuple[LimitScope, Limit, float]:
    """`2.50`, `tokens 200000`, `run cost 1`, `off`. UsageError names what can be said."""
    left = words.lower().replace("$", "").replace(",", "").split()
    scope: LimitScope = "run" if left[:1] == ["run"] else "session"
    left = left[1:] if left[:1] in (["run"], ["session"]) else left
    limit = NAMES[left.pop(0)] if left and left[0] in NAMES else Limit.COST
    try:
        (word,) = left
        amount = 0.0 if word in ("off", "none") else float(word)
    except ValueError:
        amount = -1.0
    if not math.isfinite(amount) or amount < 0 or (limit in WHOLE and amount != int(amount)):
        raise UsageError("Say how much: `/budget 2.50`, `/budget tokens 200000`, `/budget run minutes 20`, or off.")
    return scope, limit, amount


def set_limit(room: Room, scope: LimitScope, limit: Limit, amount: float) -> None:
    """From now on, in this session."""
    new: dict[str, Any] = {field_of(limit, scope): int(amount) if limit in WHOLE else amount}
    room.settings = replace(room.settings, limits=replace(room.settings.limits, **new))
