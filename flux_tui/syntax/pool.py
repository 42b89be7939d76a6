"""Where long work on text is done: in another process once a screen must not wait for it, else here.

A parse, a diff or a regular expression holds the interpreter's lock; a thread would not free the screen. Called from
worker threads, which wait here for the answer.
"""

import multiprocessing
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
FROM = 100_000
"""Bytes or characters of arguments from which on the other process is worth its while."""

_LOCK = threading.Lock()


class _State:
    enabled = False
    pool: ProcessPoolExecutor | None = None


def enable() -> None:
    """From now on long work goes to a process of its own, started when it is first needed."""
    _State.enabled = True


def close() -> None:
    """End the process, if there is one. Later calls run here again."""
    with _LOCK:
        pool, _State.pool, _State.enabled = _State.pool, None, False
    if pool is not None:
        pool.shutdown(wait=False, cancel_futures=True)


def call(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`function(*args)`, which must be a top-level function of picklable arguments without effects.

    Raises what the function raises. If the other process dies, the work is done here.
    """
    pool = _pool() if _State.enabled and _size(args) >= FROM else None
    if pool is None:
        return function(*args, **kwargs)
    try:
        return pool.submit(function, *args, **kwargs).result()
    except (BrokenProcessPool, RuntimeError):
        _drop(pool)
        return function(*args, **kwargs)


def _size(args: tuple[object, ...]) -> int:
    return sum(len(arg) for arg in args if isinstance(arg, (str, bytes)))


def _pool() -> ProcessPoolExecutor | None:
    with _LOCK:
        if _State.enabled and _State.pool is None:
            context = multiprocessing.get_context("forkserver")
            _State.pool = ProcessPoolExecutor(1, mp_context=context, initializer=_quiet)
        return _State.pool


def _drop(pool: ProcessPoolExecutor) -> None:
    with _LOCK:
        if _State.pool is pool:
            _State.pool = None
    pool.shutdown(wait=False, cancel_futures=True)


def _quiet() -> None:
    """The terminal's Ctrl+C is for the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
