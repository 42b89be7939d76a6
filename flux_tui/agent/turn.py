"""What is known of the turn that runs, and what a policy may say of it."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flux_tui.protocol.codes import Code, Limit, TurnOutcome
from flux_tui.protocol.events import Check, LimitScope
from flux_tui.protocol.messages import CallPart, Message, ResultPart
from flux_tui.protocol.outcomes import Outcome

if TYPE_CHECKING:
    from flux_tui.agent.room import Room


@dataclass(slots=True)
class Turn:
    """One prompt to its end. Lives in memory only; what lasts is in the events."""

    number: int
    prompt: str
    started: float = field(default_factory=time.monotonic)
    files: list[str] = field(default_factory=list)
    """Paths changed, in order, each once."""
    checks: tuple[Check, ...] = ()
    """The checks that ran after the last edit."""
    unchecked: bool = False
    """Something changed since the last checks."""
    commands: int = 0
    """That ran in it."""
    denied: bool = False
    limit: Limit | None = None
    text: str = ""
    """The last reply's text."""
    pauses: int = 0
    """How often the vendor paused the reply and had to be asked to go on."""

    def note(self, result: ResultPart) -> None:
        self.denied = self.denied or result.code is Code.DENIED
        self.commands += result.exit is not None
        for written in result.written:
            self.unchecked = True
            if written.path not in self.files:
                self.files.append(written.path)


@dataclass(frozen=True, slots=True)
class Say:
    """Go on, after telling the model this."""

    text: str


@dataclass(frozen=True, slots=True)
class Stop:
    """End the turn."""

    outcome: TurnOutcome
    limit: Limit | None = None
    used: float = 0
    max: float = 0
    scope: LimitScope = "run"


@dataclass(frozen=True, slots=True)
class PassOn:
    """The calls of the reply are not run: another model goes on. Each is answered with this."""

    text: str


class Policy:
    """A rule hooked into the loop. Each hook returns nothing, or what is to happen instead. The loop knows no names."""

    async def before_request(self, room: "Room", turn: Turn) -> Stop | None:
        """Before the model is asked."""
        return None

    def before_call(self, room: "Room", call: CallPart, state: str) -> Outcome | None:
        """Before a call is computed. `state` digests what its outcome depends on."""
        return None

    def before_effect(self, room: "Room", call: CallPart, outcome: Outcome) -> Outcome | None:
        """After a call was computed, before its effect is gated, asked for and performed."""
        return None

    def on_failure(self, room: "Room", call: CallPart, outcome: Outcome) -> Outcome:
        """A call failed, and this is what the model will hear of it: a policy may word the next step."""
        return outcome

    async def after_reply(self, room: "Room", turn: Turn, message: Message) -> Stop | PassOn | None:
        """After a reply that asks for calls, before any of them runs."""
        return None

    async def after_calls(self, room: "Room", turn: Turn, results: tuple[ResultPart, ...]) -> Stop | None:
        """After the calls of one reply."""
        return None

    def failures(self, path: str) -> int:
        """How many edits of this path failed since the last success, for policies that count."""
        return 0

    def closed(self) -> tuple[tuple[str, str], ...]:
        """(path, definition) where edits are closed, for policies that count."""
        return ()

    def reset(self) -> None:
        """The person lets everything be tried again."""

    async def before_end(self, room: "Room", turn: Turn) -> Say | None:
        """The model is done; a policy may send it back to work."""
        return None
