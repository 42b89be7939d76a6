"""The screen's one beat: flushes what changed at most 30 times a second, slower when a flush is dear.

It runs only while something is dirty, and lets typing go first.
"""

import asyncio
from collections.abc import Callable
from time import monotonic, thread_time

BEAT = 1 / 30
"""Seconds between two flushes at best."""
SHARE = 4
"""A flush may take a quarter of the core: the next one waits this many times what the last one took."""
SLOW_BEAT = 0.15
"""Seconds between flushes while the terminal does not take what was written."""
LONGEST = 0.5
TYPING = 0.05
"""A key pressed within these seconds delays the flush by one beat."""


class Clock:
    def __init__(self, flush: Callable[[], None], backlog: Callable[[], int]) -> None:
        self._flush = flush
        self._backlog = backlog
        """How many writes the terminal has not taken yet."""
        self._due: asyncio.TimerHandle | None = None
        self._cost = 0.0
        self._last_key = 0.0
        self._yielded = False
        self.flushes = 0

    def mark(self) -> None:
        """Something changed: a flush comes with the next beat."""
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(self.interval, self._tick)

    def key(self) -> None:
        """A key was pressed."""
        self._last_key = monotonic()

    def stop(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    @property
    def interval(self) -> float:
        slow = SLOW_BEAT if self._backlog() > 2 else 0.0
        return min(max(BEAT, SHARE * self._cost, slow), LONGEST)

    def _tick(self) -> None:
        self._due = None
        if not self._yielded and monotonic() - self._last_key < TYPING:
            self._yielded = True
            self.mark()
            return
        self._yielded = False
        started = thread_time()
        self._flush()
        self._cost = thread_time() - started
        self.flushes += 1
