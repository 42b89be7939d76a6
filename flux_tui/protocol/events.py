"""What happened, in the past tense. The stream of these is all that screens, `flux exec` and the store see of a turn.

Class names in snake case are the `type` of a JSON line; field names and JSON types are a public contract. Fields that
only the screen needs are listed in `SCREEN_ONLY` and left out of JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from flux_tui.protocol.blocks import Block
from flux_tui.protocol.codes import Code, Evidence, FaultName, Limit, Mode, StopReason, TurnOutcome
from flux_tui.protocol.decisions import Asked, Decision
from flux_tui.protocol.messages import Ranges, Usage


@dataclass(frozen=True, slots=True)
class SessionStarted:
    session: str
    resumed: bool
    cwd: str
    provider: str
    model: str
    mode: Mode
    profile: str | None
    sandbox: str
    version: str


@dataclass(frozen=True, slots=True)
class TurnStarted:
    turn: int
    """From 1, over the whole session."""
    prompt: str


@dataclass(frozen=True, slots=True)
class RequestSent:
    request: int
    """From 1, in this run, retries counted."""
    attempt: int
    provider: str
    model: str


@dataclass(frozen=True, slots=True)
class RetryScheduled:
    attempt: int
    wait_s: float
    reason: FaultName
    message: str


@dataclass(frozen=True, slots=True)
class TextArrived:
    text: str


@dataclass(frozen=True, slots=True)
class ThinkingArrived:
    text: str


@dataclass(frozen=True, slots=True)
class CallGrew:
    """The model is writing a call's arguments."""

    call: str
    tool: str
    characters: int


@dataclass(frozen=True, slots=True)
class MessageCut:
    text: str
    reason: FaultName


@dataclass(frozen=True, slots=True)
class MessageFinished:
    text: str
    stop_reason: StopReason
    provider: str
    model: str
    usage: Usage
    cost_usd: Decimal | None
    thinking: str = ""
    cache_miss: str = ""
    """Why the vendor's cache did not hold the beginning of the request, where it says so."""
    role: str = ""
    """Of the model, where models are chosen by role."""
    strong_usd: Decimal | None = None
    """What the same tokens would cost from the strong model, where models are chosen by role."""


@dataclass(frozen=True, slots=True)
class CallStarted:
    call: str
    tool: str
    arguments: Mapping[str, Any]
    title: str = ""
    """One line of meaning for the person, verb and place: `read src/shop.py 38-112`."""


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    call: str
    why: str
    asked: Asked


@dataclass(frozen=True, slots=True)
class ApprovalAnswered:
    call: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class OutputArrived:
    """A running command printed something (decoded, bounded)."""

    call: str
    text: str


@dataclass(frozen=True, slots=True)
class CallFinished:
    call: str
    tool: str
    code: Code
    text: str
    targets: tuple[str, ...]
    changed: tuple[str, ...] | None
    """None = not known (a command in a folder too large to compare)."""
    seen: Mapping[str, Ranges]
    node: str | None
    exit: int | None
    blocks: tuple[Block, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class FileChanged:
    change: str
    call: str
    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class CheckFinished:
    command: str
    exit: int | None
    text: str
    before: int | None = None
    """How the same check ended on the files as they were before the turn; None = not run so."""


LimitScope = Literal["run", "session"]


@dataclass(frozen=True, slots=True)
class LimitWarned:
    limit: Limit
    used: float
    max: float
    scope: LimitScope = "run"


@dataclass(frozen=True, slots=True)
class LimitReached:
    limit: Limit
    used: float
    max: float
    scope: LimitScope = "run"
    summary: str = ""
    """What is done and what is open."""


@dataclass(frozen=True, slots=True)
class ErrorOccurred:
    fault: FaultName
    status: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Check:
    """A check that ran after the last edit of a turn."""

    command: str
    exit: int | None


@dataclass(frozen=True, slots=True)
class TurnEnded:
    turn: int
    outcome: TurnOutcome
    files: tuple[str, ...]
    checks: tuple[Check, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ModeChanged:
    mode: Mode


@dataclass(frozen=True, slots=True)
class ModelChanged:
    provider: str
    model: str
    role: str = ""
    """`strong`, `everyday`, `cheap`; "" = chosen by the person."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class PromptQueued:
    """Words given while a turn runs: steering goes out after the current call, queued ones after the turn."""

    kind: Literal["steer", "queue"]
    text: str


@dataclass(frozen=True, slots=True)
class HistoryRewound:
    """The conversation, the files or both were set back (undo, redo, rewind, clear)."""

    what: Literal["undo", "redo", "rewind"]
    files: tuple[str, ...]
    refused: tuple[str, ...] = ()
    turns: tuple[int, ...] = ()
    """The turns whose changes were taken back or brought again; the score counts them."""


@dataclass(frozen=True, slots=True)
class NoticeGiven:
    """Something the person should know that is no fault of a reply."""

    text: str
    level: Literal["info", "warning", "error"] = "info"


@dataclass(frozen=True, slots=True)
class Score:
    attempts: int
    first_attempt: int


@dataclass(frozen=True, slots=True)
class RunEnded:
    exit_code: int
    session: str | None
    text: str
    message: str
    usage: Usage
    cost_usd: Decimal | None
    requests: int
    files: tuple[str, ...]
    score: Score


Event = (
    SessionStarted
    | TurnStarted
    | RequestSent
    | RetryScheduled
    | TextArrived
    | ThinkingArrived
    | CallGrew
    | MessageCut
    | MessageFinished
    | CallStarted
    | ApprovalAsked
    | ApprovalAnswered
    | OutputArrived
    | CallFinished
    | FileChanged
    | CheckFinished
    | LimitWarned
    | LimitReached
    | ErrorOccurred
    | TurnEnded
    | ModeChanged
    | ModelChanged
    | PromptQueued
    | HistoryRewound
    | NoticeGiven
    | RunEnded
)

DELTAS = (TextArrived, ThinkingArrived, CallGrew, OutputArrived)
"""Events that are not stored: what they add up to comes again in one piece."""

SCREEN_ONLY = frozenset({"blocks", "asked", "decision", "title", "thinking", "seconds"})
"""Fields that stay out of JSON lines."""
