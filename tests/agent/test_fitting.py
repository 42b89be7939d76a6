"""A conversation that does not fit is shortened: as little as helps, told, and the same after a resume."""

from dataclasses import replace
from pathlib import Path

import pytest

from flux_tui.agent.compaction import THOROUGH, compacted
from flux_tui.agent.conversation import Conversation
from flux_tui.agent.effort import effort
from flux_tui.agent.fitting import characters
from flux_tui.agent.opening import open_session
from flux_tui.agent.session import Session
from flux_tui.config.settings import Roles
from flux_tui.llm.history import validate
from flux_tui.llm.scripted import Call, Reply, ScriptedProvider
from flux_tui.protocol.codes import FaultName, TurnOutcome
from flux_tui.protocol.events import ErrorOccurred, Event, NoticeGiven, RequestSent, TurnEnded
from flux_tui.protocol.messages import CallPart, Message, Origin, ResultPart, TextPart, user
from flux_tui.protocol.stream import Fault
from tests.agent.scripts import opening, turn

TOO_LONG = Fault(FaultName.CONTEXT_FULL, "The conversation no longer fits.", 400)
READ = Reply(calls=(Call("read_files", {"paths": ["big.py"]}),))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "big.py").write_text("".join(f"number_{n} = {n}\n" for n in range(900)))
    return folder


async def opened(
    project: Path, tmp_path: Path, script: list[Reply], **more: object
) -> tuple[Session, ScriptedProvider]:
    provider = ScriptedProvider(script)
    return await open_session(opening(project, tmp_path / "home", provider, **more)), provider


def notices(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, NoticeGiven)]


def outcome(events: list[Event]) -> TurnOutcome:
    return next(event.outcome for event in events if isinstance(event, TurnEnded))


async def test_a_full_context_is_emptied_once_and_the_turn_goes_on(project: Path, tmp_path: Path) -> None:
    session, provider = await opened(project, tmp_path, [READ, Reply(fault=TOO_LONG), Reply("Done.")])
    events = await turn(session, "look")
    await session.close()
    assert outcome(events) is TurnOutcome.DONE
    assert not any(isinstance(event, ErrorOccurred) for event in events)
    (told,) = notices(events)
    assert "left out" in told
    before, after = provider.requests[1].history, provider.requests[2].history
    assert characters(after) < characters(before) / 5
    assert session.ledger.sight("big.py")[1] == ()


async def test_a_context_that_stays_full_ends_the_turn(project: Path, tmp_path: Path) -> None:
    session, provider = await opened(project, tmp_path, [READ, *[Reply(fault=TOO_LONG)] * 5])
    events = await turn(session, "look")
    await session.close()
    assert outcome(events) is TurnOutcome.FAILED
    assert [event.fault for event in events if isinstance(event, ErrorOccurred)] == [FaultName.CONTEXT_FULL]
    assert len(provider.requests) == 3


async def test_where_nothing_can_be_left_out_the_reply_gets_less_room(project: Path, tmp_path: Path) -> None:
    session, provider = await opened(project, tmp_path, [Reply(fault=TOO_LONG), Reply("Done.")])
    events = await turn(session, "hi")
    await session.close()
    assert outcome(events) is TurnOutcome.DONE
    assert [request.max_output for request in provider.requests] == [0, 4096]


async def test_a_smaller_window_is_met_with_a_loss_that_is_told_and_recorded(project: Path, tmp_path: Path) -> None:
    session, provider = await opened(project, tmp_path, [READ, Reply("Seen."), Reply("Done.")])
    await turn(session, "look")
    session.totals.window = 5_000
    events = await turn(session, "and now?")
    kept = provider.requests[-1].history
    stored = [message for _, message in session.store.messages(session.id)]
    await session.close()
    assert outcome(events) is TurnOutcome.DONE
    assert len(notices(events)) == 1
    assert "number_899" not in str(kept)
    assert "number_899" in str(stored)
    again, later = await opened(project, tmp_path, [Reply("Hi.")], resume="last")
    await turn(again, "hi")
    await again.close()
    assert later.requests[0].history[: len(kept)] == kept


async def test_a_window_that_is_large_enough_changes_nothing(project: Path, tmp_path: Path) -> None:
    session, provider = await opened(project, tmp_path, [READ, Reply("Done.")])
    session.totals.window = 100_000
    events = await turn(session, "look")
    await session.close()
    assert notices(events) == []
    assert "number_899" in str(provider.requests[-1].history)


async def test_a_conversation_that_can_get_no_shorter_is_not_marked_again_and_again(
    project: Path, tmp_path: Path
) -> None:
    session, provider = await opened(project, tmp_path, [Reply("One."), Reply("Two."), Reply("Three.")])
    session.totals.window = 10
    for number in range(3):
        await turn(session, f"prompt {number}")
    await session.close()
    assert [len(request.history) for request in provider.requests] == [1, 3, 5]


def long_history() -> list[Message]:
    here = Origin("a", "chat", "http://x", "m")
    history = [user("Begin. " + "x" * 3000)]
    for number in range(20):
        call = CallPart(f"c{number}", "write_file", {"path": "a", "content": "y" * 5000})
        history += [
            Message("assistant", (TextPart("z" * 4000), call), here),
            Message("user", (ResultPart(call.id, "write_file", "r" * 3000),)),
        ]
    return [*history, Message("assistant", (TextPart("Done."),), here), user("Next.")]


def test_a_thorough_compaction_keeps_the_beginning_and_the_end_and_stays_valid() -> None:
    history = long_history()
    short = compacted(history, {"level": THOROUGH})
    assert characters(short) < characters(history) / 15
    assert short[-1] == history[-1]
    assert short[0].text.startswith("Begin.")
    assert validate(short)[1] == ()


def test_a_compaction_leaves_the_words_whole_and_cuts_results_and_long_arguments() -> None:
    short = compacted(long_history(), {})
    assert short[1].text == "z" * 4000
    arguments = short[1].calls[0].arguments
    assert arguments is not None
    assert arguments["path"] == "a"
    assert len(arguments["content"]) < 1100
    assert len(short[2].results[0].text) < 300


def test_a_mark_does_the_same_when_it_is_read_again() -> None:
    talk = Conversation()
    mark = Message("user", (TextPart("[left out]", vendor={"flux": "compacted", "level": THOROUGH}),))
    talk.load([*long_history(), mark])
    assert talk.messages == [*compacted(long_history(), {"level": THOROUGH}), mark]


async def test_the_effort_is_the_roles_or_the_one_for_all(project: Path, tmp_path: Path) -> None:
    session, provider = await opened(project, tmp_path, [Reply("Hi."), Reply("Hi.")], flags={"effort": "low"})
    await turn(session, "hi")
    roles = Roles(strong="x:y", strong_effort="max", cheap="demo:script", cheap_effort="high")
    session.room.settings = replace(session.room.settings, roles=roles)
    assert effort(session.room) == "high"
    await turn(session, "hi")
    events = [request.effort for request in provider.requests]
    await session.close()
    assert events == ["low", "high"]


async def test_requests_are_counted_with_the_one_that_was_too_long(project: Path, tmp_path: Path) -> None:
    session, _ = await opened(project, tmp_path, [READ, Reply(fault=TOO_LONG), Reply("Done.")])
    events = await turn(session, "look")
    await session.close()
    assert [event.request for event in events if isinstance(event, RequestSent)] == [1, 2, 3]
