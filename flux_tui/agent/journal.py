"""Saved before shown: every event and message of a session goes to the store first, then to whoever listens."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence

from flux_tui.agent.conversation import Conversation
from flux_tui.protocol.events import DELTAS, Event, SessionStarted
from flux_tui.protocol.messages import Message
from flux_tui.store import Store
from flux_tui.workspace.unbroken import unbroken


class Journal:
    """The one writer of a session's history. Light events wait for the next commit; deltas are never stored."""

    def __init__(self, store: Store, session: str, conversation: Conversation, turn: int = 0) -> None:
        self.store = store
        self.session = session
        self.conversation = conversation
        self.turn = turn
        self._waiting: list[tuple[float, Event]] = []
        self._queues: list[asyncio.Queue[Event | None]] = []
        self._watchers: list[Callable[[Event], None]] = []
        self._started: SessionStarted | None = None

    def watch(self, watcher: Callable[[Event], None]) -> None:
        """`watcher` is called with each event, before any subscriber gets it. Must be quick and must not raise."""
        self._watchers.append(watcher)

    def events(self) -> AsyncIterator[Event]:
        """How the session started, then everything from now on until it closes. Subscribed at the call."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        if self._started is not None:
            queue.put_nowait(self._started)
        self._queues.append(queue)
        return self._drain(queue)

    async def _drain(self, queue: "asyncio.Queue[Event | None]") -> AsyncIterator[Event]:
        try:
            while (event := await queue.get()) is not None:
                yield event
        finally:
            if queue in self._queues:
                self._queues.remove(queue)

    def emit(self, event: Event) -> None:
        """Show at once; store with the next commit. For what is no loss if the process dies now."""
        if not isinstance(event, DELTAS):
            self._waiting.append((time.time(), event))
        if isinstance(event, SessionStarted):
            self._started = event
        self._show(event)

    async def commit(self, messages: Sequence[Message] = (), events: Sequence[Event] = ()) -> None:
        """Store these and all that waits in one transaction, then take in the messages and show the events."""
        await unbroken(self._commit(messages, events))

    async def _commit(self, messages: Sequence[Message], events: Sequence[Event]) -> None:
        now = time.time()
        rows, self._waiting = [*self._waiting, *((now, event) for event in events)], []
        await asyncio.to_thread(self.store.save, self.session, self.turn, messages, rows)
        for message in messages:
            self.conversation.add(message)
        for event in events:
            self._show(event)

    def close(self) -> None:
        for queue in self._queues:
            queue.put_nowait(None)

    def _show(self, event: Event) -> None:
        for watcher in self._watchers:
            watcher(event)
        for queue in self._queues:
            queue.put_nowait(event)
