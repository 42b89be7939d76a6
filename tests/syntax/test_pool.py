"""Long work leaves the process only when it is enabled and worth it, and its faults come back."""

import os
from collections.abc import Iterator

import pytest

from flux_tui.syntax import pool

LONG = b"x" * pool.FROM


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    pool.close()


def test_here_until_it_is_enabled() -> None:
    assert pool.call(os.path.join, "a", "b" * pool.FROM).startswith("a/b")
    assert pool._State.pool is None


def test_elsewhere_when_it_is_enabled_and_long() -> None:
    pool.enable()
    assert pool.call(len, b"x") == 1
    assert pool._State.pool is None
    assert pool.call(len, LONG) == pool.FROM
    assert pool._State.pool is not None


def test_what_the_function_raises_is_raised_here() -> None:
    pool.enable()
    with pytest.raises(ValueError, match="invalid literal"):
        pool.call(int, LONG)


def test_a_dead_process_is_no_failure() -> None:
    pool.enable()
    assert pool.call(_end_unless, LONG, os.getpid()) == "here"
    assert pool.call(len, LONG) == pool.FROM


def _end_unless(data: bytes, parent: int) -> str:
    if os.getpid() != parent:
        os._exit(1)
    return "here"
