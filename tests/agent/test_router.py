"""Models by role: reads on the cheap one, each edit by the strong one, the same bytes, and what it saves."""

import itertools
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from flux_tui.agent.cast import Cast, Role, route_of
from flux_tui.agent.fitting import characters
from flux_tui.agent.opening import open_session
from flux_tui.agent.session import Session
from flux_tui.config.settings import Settings
from flux_tui.llm.base_provider import BaseLLMProvider, Request
from flux_tui.llm.history import validate
from flux_tui.llm.models import Price
from flux_tui.llm.prices import Tariff
from flux_tui.llm.scripted import Reply, Script, ScriptedProvider
from flux_tui.protocol.codes import Code
from flux_tui.protocol.errors import UsageError
from flux_tui.protocol.events import CallFinished, Event, FileChanged, MessageFinished, ModelChanged, NoticeGiven
from flux_tui.protocol.messages import Origin, Usage
from tests.agent.scripts import call, opening, turn

PRICES = {"strong": Decimal(15), "everyday": Decimal(3), "cheap": Decimal(1)}


class Priced(ScriptedProvider):
    """Counts a quarter of the characters it is sent, at the price of its role."""

    kind = "openai"  # type: ignore[assignment]

    def __init__(self, script: Script, role: str) -> None:
        super().__init__(script, origin=Origin("x", "chat", "http://x", role))
        price = PRICES[role]
        self.tariff = Tariff(price=Price(0, price, 4 * price))

    def _reply(self, request: Request) -> Reply | None:
        reply = super()._reply(request)
        tokens = characters(request.history) // 4 + 3_000
        return reply and Reply(reply.text, reply.calls, usage=Usage(tokens, 100))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    for name in "abcdef":
        (folder / f"{name}.py").write_text("".join(f"{name}_{n} = {n}\n" for n in range(200)))
    return folder


async def staged(
    project: Path, home: Path, scripts: dict[str, Script], policy: str = "auto", main: str = "strong"
) -> tuple[Session, dict[str, Priced]]:
    """A session with a scripted model for each role that has a script."""
    made = {role: Priced(script, role) for role, script in scripts.items()}
    roles = {role: f"x:{role}" for role in scripts}
    flags = {f"roles.{role}": spec for role, spec in roles.items()} | {"routing.policy": policy}
    session = await open_session(opening(project, home, made[main], flags=flags))
    cast = session.room.cast
    assert cast is not None
    by_spec: dict[str, BaseLLMProvider] = {f"x:{role}": provider for role, provider in made.items()}
    cast.make = by_spec.__getitem__
    return session, made


READS = [call("read_files", paths=[f"{name}.py"]) for name in "abcdef"]
EDIT = call("edit_file", path="a.py", search="a_7 = 7\n", replace="a_7 = 70\n")
WRONG = call("edit_file", path="a.py", search="a_7 = 7\n", replace="a_7 = 'cheap'\n")


def speakers(events: list[Event]) -> list[str]:
    return [event.model for event in events if isinstance(event, MessageFinished)]


def done(events: list[Event]) -> list[tuple[str, Code]]:
    return [(event.tool, event.code) for event in events if isinstance(event, CallFinished)]


async def test_reading_on_the_cheap_one_and_every_edit_by_the_strong_one(project: Path, home: Path) -> None:
    scripts: dict[str, Script] = {"cheap": [*READS, WRONG], "strong": [EDIT, Reply("Done.")]}
    session, made = await staged(project, home, scripts)
    events = await turn(session, "change it")
    await session.close()
    assert speakers(events) == ["cheap"] * 7 + ["strong"] * 2
    assert "a_7 = 70\n" in (project / "a.py").read_text()
    assert len([event for event in events if isinstance(event, FileChanged)]) == 1
    assert [(event.role, event.why) for event in events if isinstance(event, ModelChanged)] == [
        ("cheap", ""),
        ("strong", "it edits"),
    ]
    for provider in made.values():
        assert validate(provider.requests[-1].history)[1] == ()
    attempts = session.totals.scorer.attempts
    assert [(attempt.model, attempt.good) for attempt in attempts] == [("strong", True)]


async def test_a_command_is_a_step_that_can_edit(project: Path, home: Path) -> None:
    session, _ = await staged(
        project, home, {"cheap": [call("run_command", command="touch x")], "strong": [Reply("No need.")]}
    )
    events = await turn(session, "go")
    await session.close()
    assert done(events) == []
    assert speakers(events) == ["cheap", "strong"]


async def test_a_question_stays_with_the_cheap_one_and_each_turn_begins_there(project: Path, home: Path) -> None:
    scripts: dict[str, Script] = {"cheap": [READS[0], Reply("Seen."), EDIT], "strong": [EDIT, Reply("Done.")]}
    session, made = await staged(project, home, scripts)
    first, second = await turn(session, "what is it?"), await turn(session, "change it")
    await session.close()
    assert speakers(first) == ["cheap", "cheap"]
    assert speakers(second) == ["cheap", "strong", "strong"]
    assert len({(request.system, str(request.tools)) for one in made.values() for request in one.requests}) == 1


async def test_the_prefix_of_who_continues_is_kept(project: Path, home: Path) -> None:
    other = call("edit_file", path="b.py", search="b_7 = 7\n", replace="b_7 = 70\n")
    scripts: dict[str, Script] = {
        "cheap": [*READS[:2], EDIT, other, Reply("Never said.")],
        "strong": [EDIT, Reply("Done."), other, Reply("Done.")],
    }
    session, made = await staged(project, home, scripts)
    await turn(session, "one")
    await turn(session, "two")
    await session.close()
    for provider in made.values():
        histories = [request.history for request in provider.requests]
        for earlier, later in itertools.pairwise(histories):
            assert later[: len(earlier) - 1] == earlier[:-1]
            assert later[len(earlier) - 1].parts[: len(earlier[-1].parts)] == earlier[-1].parts


TASKS = [
    (READS[:4], call("edit_file", path="a.py", search="a_7 = 7\n", replace="a_7 = 70\n")),
    (READS[2:], call("edit_file", path="c.py", search="c_9 = 9\n", replace="c_9 = 90\n")),
    (READS[1:5], call("edit_file", path="e.py", search="e_1 = 1\n", replace="e_1 = 10\n")),
]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.py")}


async def spent(project: Path, home: Path, policy: str) -> tuple[Decimal, dict[str, bytes], set[str], Decimal]:
    cheap: list[Reply] = []
    strong: list[Reply] = []
    for reads, edit in TASKS:
        cheap += [*reads, edit] if policy != "off" else []
        strong += [*([] if policy != "off" else reads), edit, Reply("Done.")]
    session, _ = await staged(project, home, {"cheap": cheap, "strong": strong}, policy)
    events = [event for number in range(len(TASKS)) for event in await turn(session, f"task {number}")]
    await session.close()
    finished = [event for event in events if isinstance(event, MessageFinished)]
    cost = sum((event.cost_usd or Decimal(0) for event in finished), Decimal(0))
    would = sum((event.strong_usd or Decimal(0) for event in finished), Decimal(0))
    editors = {attempt.model for attempt in session.totals.scorer.attempts}
    return cost, contents(project), editors, would


async def test_the_same_edits_at_least_forty_percent_cheaper(project: Path, home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(project, copy)
    dear, bytes_dear, by_dear, _ = await spent(project, home / "one", "off")
    saved, bytes_saved, by_saved, would = await spent(copy, home / "two", "read-cheap")
    assert bytes_dear == bytes_saved
    assert by_dear == by_saved == {"strong"}
    assert saved <= dear * Decimal("0.6")
    assert saved < would, "what is shown as all strong is more than what was spent"


def miss(number: int) -> Reply:
    return call("edit_file", path="a.py", search=f"a_7 = {number}{number}", replace="a_7 = 1")


async def test_who_is_stuck_is_relieved_and_comes_back(project: Path, home: Path) -> None:
    scripts: dict[str, Script] = {
        "everyday": [READS[0], *map(miss, (1, 2, 3)), Reply("Thank you.")],
        "strong": [EDIT],
    }
    session, _ = await staged(project, home, scripts, "escalate", main="everyday")
    events = await turn(session, "change it")
    await session.close()
    assert speakers(events) == ["everyday"] * 4 + ["strong", "everyday"]
    assert [code for _, code in done(events)] == [Code.OK, *[Code.SEARCH_TEXT_NOT_FOUND] * 3, Code.OK]
    assert "a_7 = 70\n" in (project / "a.py").read_text()


async def test_the_strong_one_has_three_failures_too_and_then_it_is_closed(project: Path, home: Path) -> None:
    scripts: dict[str, Script] = {
        "everyday": [READS[0], *map(miss, (1, 2, 3))],
        "strong": [*map(miss, (4, 5, 6, 8)), Reply("I give up.")],
    }
    session, _ = await staged(project, home, scripts, "escalate", main="everyday")
    events = await turn(session, "change it")
    await session.close()
    assert [code for _, code in done(events)].count(Code.SEARCH_TEXT_NOT_FOUND) == 6
    assert done(events)[-1][1] is Code.BLOCKED_REPEAT


async def test_the_strong_one_plans_and_the_cheap_one_edits(project: Path, home: Path) -> None:
    plan = call("update_plan", steps=["[>] change a", "[ ] check"])
    scripts: dict[str, Script] = {"strong": [READS[0], plan], "cheap": [EDIT, Reply("Done.")]}
    session, _ = await staged(project, home, scripts, "plan-strong")
    events = await turn(session, "change it")
    await session.close()
    assert speakers(events) == ["strong", "strong", "cheap", "cheap"]


async def test_no_more_switches_than_allowed(project: Path, home: Path) -> None:
    plan = call("update_plan", steps=["[>] change a"])
    scripts: dict[str, Script] = {
        "strong": [READS[0], plan, EDIT, *[READS[1]] * 3, Reply("Done.")],
        "cheap": [*map(miss, (1, 2, 3))],
    }
    session, _ = await staged(project, home, scripts, "plan-strong")
    events = await turn(session, "change it")
    await session.close()
    assert len([event for event in events if isinstance(event, ModelChanged)]) == 2
    assert speakers(events)[-1] == "strong"


async def test_who_chooses_a_model_gets_it(project: Path, home: Path) -> None:
    session, _ = await staged(project, home, {"cheap": [Reply("Never said.")], "strong": [EDIT, Reply("Hi.")]})
    await session.use("x:strong")
    events = await turn(session, "hi")
    await session.close()
    assert set(speakers(events)) == {"strong"}


async def test_a_role_that_cannot_be_had_is_said_once(project: Path, home: Path) -> None:
    session, _ = await staged(project, home, {"cheap": [], "strong": [Reply("Hi."), Reply("Again.")]})
    cast = session.room.cast
    assert cast is not None

    def refuse(spec: str) -> BaseLLMProvider:
        raise UsageError(f"there is no key for {spec}.")

    cast.make = refuse
    events = [*await turn(session, "one"), *await turn(session, "two")]
    await session.close()
    assert speakers(events) == ["strong", "strong"]
    assert len([event for event in events if isinstance(event, NoticeGiven) and "no key" in event.text]) == 1


@pytest.mark.parametrize(
    ("roles", "route"),
    [
        ({}, "off"),
        ({"strong": "x:a"}, "off"),
        ({"cheap": "x:a", "strong": "x:a"}, "off"),
        ({"cheap": "x:a", "strong": "x:b"}, "read-cheap"),
    ],
)
def test_off_where_there_is_only_one_model(roles: dict[Role, str], route: str) -> None:
    main = ScriptedProvider([])
    assert route_of(Settings(), Cast(lambda spec: main, lambda made: None, roles, main)) == route
