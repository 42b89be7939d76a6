"""The fake server as a pytest fixture: `from tests.fakes.fixtures import model_server`. A complaint fails the test."""

from collections.abc import Callable, Iterator

import pytest

from tests.fakes.script import Script
from tests.fakes.server import FakeServer

Serve = Callable[..., FakeServer]


@pytest.fixture
def model_server() -> Iterator[Serve]:
    """`server = model_server([Reply("hello")])`; stopped at the end of the test, which fails if it complained.

    A test that wants complaints takes them: `server.complaints.clear()`.
    """
    running: list[FakeServer] = []

    def serve(
        script: Script, key: str = "", by_history: bool = False, knows: frozenset[str] = frozenset()
    ) -> FakeServer:
        server = FakeServer(script, key=key, by_history=by_history, knows=knows).__enter__()
        running.append(server)
        return server

    yield serve
    for server in running:
        server.__exit__()
    complaints = [complaint for server in running for complaint in server.complaints]
    assert complaints == []
