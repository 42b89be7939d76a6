"""When the garbage collector may run: its pauses, not the code, are what a typing person feels."""

import gc
from time import monotonic

from flux_tui.agent.opening import collect_seldom

IDLE = 2.0
"""Seconds without a turn and without a key before a full collection."""


def after_first_frame() -> None:
    collect_seldom()


class Sweeper:
    """Collects everything once after each stretch of work, when nobody waits."""

    def __init__(self) -> None:
        self._busy_at = monotonic()
        self._swept = False

    def busy(self) -> None:
        self._busy_at = monotonic()
        self._swept = False

    def tick(self, *, running: bool) -> None:
        if running or self._swept or monotonic() - self._busy_at < IDLE:
            return
        gc.collect()
        gc.freeze()
        self._swept = True
