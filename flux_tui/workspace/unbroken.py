"""Work that, once begun, ends before a cancellation is let through: writes to disk and to the store."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def unbroken(work: Coroutine[Any, Any, T]) -> T:
    """Await `work` to its end even when cancelled meanwhile; the cancellation is raised afterwards."""
    result, cancelled = await ended(work)
    if cancelled:
        raise asyncio.CancelledError
    return result


async def ended(work: Coroutine[Any, Any, T]) -> tuple[T, bool]:
    """The result of `work`, and whether a cancellation came meanwhile: the caller must raise it once it has recorded.

    `asyncio.shield` alone lets the caller go on while the work still runs, so that history says "interrupted"
    of a file that was written.
    """
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError:
            cancelled = True
    return task.result(), cancelled
