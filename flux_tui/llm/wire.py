"""What a vendor's protocol is to the rest: requests as bytes, events as items of the stream."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

from flux_tui.llm.base_provider import Request
from flux_tui.llm.draft import Draft
from flux_tui.protocol.codes import StopReason
from flux_tui.protocol.messages import Usage
from flux_tui.protocol.stream import StreamItem


class Reader(ABC):
    """Takes the events of one reply. `stop` is set once the reply ended; without it the stream was cut."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.stop: StopReason | None = None
        self.usage: Usage | None = None
        self.cache_miss = ""
        """Why the cache did not hold the beginning of the request, in the vendor's word."""
        self.over = False
        """Nothing more is expected; the rest of the stream is not read."""

    @abstractmethod
    def take(self, name: str, data: Any) -> Iterator[StreamItem]:
        """One event: its SSE name and its data. Raises `StreamError` for an error inside the stream."""


class StreamError(Exception):
    """An error event; `body` is what the server said."""

    def __init__(self, body: Any) -> None:
        super().__init__(str(body))
        self.body = body


class Wire(ABC):
    """One protocol, for one model at one address."""

    path: ClassVar[str]

    @abstractmethod
    def body(self, request: Request) -> bytes:
        """The request. Its history is valid."""

    @abstractmethod
    def reader(self, draft: Draft, request: Request) -> Reader:
        """A fresh reader for one reply."""


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one: servers leave out, or send null."""
    return value if isinstance(value, dict) else {}


def text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0
