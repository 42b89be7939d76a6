"""The loop by script: reads, edits, refusals, limits, faults, and what is stored of them."""

import asyncio
from pathlib import Path

import pytest

from flux_tui.agent.opening import open_session
from flux_tui.llm.scripted import Call, Reply, ScriptedProvider
from flux_tui.protocol.codes import Code, Evidence, FaultName, Mode, StopReason, TurnOutcome
from flux_tui.protocol.events import (
    CallStarted,
    CheckFinished,
    ErrorOccurred,
    Event,
    FileChanged,
    LimitReached,
    MessageFinished,
    SessionStarted,
    TurnEnded,
)
from flux_tui.protocol.messages import CallPart, Message, Usage, user
from flux_tui.protocol.stream import Fault
from tests.agent.scripts import call, calls, opening, run, turn

SHOP = """def price(items):
    total = 0
    for item in items:
        total += item
    return total


NAME = "shop"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "shop.py").write_text(SHOP)
    return folder


EDIT = {"path": "shop.py", "search": 'NAME = "shop"', "replace": 'NAME = "store"'}


async def test_read_edit_finish(project: Path, home: Path) -> None:
    script = [call("read_files", paths=["shop.py"]), call("edit_file", **EDIT), Reply("Renamed.", usage=Usage(10, 2))]
    ran = await run(project, home, script)
    assert (project / "shop.py").read_text() == SHOP.replace('"shop"', '"store"')
    assert [result.code for result in ran.results] == [Code.OK, Code.OK]
    assert ran.end.outcome is TurnOutcome.DONE
    assert ran.end.files == ("shop.py",)
    assert ran.end.evidence is Evidence.UNVERIFIED
    assert ran.results[1].seen == {"shop.py": ((8, 8),)}
    assert [change.path for change in ran.of(FileChanged)] == ["shop.py"]
    assert isinstance(ran.events[0], SessionStarted)


async def test_an_unread_edit_is_refused_and_the_next_one_succeeds(project: Path, home: Path) -> None:
    ran = await run(project, home, [call("edit_file", **EDIT), call("edit_file", **EDIT), Reply("Done.")])
    assert [result.code for result in ran.results] == [Code.NOT_READ, Code.OK]
    assert 'NAME = "shop"' in ran.results[0].text
    assert ran.session.totals.score.attempts == 1
    assert ran.session.totals.score.first_attempt == 0


async def test_calls_of_one_message_in_order_each_seeing_the_last(project: Path, home: Path) -> None:
    second = {"path": "shop.py", "search": 'NAME = "store"', "replace": 'NAME = "shop 2"'}
    script = [
        calls(("read_files", {"paths": ["shop.py"]}), ("edit_file", EDIT), ("edit_file", second)),
        Reply("Done."),
    ]
    ran = await run(project, home, script)
    assert [result.code for result in ran.results] == [Code.OK] * 3
    assert "shop 2" in (project / "shop.py").read_text()
    assert [result.call for result in ran.results] == [part.id for part in ran.provider.requests[1].history[1].calls]


async def test_an_edit_that_does_not_parse_is_never_written(project: Path, home: Path) -> None:
    bad = {"path": "shop.py", "search": 'NAME = "shop"', "replace": 'NAME = "shop'}
    ran = await run(project, home, [call("read_files", paths=["shop.py"]), call("edit_file", **bad), Reply("Hm.")])
    assert ran.results[1].code is Code.SYNTAX_ERROR
    assert (project / "shop.py").read_text() == SHOP


async def test_the_same_call_after_a_failure_is_not_run(project: Path, home: Path) -> None:
    missing = {"path": "shop.py", "search": "nothing like this\nat all", "replace": "x"}
    script = [call("read_files", paths=["shop.py"]), *[call("edit_file", **missing)] * 2, Reply("I give up.")]
    ran = await run(project, home, script)
    assert [result.code for result in ran.results] == [Code.OK, Code.SEARCH_TEXT_NOT_FOUND, Code.BLOCKED_REPEAT]


async def test_three_failures_close_the_definition_and_then_the_run(project: Path, home: Path) -> None:
    def miss(number: int) -> Reply:
        return call("edit_file", path="shop.py", search=f"    total = {number} + 5", replace=f"    total = {number}")

    script = [call("read_files", paths=["shop.py"]), *map(miss, range(1, 9)), Reply("Done.")]
    ran = await run(project, home, script)
    codes = [result.code for result in ran.results]
    assert codes == [Code.OK, *[Code.SEARCH_TEXT_NOT_FOUND] * 3, *[Code.BLOCKED_REPEAT] * 3]
    assert ran.end.outcome is TurnOutcome.LIMIT
    assert (project / "shop.py").read_text() == SHOP


async def test_max_turns_leaves_the_last_calls_unrun(project: Path, home: Path) -> None:
    script = [call("read_files", paths=["shop.py"]), call("edit_file", **EDIT), Reply("Done.")]
    ran = await run(project, home, script, flags={"limits.max_turns": 2})
    assert ran.end.outcome is TurnOutcome.LIMIT
    assert [event.limit for event in ran.of(LimitReached)] == ["turns"]
    assert (project / "shop.py").read_text() == SHOP
    last = ran.session.room.conversation.messages[-1].results
    assert [result.code for result in last] == [Code.LIMIT_REACHED]


async def test_plan_mode_reads_only(project: Path, home: Path) -> None:
    script = [
        call("read_files", paths=["shop.py"]),
        call("edit_file", **EDIT),
        call("run_command", command="ls"),
        Reply("A plan."),
    ]
    ran = await run(project, home, script, flags={"mode": "plan"})
    assert [result.code for result in ran.results] == [Code.OK, Code.DENIED, Code.DENIED]
    assert ran.end.outcome is TurnOutcome.DENIED
    assert (project / "shop.py").read_text() == SHOP


async def test_a_fault_ends_the_turn_and_the_session_goes_on(project: Path, home: Path) -> None:
    fault = Fault(FaultName.BAD_KEY, "The key is wrong.", 401)
    provider = ScriptedProvider([Reply(fault=fault), Reply("Better now.")])
    session = await open_session(opening(project, home, provider))
    first = await turn(session, "one")
    second = await turn(session, "two")
    await session.close()
    assert [event.message for event in first if isinstance(event, ErrorOccurred)] == ["The key is wrong."]
    assert [event.text for event in second if isinstance(event, MessageFinished)] == ["Better now."]


async def test_calls_of_a_reply_cut_at_its_limit_never_run(project: Path, home: Path) -> None:
    cut = Reply(calls=(Call("write_file", {"path": "new.py", "content": "x = 1\n"}),), stop=StopReason.MAX_TOKENS)
    ran = await run(project, home, [cut, Reply("Sorry.")])
    assert not (project / "new.py").exists()
    assert [result.code for result in ran.provider.requests[1].history[-1].results] == [Code.INVALID_ARGUMENTS]


async def test_a_refusal_is_no_answer(project: Path, home: Path) -> None:
    ran = await run(project, home, [Reply("I can't.", stop=StopReason.REFUSAL)])
    assert ran.end.outcome is TurnOutcome.FAILED
    assert [event.fault for event in ran.of(ErrorOccurred)] == [FaultName.REFUSED]


async def test_arguments_that_are_no_object_and_unknown_tools(project: Path, home: Path) -> None:
    odd = Reply(calls=(Call("read_files", None, raw='["shop.py"]'), Call("fly", {})))
    ran = await run(project, home, [odd, Reply("Done.")])
    assert [result.code for result in ran.results] == [Code.INVALID_ARGUMENTS, Code.UNKNOWN_TOOL]


async def test_resume_continues_exactly(project: Path, home: Path) -> None:
    ran = await run(project, home, [call("read_files", paths=["shop.py"]), Reply("Seen.")])
    again = await run(project, home, [call("edit_file", **EDIT), Reply("Done.")], resume="last")
    assert again.session.id == ran.session.id
    assert [result.code for result in again.results] == [Code.OK]
    before = tuple(ran.session.room.conversation.messages)
    assert again.provider.requests[0].history[: len(before)] == before
    assert again.end.turn == 2


async def test_a_crash_in_the_middle_of_a_call_leaves_a_valid_history(project: Path, home: Path) -> None:
    session = await open_session(opening(project, home, ScriptedProvider([])))
    asked = Message("assistant", (CallPart("call_1", "edit_file", EDIT),), stop_reason=StopReason.TOOL_CALLS)
    await session.room.journal.commit([user("go"), asked])
    await session.close()
    again = await run(project, home, [Reply("Looked.")], resume="last")
    results = [result for message in again.provider.requests[0].history for result in message.results]
    assert [(result.call, result.code) for result in results] == [("call_1", Code.INTERRUPTED)]


async def test_an_interrupt_during_a_command_ends_it_and_answers_every_call(project: Path, home: Path) -> None:
    script = [calls(("run_command", {"command": "sleep 60"}), ("read_files", {"paths": ["shop.py"]})), Reply("Done.")]
    session = await open_session(opening(project, home, ScriptedProvider(script), flags={"mode": "full"}))
    session.room.mode = Mode.FULL
    stream = session.events()
    await session.prompt("go")
    seen: list[Event] = []
    async for event in stream:
        seen.append(event)
        if isinstance(event, CallStarted):
            asyncio.get_running_loop().call_later(0.3, session.interrupt)
        if isinstance(event, TurnEnded):
            break
    history = session.room.conversation.messages
    await session.close()
    assert [event.outcome for event in seen if isinstance(event, TurnEnded)] == [TurnOutcome.INTERRUPTED]
    assert [result.code for result in history[-1].results] == [Code.INTERRUPTED] * 2


async def test_words_given_meanwhile_steer_and_queue(project: Path, home: Path) -> None:
    provider = ScriptedProvider([call("read_files", paths=["shop.py"]), Reply("First."), Reply("Second.")])
    session = await open_session(opening(project, home, provider))
    stream = session.events()
    await session.prompt("go")
    await session.prompt("be quick")
    await session.prompt("and then this", queue=True)
    ends = 0
    async for event in stream:
        ends += isinstance(event, TurnEnded)
        if ends == 2:
            break
    await session.close()
    assert provider.requests[1].history[-1].text == "be quick"
    assert provider.requests[2].history[-1].text == "and then this"


async def test_undo_and_redo(project: Path, home: Path) -> None:
    provider = ScriptedProvider([call("read_files", paths=["shop.py"]), call("edit_file", **EDIT), Reply("Done.")])
    session = await open_session(opening(project, home, provider))
    await turn(session, "go")
    assert (await session.undo()).files == ("shop.py",)
    assert (project / "shop.py").read_text() == SHOP
    assert (await session.redo()).files == ("shop.py",)
    assert '"store"' in (project / "shop.py").read_text()
    (project / "shop.py").write_text("mine = 1\n")
    refused = await session.undo()
    assert [path for path, _ in refused.refused] == ["shop.py"]
    assert (project / "shop.py").read_text() == "mine = 1\n"
    await session.close()


async def test_failed_checks_go_back_to_the_model(project: Path, home: Path) -> None:
    script = [
        call("read_files", paths=["shop.py"]),
        call("edit_file", **EDIT),
        Reply("Done."),
        Reply("Sorry."),
        Reply("No."),
    ]
    ran = await run(project, home, script, flags={"verify.commands": ("exit 3",)})
    assert [check.exit for check in ran.of(CheckFinished)] == [3]
    assert ran.end.evidence is Evidence.FAILED
    assert "exit 3" in ran.provider.requests[3].history[-1].text


async def test_compaction_makes_the_model_read_again(project: Path, home: Path) -> None:
    long = "".join(f"value_{n} = {n}\n" for n in range(100))
    (project / "long.py").write_text(long)
    provider = ScriptedProvider([call("read_files", paths=["long.py"]), Reply("Read."), Reply("Still here.")])
    session = await open_session(opening(project, home, provider))
    await turn(session, "read it")
    await session.compact()
    await turn(session, "go on")
    await session.close()
    sent = [result.text for message in provider.requests[-1].history for result in message.results]
    assert "value_99" not in sent[0]
    assert session.ledger.sight("long.py") == (None, ())


@pytest.mark.parametrize("steps", range(12))
async def test_an_interrupt_at_any_moment_ends_the_turn_and_the_next_one_works(
    steps: int, project: Path, tmp_path: Path
) -> None:
    provider = ScriptedProvider([Reply("One."), Reply("Two.")])
    session = await open_session(opening(project, tmp_path / "home", provider))
    events = session.events()
    await session.prompt("first")
    for _ in range(steps):
        await asyncio.sleep(0)
    session.interrupt()
    async with asyncio.timeout(20):
        async for event in events:
            if isinstance(event, TurnEnded):
                break
        assert (await turn(session, "second"))[-1] is not None
    assert not session.running
    await session.close()
