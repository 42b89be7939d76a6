"""What a provider's stream yields. It never raises for a fault: the last item tells how it ended."""

from dataclasses import dataclass

from flux_tui.protocol.codes import FaultName
from flux_tui.protocol.messages import Message


@dataclass(frozen=True, slots=True)
class Fault:
    """A reply that failed, classified."""

    name: FaultName
    message: str
    """One sentence for the person: what happened and what to do. Never holds a key."""
    status: int | None = None
    """HTTP status, None where there was none."""
    retry_after: float | None = None
    """Seconds the server asked for."""
    retryable: bool = False
    mendable: bool = False
    """The server objects to how the history is put together: a plainer form of it may be taken."""


@dataclass(frozen=True, slots=True)
class RequestStarted:
    """A request goes out. `attempt` counts from 1 for one reply."""

    attempt: int


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class ThinkingDelta:
    text: str


@dataclass(frozen=True, slots=True)
class CallDelta:
    """A call is being written by the model; for progress only, never to be run."""

    id: str
    tool: str
    characters: int


@dataclass(frozen=True, slots=True)
class RetryWaiting:
    """The attempt failed; the next one starts after `wait_s` seconds."""

    attempt: int
    wait_s: float
    fault: Fault


@dataclass(frozen=True, slots=True)
class PartialDropped:
    """The stream broke after something had been shown. `message` holds that, with `cut` set."""

    message: Message
    fault: Fault


@dataclass(frozen=True, slots=True)
class Finished:
    """Last item: the whole message, ended well as far as the transport goes (the stop reason may be a refusal)."""

    message: Message
    cache_miss: str = ""
    """Why the vendor's cache did not hold the beginning of the request, where it says so."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Last item: no good message came."""

    fault: Fault


StreamItem = RequestStarted | TextDelta | ThinkingDelta | CallDelta | RetryWaiting | PartialDropped | Finished | Failed
