"""Limits of a run and of a session: warned of, ended in good order, with what is done and what is open."""

from pathlib import Path

import pytest

from flux_tui.agent import budget
from flux_tui.agent.opening import open_session
from flux_tui.llm.scripted import Reply, ScriptedProvider
from flux_tui.protocol.codes import Code, Limit, TurnOutcome
from flux_tui.protocol.errors import UsageError
from flux_tui.protocol.events import CallFinished, LimitReached, LimitWarned, NoticeGiven, TurnEnded
from flux_tui.protocol.messages import Origin, Usage
from tests.agent.scripts import call, calls, opening, run, turn

READ = call("read_files", paths=["shop.py"])
PLAN = call("update_plan", steps=["[x] read it", "[>] rename it", "[ ] test it"])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "shop.py").write_text('NAME = "shop"\n')
    return folder


async def test_the_end_says_what_is_done_and_what_is_open(project: Path, home: Path) -> None:
    edit = call("edit_file", path="shop.py", search='"shop"', replace='"store"')
    ran = await run(project, home, [READ, PLAN, edit, READ, Reply("Done.")], flags={"limits.max_turns": 4})
    (reached,) = ran.of(LimitReached)
    assert reached.scope == "run"
    assert reached.summary == (
        "Changed: shop.py. Unverified: no check ran after the last change. Open: 2 of 3 steps: rename it, test it."
    )
    assert reached.summary in ran.session.room.conversation.messages[-1].text
    assert ran.end.outcome is TurnOutcome.LIMIT


async def test_each_limit_warns_once_at_four_fifths(project: Path, home: Path) -> None:
    script = [Reply(calls=READ.calls, usage=Usage(100, 0)) for _ in range(12)]
    ran = await run(project, home, script, flags={"limits.max_tokens": 1000})
    assert [(event.limit, event.used, event.scope) for event in ran.of(LimitWarned)] == [("tokens", 800, "run")]
    assert [(event.limit, event.used) for event in ran.of(LimitReached)] == [("tokens", 1000)]
    assert len(ran.provider.requests) == 10


async def test_calls_may_reach_their_number_and_no_more(project: Path, home: Path) -> None:
    three = calls(*[("read_files", {"paths": ["shop.py"]})] * 3)
    ran = await run(project, home, [three, three, Reply("Done.")], flags={"limits.max_calls": 5})
    assert len(ran.results) == 3
    assert [result.code for result in ran.session.room.conversation.messages[-1].results] == [Code.LIMIT_REACHED] * 3


async def test_a_session_has_limits_over_its_runs(project: Path, home: Path) -> None:
    flags = {"limits.max_session_tokens": 250}
    first = await run(project, home, [Reply("One.", usage=Usage(200, 10))], flags=flags)
    assert [event.scope for event in first.of(LimitWarned)] == []
    again = await run(project, home, [Reply("Two.", usage=Usage(90, 0)), Reply("Three.")], flags=flags, resume="last")
    assert again.end.outcome is TurnOutcome.DONE
    assert [event.scope for event in again.of(LimitWarned)] == ["session"]
    third = await run(project, home, [Reply("Never said.")], flags=flags, resume="last")
    assert third.end.outcome is TurnOutcome.LIMIT
    assert [(event.scope, event.used) for event in third.of(LimitReached)] == [("session", 300)]
    assert not third.provider.requests


async def test_the_person_raises_the_budget_and_goes_on(project: Path, home: Path) -> None:
    provider = ScriptedProvider([READ, READ, Reply("Done.")])
    session = await open_session(opening(project, home, provider))
    budget.set_limit(session.room, *budget.parse("run turns 2"))
    first = await turn(session, "go")
    budget.set_limit(session.room, *budget.parse("run turns off"))
    second = await turn(session, "go on")
    await session.close()
    ends = [event.outcome for event in (*first, *second) if isinstance(event, TurnEnded)]
    assert ends == [TurnOutcome.LIMIT, TurnOutcome.DONE]
    assert [event.code for event in first if isinstance(event, CallFinished)] == [Code.OK]


async def test_a_cost_limit_without_a_price_says_so(project: Path, home: Path) -> None:
    provider = ScriptedProvider(
        [Reply("Hello.", usage=Usage(100, 1)), Reply("Again.")], origin=Origin("x", "chat", "", "y")
    )
    provider.kind = "openai"  # type: ignore[assignment,misc]
    session = await open_session(opening(project, home, provider, flags={"limits.max_cost": 1.0}))
    await turn(session, "one")
    events = await turn(session, "two")
    await session.close()
    assert [event.text for event in events if isinstance(event, NoticeGiven) and "price" in event.text]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("2.50", ("session", Limit.COST, 2.5)),
        ("$2", ("session", Limit.COST, 2)),
        ("run tokens 200,000", ("run", Limit.TOKENS, 200_000)),
        ("minutes 1.5", ("session", Limit.TIME, 1.5)),
        ("session calls off", ("session", Limit.CALLS, 0)),
    ],
)
def test_a_budget_in_words(words: str, meant: tuple[str, Limit, float]) -> None:
    assert budget.parse(words) == meant


@pytest.mark.parametrize("words", ["", "much", "tokens", "tokens 1.5", "-1", "nan", "inf", "cost 1 2"])
def test_what_is_no_budget_is_said(words: str) -> None:
    with pytest.raises(UsageError):
        budget.parse(words)
