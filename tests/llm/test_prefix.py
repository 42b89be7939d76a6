"""Every request of a session begins the same, byte for byte, and that is small: signatures hold, caches hit."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from flux_tui.agent.prefix import system_prompt
from flux_tui.config.settings import Settings
from flux_tui.llm.anthropic_wire import MessagesReader, MessagesWire
from flux_tui.llm.draft import Draft
from flux_tui.llm.models import model_info
from flux_tui.llm.openai_provider import OpenAIProvider
from flux_tui.llm.provider_factory import make
from flux_tui.protocol.codes import Mode
from flux_tui.protocol.events import MessageFinished
from flux_tui.protocol.messages import Origin, user
from flux_tui.tools.registry import specs
from tests.agent.scripts import turn
from tests.fakes.fixtures import Serve, model_server
from tests.fakes.script import Call, Protocol, Reply
from tests.llm import playing
from tests.llm.conversations import ALL
from tests.llm.test_fault_table import Home, home, session_at

__all__ = ["home", "model_server"]

MOST_TOKENS = 3_500
SCRIPT = [
    Reply("I look.", thinking="Hm.", calls=(Call("read_files", {"paths": ["a.py"]}),)),
    Reply(calls=(Call("edit_file", {"path": "a.py", "search": "a = 1", "replace": "a = 2"}),)),
    Reply("Done."),
    Reply(calls=(Call("run_command", {"command": "true"}),)),
    Reply("Done."),
    Reply("Done."),
    Reply("Done."),
]


def test_the_prefix_is_small() -> None:
    tools = [{"name": t.name, "description": t.description, "input_schema": t.schema} for t in specs()]
    sent = json.dumps({"system": system_prompt(), "tools": tools}, ensure_ascii=False)
    assert len(sent) / 4 <= MOST_TOKENS


def prefix(raw: bytes, protocol: Protocol) -> bytes:
    """From the system prompt, or the tools, to where the conversation begins."""
    first = {"messages": b'"system":', "responses": b'"instructions":', "chat": b'"tools":'}[protocol]
    last = b'"input":[' if protocol == "responses" else b'"messages":['
    start, end = raw.index(first), raw.index(last)
    assert start < end
    return raw[start:end]


@pytest.mark.parametrize("protocol", ALL)
async def test_it_stays_the_same_through_a_session(protocol: Protocol, home: Home, model_server: Serve) -> None:
    server = model_server(SCRIPT)
    async with session_at(server, protocol, home) as session:
        await turn(session, "change it")
        session.set_mode(Mode.PLAN)
        await turn(session, "run it")
        await session.compact()
        await turn(session, "again")
    async with session_at(server, protocol, home, resume="last") as session:
        await turn(session, "and again")
    assert len(server.requests) == len(SCRIPT)
    assert len({prefix(request.raw, protocol) for request in server.requests}) == 1
    if protocol == "chat":
        assert len({request.body["messages"][0]["content"] for request in server.requests}) == 1


@pytest.mark.parametrize("protocol", ALL)
async def test_each_request_begins_with_the_one_before_it(protocol: Protocol, home: Home, model_server: Serve) -> None:
    server = model_server(SCRIPT)
    async with session_at(server, protocol, home) as session:
        await turn(session, "change it")
        await turn(session, "run it")
    bodies = [request.raw.rstrip(b"]}") for request in server.requests]
    assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(bodies))


def test_the_vendors_own_hosts_are_asked_to_cache() -> None:
    request = playing.request(user("Hi."))
    gpt = make("openai:gpt-6-luna", Settings(), {"OPENAI_API_KEY": "k" * 20})
    claude = make("anthropic:claude-haiku-5-5", Settings(), {"ANTHROPIC_API_KEY": "k" * 20})
    assert isinstance(gpt, OpenAIProvider)
    assert json.loads(gpt.wire.body(request))["prompt_cache_key"] == "session-1"
    body = json.loads(claude.wire.body(request))  # type: ignore[attr-defined]
    assert body["cache_control"] == {"type": "ephemeral"}
    assert body["diagnostics"] == {"previous_message_id": None}


def test_why_a_prefix_missed_is_asked_with_the_last_answer_and_told() -> None:
    here = Origin("anthropic", "messages", "https://api.anthropic.com", "claude-haiku-5-5")
    wire = MessagesWire(here, model_info("anthropic", here.model), diagnoses=True)
    reason = {"cache_miss_reason": {"type": "tools_changed", "cache_missed_input_tokens": 5}}
    for id, told in (("msg_1", None), ("msg_2", reason)):
        reader = wire.reader(Draft(here, ()), playing.request(user("Hi.")))
        list(reader.take("", {"type": "message_start", "message": {"id": id, "diagnostics": told}}))
        list(reader.take("", {"type": "message_stop"}))
    assert reader.cache_miss == "tools_changed"
    assert json.loads(wire.body(playing.request(user("Hi."))))["diagnostics"] == {"previous_message_id": "msg_2"}


def test_an_answer_that_broke_off_is_not_referred_to() -> None:
    here = Origin("anthropic", "messages", "https://api.anthropic.com", "claude-haiku-5-5")
    wire = MessagesWire(here, model_info("anthropic", here.model), diagnoses=True)
    reader = MessagesReader(Draft(here, ()), wire)
    list(reader.take("", {"type": "message_start", "message": {"id": "msg_1"}}))
    assert wire.last_id is None


async def test_the_cached_share_is_counted(home: Home, model_server: Serve) -> None:
    from flux_tui.agent.stats import stats

    server = model_server([Reply("Hi.", usage={"input": 100, "output": 5, "cache_read": 300})])
    async with session_at(server, "messages", home) as session:
        events = await turn(session, "hi")
        found = stats(session.store, [session.id])
    assert found["cache"] == {"share": 0.75, "misses": {}}
    assert [event.cache_miss for event in events if isinstance(event, MessageFinished)] == [""]


def test_the_screen_may_be_told_of_both(tmp_path: Path) -> None:
    from flux_tui.headless.stats import page

    usage = {"total": 405, "estimated": True, "cache_read": 300}
    rates = {"rate": None, "first_attempt": 0, "attempts": 0, "read": 0, "edits": 0}
    found: dict[str, Any] = {
        **dict.fromkeys(("sessions", "turns", "requests", "rejected", "blocked"), 1),
        "usage": usage,
        "edits": rates,
        "reads_first": rates,
        "cost_usd": None,
        "by_model": [],
        "codes": {},
        "cache": {"share": 0.75, "misses": {"tools_changed": 2}},
    }
    lines = "\n".join(page(found))
    assert "~405" in lines
    assert "75%" in lines
    assert "tools_changed 2" in lines
