"""The contract every model provider keeps. A subclass writes `stream`; it must not raise for a network fault."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from flux_tui.config.settings import Network
from flux_tui.llm import retry
from flux_tui.protocol.messages import Message, Origin, ResultPart, ToolSpec, Usage, user
from flux_tui.protocol.stream import Finished, StreamItem

if TYPE_CHECKING:
    from flux_tui.llm.prices import Tariff

Kind = Literal["anthropic", "openai", "demo"]


@dataclass(frozen=True, slots=True)
class Request:
    """One reply is asked for. `system` and `tools` stay the same through a session."""

    system: str
    tools: tuple[ToolSpec, ...]
    history: tuple[Message, ...]
    session: str = ""
    effort: str = ""
    """A level the model knows; "" = the model's own default."""
    max_output: int = 0
    """Tokens; 0 = as known for the model."""


class BaseLLMProvider(ABC):
    """One model at one address. Conversations are given with each request; `send_message` keeps one for simple use."""

    kind: ClassVar[Kind]
    compatible = False
    """A named compatible server: what is known of a model of that name need not hold there."""
    tariff: "Tariff | None" = None
    """Prices of its own; None = those of the vendor's models."""
    guide_prompts: tuple[str, ...] = ()
    """The prompts of a guided session, in order."""

    def __init__(self, origin: Origin, network: Network | None = None) -> None:
        self.origin = origin
        self.network = network or Network()
        self._usage = Usage()
        self._cost: Decimal | None = Decimal(0)
        self._history: list[Message] = []
        self._tools: tuple[ToolSpec, ...] = ()
        self._system = ""

    @abstractmethod
    def stream(self, request: Request) -> AsyncIterator[StreamItem]:
        """One attempt. The last item is `Finished` or `Failed`; cancelling it closes the connection."""

    def reply(self, request: Request) -> AsyncIterator[StreamItem]:
        """`stream` with retries: visible, cancellable, never after a reply that ended well."""
        return retry.attempts(self, request)

    def mend(self, request: Request) -> bool:
        """The server objects to the history: send it more plainly from now on. False if that can't be done."""
        return False

    def preload(self) -> None:  # noqa: B027 - most providers have something to import, one has not
        """Import what is heavy. Called in a thread."""

    async def close(self) -> None:  # noqa: B027 - as above
        """Let go of connections."""

    async def send_message(
        self, message: str, system_prompt: str = "", tools: tuple[ToolSpec, ...] = ()
    ) -> AsyncIterator[StreamItem]:
        """Say something and stream the reply; both join the provider's own history."""
        self._system, self._tools = system_prompt or self._system, tools or self._tools
        if message:
            self._history.append(user(message))
        async for item in self.reply(Request(self._system, self._tools, tuple(self._history))):
            if isinstance(item, Finished):
                self._history.append(item.message)
            yield item

    def add_tool_result(self, tool_use_id: str, result: str) -> None:
        """Answer a call of the last reply. The next `send_message` (also with "") sends it."""
        calls = {call.id: call.tool for message in self._history for call in message.calls}
        part = ResultPart(tool_use_id, calls.get(tool_use_id, ""), result)
        last = self._history[-1] if self._history else None
        if last is not None and last.results:
            self._history[-1] = Message("user", (*last.parts, part))
        else:
            self._history.append(Message("user", (part,)))

    def clear_history(self) -> None:
        self._history.clear()

    def get_token_usage(self) -> Mapping[str, Any]:
        """Tokens of all replies so far, and the estimated cost in dollars (Decimal, None where a price is unknown)."""
        usage = self._usage
        return {
            "input": usage.input,
            "output": usage.output,
            "cache_read": usage.cache_read,
            "cache_write": usage.cache_write,
            "total": usage.total,
            "estimated_cost": self._cost,
        }

    def count(self, usage: Usage) -> None:
        """One more reply was paid for."""
        from flux_tui.llm.prices import cost

        self._usage += usage
        one = cost(self.kind, self.origin.model, usage, self.tariff)
        self._cost = None if one is None or self._cost is None else self._cost + one
