"""Questions to the person: asked by the executor, answered through the session. Silence is never consent."""

import asyncio
import time

from flux_tui.agent.journal import Journal
from flux_tui.protocol.decisions import Asked, Decision
from flux_tui.protocol.events import ApprovalAnswered, ApprovalAsked


class Asker:
    """The open questions of a session, in the order they were asked."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._open: dict[str, tuple[Asked, asyncio.Future[Decision]]] = {}
        self._waited: dict[str, float] = {}

    @property
    def questions(self) -> tuple[Asked, ...]:
        return tuple(asked for asked, _ in self._open.values())

    async def ask(self, asked: Asked) -> Decision:
        """Waits until the person has answered. Cancelled with the turn."""
        future: asyncio.Future[Decision] = asyncio.get_running_loop().create_future()
        self._open[asked.call] = (asked, future)
        self._journal.emit(ApprovalAsked(asked.call, asked.why, asked))
        began = time.monotonic()
        try:
            decision = await future
        finally:
            self._open.pop(asked.call, None)
            self._waited[asked.call] = self._waited.get(asked.call, 0.0) + time.monotonic() - began
        self._journal.emit(ApprovalAnswered(asked.call, decision))
        return decision

    def waited(self, call: str) -> float:
        """Seconds a call waited for the person; asked once."""
        return self._waited.pop(call, 0.0)

    def told(self, asked: Asked) -> None:
        """Say what would be asked where nobody can answer."""
        self._journal.emit(ApprovalAsked(asked.call, asked.why, asked))

    def answer(self, call: str, decision: Decision) -> bool:
        """False if no such question is open any more."""
        entry = self._open.get(call)
        if entry is None or entry[1].done():
            return False
        entry[1].set_result(decision)
        return True
