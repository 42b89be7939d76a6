"""The one retry loop: what is tried again, how long it waits, what becomes of text that was already shown."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, cast

from flux_tui.config.settings import Network
from flux_tui.protocol.codes import FaultName
from flux_tui.protocol.messages import Message, Origin, Part, TextPart, ThinkingPart, Usage
from flux_tui.protocol.stream import (
    CallDelta,
    Failed,
    Fault,
    Finished,
    PartialDropped,
    RequestStarted,
    RetryWaiting,
    StreamItem,
    TextDelta,
    ThinkingDelta,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from flux_tui.llm.base_provider import Request

BEGUN = (FaultName.CUT, FaultName.NOT_A_STREAM, FaultName.EMPTY_REPLY, FaultName.TIMEOUT)
"""Faults of a connection that stood; they have the smaller number of tries."""


class Attempting(Protocol):
    origin: Origin
    network: Network

    def stream(self, request: "Request") -> AsyncIterator[StreamItem]: ...

    def count(self, usage: Usage) -> None: ...

    def mend(self, request: "Request") -> bool: ...


async def attempts(provider: Attempting, request: "Request") -> AsyncIterator[StreamItem]:
    """The items of every attempt, and between them what went wrong and how long the wait is."""
    network = provider.network
    begun = 0
    mended = False
    for attempt in range(1, network.max_tries + 1):
        yield RequestStarted(attempt)
        shown = Shown(provider.origin)
        fault: Fault | None = None
        async with aclosing(cast("AsyncGenerator[StreamItem, None]", provider.stream(request))) as stream:
            async for item in stream:
                if isinstance(item, Failed):
                    fault = item.fault
                    break
                shown.note(item)
                if isinstance(item, Finished):
                    provider.count(item.message.usage or Usage())
                    yield item
                    return
                yield item
        fault = fault or Fault(FaultName.CUT, "The reply broke off without a word of how.", retryable=True)
        begun += shown.anything or fault.name in BEGUN
        if shown.said:
            yield PartialDropped(shown.message(), fault)
        last = attempt == network.max_tries or begun >= network.cut_tries
        fault = checked(fault, network)
        if fault.mendable and not (mended or last) and provider.mend(request):
            mended = True
            yield RetryWaiting(attempt, 0.0, fault)
            continue
        if last or not fault.retryable:
            yield Failed(fault)
            return
        seconds = wait(attempt, fault, network)
        yield RetryWaiting(attempt, seconds, fault)
        await asyncio.sleep(seconds)


def checked(fault: Fault, network: Network) -> Fault:
    """A fault whose demanded wait is too long is not retried, and says so."""
    if fault.retry_after is None or fault.retry_after <= network.retry_after_max:
        return fault
    told = f"{fault.message} It asks for a wait of {duration(fault.retry_after)}: try again then, or switch the model."
    return replace(fault, message=told, retryable=False)


def wait(attempt: int, fault: Fault, network: Network) -> float:
    """Seconds until the next try: what the server asked for, else exponential with full jitter."""
    if fault.retry_after is not None:
        return max(0.0, fault.retry_after)
    longest = min(network.backoff_max, network.backoff_first * 2.0 ** (attempt - 1))
    return random.uniform(0.0, longest)


def duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    if seconds < 7200:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"


class Shown:
    """What the person has seen of an attempt."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self.text: list[str] = []
        self.thinking: list[str] = []
        self.anything = False

    def note(self, item: StreamItem) -> None:
        if isinstance(item, TextDelta):
            self.text.append(item.text)
        elif isinstance(item, ThinkingDelta):
            self.thinking.append(item.text)
        self.anything = self.anything or isinstance(item, (TextDelta, ThinkingDelta, CallDelta))

    @property
    def said(self) -> bool:
        """Anything that a person could read."""
        return bool("".join(self.text).strip() or "".join(self.thinking).strip())

    def message(self) -> Message:
        parts: list[Part] = [ThinkingPart("".join(self.thinking))] if self.thinking else []
        if self.text:
            parts.append(TextPart("".join(self.text)))
        return Message("assistant", tuple(parts), self._origin, cut=True)
