"""What the person refused is known again by its content: another tool, path or command asks again."""

from pathlib import Path

import pytest

from flux_tui.agent.opening import open_session
from flux_tui.agent.session import Session
from flux_tui.llm.scripted import Reply, ScriptedProvider
from flux_tui.protocol.codes import Code, Mode
from flux_tui.protocol.decisions import Approve, Decision, FileReview, Reject, Review
from flux_tui.protocol.events import ApprovalAsked, CallFinished
from tests import sandboxes
from tests.agent.scripts import Answerer, call, opening, turn

DATA = "".join(f"value_{number} = {number}\n" for number in range(1, 31))
READ = call("read_files", paths=["data.py", "other.py"])
BAD = {"path": "data.py", "search": "value_3 = 3\n", "replace": "value_3 = compute_all()\n"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "data.py").write_text(DATA)
    (folder / "other.py").write_text(DATA)
    return folder


def deciding(*decisions: Decision) -> tuple[Answerer, list[ApprovalAsked]]:
    asked: list[ApprovalAsked] = []

    def answer(session: Session, event: ApprovalAsked) -> None:
        asked.append(event)
        assert session.answer(event.call, decisions[len(asked) - 1])

    return answer, asked


async def rejected_then(
    project: Path, home: Path, first: Reply, then: list[Reply], *answers: Decision, mode: Mode = Mode.FULL
) -> tuple[list[CallFinished], list[ApprovalAsked]]:
    """A no in mode `ask`; then the model goes on in a mode that would ask nothing, after a restart."""
    answer, asked = deciding(*answers)
    provider = ScriptedProvider([READ, first, Reply("Well."), *then, Reply("Done.")])
    ask = {"mode": "ask"}
    session = await open_session(opening(project, home, provider, interactive=True, flags=ask))
    await turn(session, "go", answer)
    await session.close()
    again = await open_session(opening(project, home, provider, interactive=True, flags={"mode": mode}, resume="last"))
    events = await turn(again, "and now", answer)
    await again.close()
    return [event for event in events if isinstance(event, CallFinished)], asked


OTHER_WAYS = [
    call("edit_file", path="data.py", search="value_3 = 3", replace="value_3 = compute_all()"),
    call("edit_file", path="other.py", search="value_3 = 3", replace="value_3  = compute_all()"),
    call(
        "write_file", path="data.py", content=DATA.replace("value_3 = 3\n", "value_3 = compute_all()\n") + "end = 1\n"
    ),
    call("write_file", path="new.py", content="value_3 = compute_all()\n"),
    call("run_command", command="sed -i 's/^value_3 = 3$/value_3 = compute_all()/' data.py"),
    call("run_command", command="printf 'value_3 = compute_all()\\n' > extra.py"),
]


@pytest.mark.parametrize("way", OTHER_WAYS, ids=range(len(OTHER_WAYS)))
async def test_a_rejected_change_asks_again_whatever_way_it_comes(way: Reply, project: Path, home: Path) -> None:
    first = call("edit_file", **BAD)
    results, asked = await rejected_then(project, home, first, [way], Reject("no"), Reject("still no"))
    assert [result.code for result in results] == [Code.REJECTED]
    assert "you said no" in asked[1].why
    assert (project / "data.py").read_text() == DATA


async def test_other_changes_ask_nothing(project: Path, home: Path) -> None:
    first = call("edit_file", **BAD)
    other = [
        call("edit_file", path="data.py", search="value_4 = 4", replace="value_4 = 44"),
        call("edit_file", path="data.py", search="value_3 = 3\n", replace="value_3 = 33\n"),
    ]
    results, asked = await rejected_then(project, home, first, other, Reject())
    assert [result.code for result in results] == [Code.OK, Code.OK]
    assert len(asked) == 1


async def test_a_new_yes_ends_it(project: Path, home: Path) -> None:
    again = call("edit_file", **BAD)
    elsewhere = call("edit_file", **{**BAD, "path": "other.py"})
    results, asked = await rejected_then(
        project, home, again, [call("read_files", paths=["data.py"]), again, elsewhere], Reject(), Approve()
    )
    assert [result.code for result in results] == [Code.OK] * 3
    assert len(asked) == 2


async def test_a_rejected_hunk_is_remembered_and_an_accepted_one_is_not(project: Path, home: Path) -> None:
    both = DATA.replace("= 3\n", "= 300\n").replace("= 20\n", "= 2000\n")
    review = Review((FileReview("data.py", frozenset({0}), frozenset({1})),))
    then = [
        call("write_file", path="data.py", content=both),
        call("write_file", path="a.py", content="value_3 = 300\n"),
    ]
    results, asked = await rejected_then(
        project, home, call("write_file", path="data.py", content=both), then, review, Reject()
    )
    assert [result.code for result in results] == [Code.REJECTED, Code.OK]
    assert len(asked) == 2
    assert "= 300\n" in (project / "data.py").read_text()
    assert "= 2000\n" not in (project / "data.py").read_text()


COMMANDS = ["rm data.py", "cd . && rm data.py", "bash -c 'rm  data.py'", "true; rm data.py # please"]


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_rejected_command_asks_again_within_others(command: str, project: Path, home: Path) -> None:
    sandboxes.box()
    first = call("run_command", command="rm data.py")
    then = [call("run_command", command=command), call("delete_file", path="data.py")]
    results, asked = await rejected_then(project, home, first, then, Reject(), Reject(), Reject())
    assert [result.code for result in results] == [Code.REJECTED, Code.REJECTED]
    assert len(asked) == 3
    assert (project / "data.py").exists()


async def test_a_rejected_removal_asks_again_as_a_command(project: Path, home: Path) -> None:
    first = call("delete_file", path="data.py")
    then = [call("run_command", command="rm -f ./data.py")]
    results, _ = await rejected_then(project, home, first, then, Reject(), Reject())
    assert [result.code for result in results] == [Code.REJECTED]


async def test_where_nobody_is_there_a_no_stays_a_no(project: Path, home: Path) -> None:
    answer, _ = deciding(Reject())
    provider = ScriptedProvider([READ, call("edit_file", **BAD), Reply("Well.")])
    session = await open_session(opening(project, home, provider, interactive=True, flags={"mode": "ask"}))
    await turn(session, "go", answer)
    await session.close()
    second = ScriptedProvider([call("edit_file", **{**BAD, "path": "other.py"}), Reply("Hm.")])
    again = await open_session(opening(project, home, second, interactive=False, resume="last"))
    events = await turn(again, "go on")
    await again.close()
    (result,) = [event for event in events if isinstance(event, CallFinished)]
    assert result.code is Code.DENIED
    assert (project / "other.py").read_text() == DATA
