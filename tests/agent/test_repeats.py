"""A model that goes round in circles is stopped at the third failure, whatever dress the circle wears; work is not."""

import random
from pathlib import Path
from typing import Any

import pytest

from flux_tui.agent.opening import open_session
from flux_tui.llm.scripted import Call, Reply, ScriptedProvider
from flux_tui.protocol.codes import Code, TurnOutcome
from flux_tui.protocol.events import CallFinished, LimitReached, NoticeGiven, TurnEnded
from tests import sandboxes
from tests.agent.scripts import call, opening, run, turn

SHOP = """def price(items):
    total = 0
    for item in items:
        total += item
    return total


def names(items):
    return [item.name for item in items]
"""
MISSING = [
    "    total = {n} + 5",
    "    total  =  {n}+5",
    "    sum_{n} = 0\n    for item in things:",
    "\ttotal = {n}00",
]
SPELLINGS = ["shop.py", "./shop.py", "sub/../shop.py", "link.py"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "sub").mkdir(parents=True)
    (folder / "shop.py").write_text(SHOP)
    (folder / "link.py").symlink_to("shop.py")
    return folder


def failing(number: int, dice: random.Random) -> Call:
    """One more vain try on `price`, in some dress."""
    path = dice.choice(SPELLINGS)
    if dice.random() < 0.3:
        code = f"def price(items):\n    return sum({number}"
        return Call("ast_edit", {"path": path, "operation": "replace_node", "target": "price", "code": code})
    old, new, where = dice.choice(
        [("search", "replace", "path"), ("old_string", "new_string", "file_path"), ("old_str", "new_str", "filename")]
    )
    search = dice.choice(["    total = {n}0", "    total = {n}0 ", "    for item in items[{n}:]:"]).format(n=number)
    return Call("edit_file", {where: path, old: search, new: f"    total = {number}"})


def reading(number: int, dice: random.Random) -> Call:
    return dice.choice(
        [
            Call("read_files", {"paths": [dice.choice(SPELLINGS)]}),
            Call("read_files", {"paths": ["shop.py"], "start_line": 1 + number % 5, "end_line": 9}),
            Call("grep_search", {"pattern": f"total|{number}"}),
        ]
    )


@pytest.mark.parametrize("seed", range(8))
async def test_every_circle_ends_at_the_third_failure(seed: int, project: Path, home: Path) -> None:
    dice = random.Random(seed)
    asked = [Call("read_files", {"paths": ["shop.py"]})]
    for number in range(2, 14):
        asked += [reading(number, dice) for _ in range(dice.randint(0, 2))] + [failing(number, dice)]
    ran = await run(project, home, [*(Reply(calls=(one,)) for one in asked), Reply("Done.")])
    edits = [result for result in ran.results if result.tool in ("edit_file", "ast_edit")]
    ran_vainly = [result for result in edits if result.code is not Code.BLOCKED_REPEAT]
    assert 3 <= len(ran_vainly) <= 3 + len({result.node for result in ran_vainly}) * 3 - 3
    assert [result.node for result in ran_vainly].count("price") == 3
    assert ran.end.outcome is TurnOutcome.LIMIT
    assert [event.limit for event in ran.of(LimitReached)] == ["repeat"]
    assert (project / "shop.py").read_text() == SHOP


async def test_a_batch_of_fifty_alike_successes_never_trips(project: Path, home: Path) -> None:
    for number in range(50):
        (project / f"part_{number}.py").write_text('"""A part."""\n\nVERSION = 1\n')
    script = []
    for number in range(50):
        path = f"part_{number}.py"
        script.append(call("read_files", paths=[path]))
        script.append(call("edit_file", path=path, search="VERSION = 1", replace="VERSION = 2"))
    ran = await run(project, home, [*script, Reply("Done.")])
    assert {result.code for result in ran.results} == {Code.OK}
    assert ran.end.outcome is TurnOutcome.DONE


async def test_fifty_alike_reads_and_edits_of_one_file_never_trip(project: Path, home: Path) -> None:
    (project / "list.txt").write_text("x = 1\n" * 60)
    script = [call("read_files", paths=["list.txt"])] * 50
    (project / "rows.py").write_text("".join(f"row_{number} = 1\n" for number in range(50)))
    script.append(call("read_files", paths=["rows.py"]))
    script += [call("edit_file", path="rows.py", search=f"row_{n} = 1", replace=f"row_{n} = 2") for n in range(50)]
    ran = await run(project, home, [*script, Reply("Done.")])
    assert {result.code for result in ran.results} == {Code.OK}


@pytest.mark.parametrize("length", [1, 2, 3, 4])
async def test_a_circle_of_commands_that_fail_is_closed(length: int, project: Path, home: Path) -> None:
    sandboxes.box()
    spellings = ["sh -c 'echo no; exit 1'", "sh  -c 'echo no; exit 1' ", "sh -c 'echo no; exit 1'  # again"]
    round_ = [call("run_command", command=f"echo {name}") for name in "abc"[: length - 1]]
    script = [one for number in range(8) for one in (call("run_command", command=spellings[number % 3]), *round_)]
    ran = await run(project, home, [*script, Reply("Done.")], flags={"mode": "full"})
    codes = [result.code for result in ran.results]
    assert codes.index(Code.BLOCKED_REPEAT) == 2 * length
    assert ran.end.outcome is TurnOutcome.LIMIT


async def test_a_change_in_between_opens_the_circle(project: Path, home: Path) -> None:
    sandboxes.box()
    script = []
    for number in range(6):
        script.append(call("run_command", command="false"))
        script.append(call("write_file", path=f"new_{number}.txt", content="x"))
    ran = await run(project, home, [*script, Reply("Done.")], flags={"mode": "full"})
    assert {result.code for result in ran.results} == {Code.OK}


async def test_the_ladder_names_the_bytes_then_another_way_then_closes(project: Path, home: Path) -> None:
    def miss(number: int) -> Reply:
        return call("edit_file", path="shop.py", search=f"    total = {number}0", replace="    total = 1")

    script = [call("read_files", paths=["shop.py"]), *map(miss, range(1, 5)), Reply("Done.")]
    ran = await run(project, home, script)
    first, second, third, fourth = [result.text for result in ran.results[1:]]
    assert "2|    total = 0" in first
    assert "another way: ast_edit" in second
    assert "closed" in third
    assert "another way" not in third
    assert "stronger model" in third
    assert fourth.startswith("BLOCKED_REPEAT")
    assert [event.level for event in ran.of(NoticeGiven)] == ["warning"]


async def test_no_rung_leads_back(project: Path, home: Path) -> None:
    script: list[Reply] = [call("read_files", paths=["shop.py"])]
    script.append(call("edit_file", path="shop.py", search="    total = 99", replace="    total = 1"))
    bad = "def price(items):\n    return sum(items"
    script.append(call("ast_edit", path="shop.py", operation="replace_node", target="price", code=bad))
    ran = await run(project, home, [*script, Reply("Done.")])
    assert "another way: read_files the whole file, then write_file" in ran.results[2].text


async def test_limits_are_reset_by_the_person_alone_and_stay_so(project: Path, home: Path) -> None:
    def miss(number: int) -> Reply:
        return call("edit_file", path="shop.py", search=f"    total = {number}0", replace="    total = 1")

    good = call("edit_file", path="shop.py", search="    total = 0", replace="    total = 1")
    script = [call("read_files", paths=["shop.py"]), *map(miss, (1, 2, 3)), good, Reply("Hm."), Reply("Read."), good]
    provider = ScriptedProvider([*script, Reply("Done.")])
    session = await open_session(opening(project, home, provider))
    codes = [event.code for event in await turn(session, "go") if isinstance(event, CallFinished)]
    assert codes[-1] is Code.BLOCKED_REPEAT
    closed = session.closed_places
    assert closed == (("shop.py", "price"),)
    await session.reset_limits()
    assert not session.closed_places
    await turn(session, "read")
    await session.close()
    again = await open_session(opening(project, home, provider, resume="last"))
    assert not again.closed_places
    events = await turn(again, "once more")
    await again.close()
    assert [event.code for event in events if isinstance(event, CallFinished)] == [Code.OK]


async def test_closed_places_stay_closed_over_a_resume_and_a_compaction(project: Path, home: Path) -> None:
    def miss(number: int) -> Reply:
        return call("edit_file", path="shop.py", search=f"    total = {number}0", replace="    total = 1")

    first = ScriptedProvider([call("read_files", paths=["shop.py"]), *map(miss, (1, 2, 3)), Reply("Hm.")])
    session = await open_session(opening(project, home, first))
    await turn(session, "go")
    await session.compact()
    await session.close()
    good = call("edit_file", path="shop.py", search="    total = 0", replace="    total = 1")
    second = ScriptedProvider([call("read_files", paths=["shop.py"]), good, Reply("Done.")])
    again = await open_session(opening(project, home, second, resume="last"))
    events = await turn(again, "once more")
    await again.close()
    assert [event.code for event in events if isinstance(event, CallFinished)] == [Code.OK, Code.BLOCKED_REPEAT]


async def test_with_somebody_there_a_turn_ends_and_the_next_one_may_try(project: Path, home: Path) -> None:
    wrong: dict[str, Any] = {"path": "shop.py", "search": "nothing like it\nat all", "replace": "x"}
    script = [call("read_files", paths=["shop.py"]), *[call("edit_file", **wrong)] * 6]
    provider = ScriptedProvider([*script, Reply("Never said."), Reply("Never said.")])
    session = await open_session(opening(project, home, provider, interactive=True))
    events = await turn(session, "go")
    await session.close()
    codes = [event.code for event in events if isinstance(event, CallFinished)]
    assert codes == [Code.OK, Code.SEARCH_TEXT_NOT_FOUND, *[Code.BLOCKED_REPEAT] * 3]
    assert [event.outcome for event in events if isinstance(event, TurnEnded)] == [TurnOutcome.LIMIT]


async def test_wrong_arguments_are_a_failed_attempt_at_the_file_they_name(project: Path, home: Path) -> None:
    good = call("edit_file", path="shop.py", search="    total = 0", replace="    total = 1")
    script = [call("read_files", paths=["shop.py"]), call("edit_file", path="./shop.py", search="x"), good]
    ran = await run(project, home, [*script, Reply("Done.")])
    assert ran.results[1].targets == ("shop.py",)
    assert ran.session.totals.score.attempts == 1
    assert ran.session.totals.score.first_attempt == 0
