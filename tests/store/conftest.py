"""Stores that are closed when the test ends."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from flux_tui.store import Store


@pytest.fixture
def opened() -> Iterator[Callable[[Path], Store]]:
    """Open a database."""
    with ExitStack() as stack:
        yield lambda path: stack.enter_context(closing(Store.open(path)))
