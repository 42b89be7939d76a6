"""The limits on the time of one request. Bytes of any kind are life; the whole has its limit all the same."""

import asyncio
from collections.abc import AsyncIterator

from flux_tui.config.settings import Network


class Watch:
    """One timer for a whole reply, since setting one for each of thousands of events costs more than reading them.

    Raises TimeoutError; says in `begun` and `over` what it was that took too long.
    """

    def __init__(self, network: Network) -> None:
        self._loop = asyncio.get_running_loop()
        self._idle = network.idle_timeout
        start = self._loop.time()
        self._end = start + network.request_timeout
        self._deadline = min(start + network.first_event_timeout, self._end)
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: asyncio.Task[object] | None = None
        self._expired = False
        self.begun = False

    @property
    def first(self) -> float:
        """Until when the answer must have begun, by the loop's clock."""
        return self._deadline

    @property
    def over(self) -> bool:
        return self._loop.time() >= self._end

    async def next(self, chunks: AsyncIterator[bytes]) -> bytes | None:
        """The next bytes, None at the end."""
        task = asyncio.current_task()
        assert task is not None
        before = task.cancelling()
        self._waiting = task
        if self._timer is None:
            self._timer = self._loop.call_at(self._deadline, self._look)
        try:
            chunk = await anext(chunks, None)
        except asyncio.CancelledError:
            if self._expired and task.uncancel() <= before:
                raise TimeoutError from None
            raise
        finally:
            self._waiting = None
        self._deadline = min(self._loop.time() + self._idle, self._end)
        if not self.begun:
            self.begun = True
            self._rearm()
        return chunk

    def _rearm(self) -> None:
        """From the first bytes on a shorter patience may hold; later deadlines only move away."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._deadline, self._look)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        """The timer went off: was there life meanwhile? Nobody is cancelled who does not wait here."""
        if self._loop.time() < self._deadline:
            self._timer = self._loop.call_at(self._deadline, self._look)
        elif self._waiting is None:
            self._timer = None
        else:
            self._expired = True
            self._waiting.cancel()
