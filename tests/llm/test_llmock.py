"""A second opinion: a fake server by strangers, that grades how its client takes faults."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flux_tui.agent.opening import Opening, open_session
from flux_tui.protocol.codes import FaultName, TurnOutcome
from flux_tui.protocol.events import CallFinished, ErrorOccurred, Event, MessageFinished, TurnEnded
from tests.agent.scripts import turn
from tests.fakes.script import Protocol
from tests.llm.conversations import ALL
from tests.llm.playing import MODELS

pytest.importorskip("llmock", reason="llmock is not installed")

CONFIG = """
[network]
backoff_first = 0.05
idle_timeout = 1.0
[providers.fake]
type = "{type}"
base_url = "{url}"
key_env = "FAKE_KEY"
{api}
"""
READ = {"paths": ["a.py"]}


async def talk(llmock: Any, protocol: Protocol, folder: Path, prompts: int = 1) -> list[Event]:
    """The events of all turns of a session."""
    kind = "anthropic" if protocol == "messages" else "openai"
    api = "" if kind == "anthropic" else f'api = "{protocol}"'
    config = folder / "home" / "config" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(CONFIG.format(type=kind, url=llmock.base_url(kind), api=api))
    (folder / "project").mkdir()
    (folder / "project" / "a.py").write_text("a = 1\n")
    env = {"FLUX_HOME": str(folder / "home"), "PATH": "/usr/bin:/bin", "FAKE_KEY": "k" * 20}
    flags = {"mode": "full", "model": f"fake:{MODELS[protocol]}"}
    session = await open_session(Opening(folder / "project", env, flags, interactive=False))
    events = [event for _ in range(prompts) for event in await turn(session, "Look at a.py.")]
    await session.close()
    return events


def outcomes(events: list[Event]) -> list[TurnOutcome]:
    return [event.outcome for event in events if isinstance(event, TurnEnded)]


FAULTS: dict[str, Callable[[Any], object]] = {
    "rate limited": lambda llmock: llmock.rate_limit(times=2, retry_after=0.3),
    "overloaded": lambda llmock: llmock.fail(503, times=2),
    "dropped": lambda llmock: llmock.disconnect(after_chunks=2),
    "cut": lambda llmock: llmock.truncate(after_chunks=2),
    "corrupt": lambda llmock: llmock.corrupt(after_chunks=2),
    "stalled": lambda llmock: llmock.stall(after_chunks=2, seconds=4.0),
}


@pytest.mark.parametrize("protocol", ALL)
@pytest.mark.parametrize("fault", FAULTS)
async def test_it_grades_us_well(fault: str, protocol: Protocol, tmp_path: Path, llmock: Any) -> None:
    llmock.tool_mode("off").reply("All is well, as far as I can see from here.", times=None)
    FAULTS[fault](llmock)
    events = await talk(llmock, protocol, tmp_path)
    assert outcomes(events) == [TurnOutcome.DONE]
    llmock.assert_resilient(strict=True)


@pytest.mark.parametrize("protocol", ALL)
async def test_a_task_with_calls_in_two_turns(protocol: Protocol, tmp_path: Path, llmock: Any) -> None:
    llmock.call_tool("read_files", READ).reply("Read.").call_tool("list_files", {}).reply("Listed.")
    events = await talk(llmock, protocol, tmp_path, prompts=2)
    assert outcomes(events) == [TurnOutcome.DONE] * 2
    assert [(event.tool, event.code) for event in events if isinstance(event, CallFinished)] == [
        ("read_files", "OK"),
        ("list_files", "OK"),
    ]
    finished = [event for event in events if isinstance(event, MessageFinished)]
    assert [event.text for event in finished if event.text] == ["Read.", "Listed."]
    assert all(event.usage.total and not event.usage.estimated for event in finished)
    llmock.assert_resilient(strict=True)


@pytest.mark.parametrize("protocol", ALL)
@pytest.mark.parametrize("kind", ["malformed_arguments", "unknown_tool"])
async def test_a_broken_call_is_answered_not_run(kind: str, protocol: Protocol, tmp_path: Path, llmock: Any) -> None:
    llmock.call_tool("write_file", {"path": "new.py", "content": "x = 1\n"}).break_tool_call(kind).reply("I see.")
    events = await talk(llmock, protocol, tmp_path)
    assert outcomes(events) == [TurnOutcome.DONE]
    assert next(event.code for event in events if isinstance(event, CallFinished)) != "OK"
    assert not (tmp_path / "project" / "new.py").exists()


async def test_an_outage_has_an_end(tmp_path: Path, llmock: Any) -> None:
    llmock.outage()
    events = await talk(llmock, "responses", tmp_path)
    assert outcomes(events) == [TurnOutcome.FAILED]
    assert [event.fault for event in events if isinstance(event, ErrorOccurred)] == [FaultName.OVERLOADED]
    assert len(llmock.requests) == 6


@pytest.mark.parametrize("protocol", ALL)
async def test_a_full_context_is_told(protocol: Protocol, tmp_path: Path, llmock: Any) -> None:
    llmock.context_overflow(times=None)
    events = await talk(llmock, protocol, tmp_path)
    assert [event.fault for event in events if isinstance(event, ErrorOccurred)] == [FaultName.CONTEXT_FULL]
    assert len(llmock.requests) == 2
