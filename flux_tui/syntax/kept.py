"""What was computed from a source lately, kept within a bound of source bytes. Called from several threads."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """`make(data)` may run twice for one key when two threads ask at once; both results are equal."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._entries: OrderedDict[tuple[str, bytes], T] = OrderedDict()
        self._held = 0

    def get(self, kind: str, data: bytes, make: Callable[[bytes], T]) -> T:
        key = (kind, data)
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return self._entries[key]
        made = make(data)
        with self._lock:
            if key not in self._entries:
                self._entries[key] = made
                self._held += len(data)
                self._drop()
        return made

    def _drop(self) -> None:
        """The oldest go; the newest always stays."""
        while len(self._entries) > 1 and self._held > self._limit:
            (_, data), _ = self._entries.popitem(last=False)
            self._held -= len(data)
