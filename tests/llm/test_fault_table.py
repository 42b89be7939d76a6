"""Every fault of the wire through a whole session: told or overcome, nothing cut is run, and the session goes on."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flux_tui.agent.opening import Opening, open_session
from flux_tui.agent.session import Session
from flux_tui.protocol.codes import FaultName, TurnOutcome
from flux_tui.protocol.events import CallFinished, ErrorOccurred, MessageCut, MessageFinished, TurnEnded
from flux_tui.protocol.wire import event_line
from tests.agent.scripts import turn
from tests.fakes.fixtures import Serve, model_server
from tests.fakes.script import Heard, Protocol, Reply
from tests.fakes.server import FakeServer
from tests.llm.fault_rows import KEY, TABLE, WELL, Row
from tests.llm.playing import MODELS

__all__ = ["model_server"]

CONFIG = """
[network]
backoff_first = 0.0
{network}
[providers.openai]
api = "{api}"
"""
SHORT = "first_event_timeout = 0.5\nidle_timeout = 0.5\nrequest_timeout = 2.0"
CASES = [pytest.param(row, protocol, id=f"{row.id} - {protocol}") for row in TABLE for protocol in row.protocols]


@dataclass
class Home:
    """A folder to work in, and one for Flux's own."""

    project: Path
    own: Path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(tmp_path / "project", tmp_path / "home")
    found.project.mkdir()
    (found.project / "a.py").write_text("a = 1\n")
    return found


@asynccontextmanager
async def session_at(
    server: FakeServer, protocol: Protocol, home: Home, network: str = "", **more: Any
) -> AsyncIterator[Session]:
    """A session whose vendor is the fake server."""
    config = home.own / "config" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(CONFIG.format(api="responses" if protocol == "responses" else "chat", network=network))
    vendor = "anthropic" if protocol == "messages" else "openai"
    env = {
        "FLUX_HOME": str(home.own),
        "HOME": str(home.own),
        "PATH": "/usr/bin:/bin",
        f"{vendor.upper()}_API_KEY": KEY,
        f"{vendor.upper()}_BASE_URL": server.url,
    }
    flags = {"mode": "full", "model": f"{vendor}:{MODELS[protocol]}"}
    session = await open_session(Opening(home.project, env, flags, interactive=False, **more))
    try:
        yield session
    finally:
        await session.close()


def script(row: Row) -> Any:
    def next_one(heard: Heard) -> Reply:
        if heard.prompt.endswith("again"):
            return WELL
        if row.forever:
            return row.script[min(heard.index, len(row.script) - 1)]
        return row.script[heard.index] if heard.index < len(row.script) else WELL

    return next_one


@pytest.mark.parametrize(("row", "protocol"), CASES)
async def test_row(row: Row, protocol: Protocol, home: Home, model_server: Serve) -> None:
    server = model_server(script(row), key=KEY)
    async with session_at(server, protocol, home, SHORT if row.silent else "") as session:
        events = await turn(session, "begin")
        asked = len(server.requests)
        after = await turn(session, "again")
    lines = [event_line(event, 0, 0.0) for event in [*events, *after]]
    assert asked == row.requests
    assert [event.fault for event in events if isinstance(event, ErrorOccurred)] == ([row.fault] if row.fault else [])
    assert sum(isinstance(event, MessageCut) for event in events) == row.cut
    assert [event.code for event in events if isinstance(event, CallFinished)] == list(row.codes) or unrun(row)
    if row.text is not None and row.fault in (None, FaultName.REFUSED):
        assert [event.text for event in events if isinstance(event, MessageFinished)][-1].strip() == row.text.strip()
    assert not (home.project / "new.py").exists()
    assert KEY not in json.dumps(lines)
    ended = [event for event in after if isinstance(event, TurnEnded)]
    assert ended[0].outcome is TurnOutcome.DONE
    assert "Traceback" not in json.dumps(lines)


def unrun(row: Row) -> bool:
    """Calls that were never begun have results, but no events."""
    return "max_tokens" in row.id
