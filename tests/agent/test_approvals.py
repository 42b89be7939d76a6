"""What asks, who answers, and what is carried out of the answer."""

from pathlib import Path

import pytest

from flux_tui.agent.session import Session
from flux_tui.agent.undo import undo
from flux_tui.llm.scripted import Reply
from flux_tui.protocol.codes import Code, TurnOutcome
from flux_tui.protocol.decisions import Approve, CommandQuestion, EditQuestion, FileReview, Reject, Review
from flux_tui.protocol.events import ApprovalAsked
from flux_tui.store import Store
from flux_tui.workspace.files import Workspace
from tests.agent.scripts import Answerer, call, run

LINES = "".join(f"value_{number} = {number}\n" for number in range(1, 31))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "data.py").write_text(LINES)
    return folder


def rewritten() -> str:
    """Three hunks."""
    return (
        LINES.replace("value_3 = 3", "value_3 = 33").replace("value_15 = 15", "value_15 = 150").replace("= 28", "= 280")
    )


EDIT = [
    call("read_files", paths=["data.py"]),
    call("write_file", path="data.py", content=rewritten()),
    Reply("Done."),
]
ASK = {"mode": "ask"}


def decide(*decisions: object) -> tuple[Answerer, list[ApprovalAsked]]:
    """Gives these answers in turn, and keeps what was asked."""
    asked: list[ApprovalAsked] = []

    def answer(session: Session, event: ApprovalAsked) -> None:
        decision = decisions[len(asked)]
        asked.append(event)
        assert isinstance(decision, (Approve, Reject, Review))
        assert session.answer(event.call, decision)

    return answer, asked


async def test_yes_writes(project: Path, home: Path) -> None:
    answer, asked = decide(Approve())
    ran = await run(project, home, EDIT, flags=ASK, answer=answer)
    assert isinstance(asked[0].asked.question, EditQuestion)
    assert (project / "data.py").read_text() == rewritten()
    assert ran.end.outcome is TurnOutcome.DONE


async def test_no_writes_nothing_and_tells_why(project: Path, home: Path) -> None:
    answer, _ = decide(Reject("keep the numbers"))
    ran = await run(project, home, EDIT, flags=ASK, answer=answer)
    assert (project / "data.py").read_text() == LINES
    assert ran.results[1].code is Code.REJECTED
    assert "keep the numbers" in ran.results[1].text


async def test_hunk_by_hunk(project: Path, home: Path) -> None:
    review = Review(
        (
            FileReview(
                "data.py",
                frozenset({0}),
                frozenset({1}),
                edited=((2, "value_28 = 2800\n"),),
                comments=((3, "why 33?"),),
            ),
        ),
        words="the rest is fine",
    )
    answer, _ = decide(review)
    ran = await run(project, home, EDIT, flags=ASK, answer=answer)
    wanted = LINES.replace("value_3 = 3\n", "value_3 = 33\n").replace("value_28 = 28\n", "value_28 = 2800\n")
    assert (project / "data.py").read_text() == wanted
    told = ran.results[1].text
    assert ran.results[1].code is Code.OK
    assert "value_15 = 150" in told
    assert "as the person edited it" in told
    assert "why 33?" in told
    assert "the rest is fine" in told
    assert ran.session.ledger.sight("data.py")[1] == ((1, 30),)


async def test_accepted_hunks_that_do_not_parse_are_asked_about_again(project: Path, home: Path) -> None:
    (project / "data.py").write_text(f"def f():\n    pass\n\n\n{LINES}")
    new = f"def f(\n    a,\n):\n    pass\n\n\n{LINES}".replace("value_30 = 30", "value_30 = 300")
    script = [call("read_files", paths=["data.py"]), call("write_file", path="data.py", content=new), Reply("Done.")]
    half = Review((FileReview("data.py", frozenset(), frozenset({1}), edited=((0, "def f(\n"),)),))
    answer, asked = decide(half, Approve())
    await run(project, home, script, flags=ASK, answer=answer)
    assert len(asked) == 2
    assert "SYNTAX_ERROR" in asked[1].asked.notes[0]
    assert (project / "data.py").read_text() == new


async def test_nobody_there_means_no_and_names_the_way(project: Path, home: Path) -> None:
    ran = await run(project, home, EDIT, flags=ASK)
    assert ran.results[1].code is Code.DENIED
    assert "--mode auto-edit" in ran.results[1].text
    assert (project / "data.py").read_text() == LINES


async def test_the_rule_that_a_refused_command_names_allows_it(project: Path, home: Path) -> None:
    command = call("run_command", command="cat data.py")
    refused = await run(project, home, [command, Reply("Done.")], flags=ASK)
    named = refused.results[0].text.partition("allowed by the rule ")[2].removesuffix(".")
    again = await run(project, home, [command, Reply("Done.")], flags={**ASK, "rules.allow": (named,)})
    assert [result.code for result in (*refused.results, *again.results)] == [Code.DENIED, Code.OK]


async def test_the_file_changed_while_the_question_was_open(project: Path, home: Path) -> None:
    def answer(session: Session, event: ApprovalAsked) -> None:
        (project / "data.py").write_text("mine = 1\n")
        session.answer(event.call, Approve())

    ran = await run(project, home, EDIT, flags=ASK, answer=answer)
    assert ran.results[1].code is Code.STALE_FILE
    assert (project / "data.py").read_text() == "mine = 1\n"


async def test_a_command_asks_once_a_session(project: Path, home: Path) -> None:
    command = call("run_command", command="cat data.py")
    answer, asked = decide(Approve("session"))
    ran = await run(project, home, [command, command, Reply("Done.")], flags=ASK, answer=answer)
    assert len(asked) == 1
    assert isinstance(asked[0].asked.question, CommandQuestion)
    assert [result.code for result in ran.results] == [Code.OK, Code.OK]


async def test_a_rule_is_kept_for_later_sessions(project: Path, home: Path) -> None:
    command = call("run_command", command="cat data.py")
    answer, _ = decide(Approve("rule", ("cat data.py",)))
    await run(project, home, [command, Reply("Done.")], flags=ASK, answer=answer)
    again = await run(project, home, [command, Reply("Done.")], flags=ASK)
    assert [result.code for result in again.results] == [Code.OK]


async def test_secrets_ask_before_they_are_read(project: Path, home: Path) -> None:
    (project / ".env").write_text("TOKEN=abc\n")
    ran = await run(project, home, [call("read_files", paths=[".env"]), Reply("Done.")])
    assert ran.results[0].code is Code.DENIED
    assert "abc" not in ran.results[0].text


async def test_a_command_s_changes_are_found_and_undone(project: Path, home: Path) -> None:
    script = [call("run_command", command="printf 'x = 1\\n' > new.py && rm data.py"), Reply("Done.")]
    ran = await run(project, home, script, flags={"mode": "full"})
    assert ran.results[0].code is Code.OK
    assert sorted(ran.results[0].changed or ()) == ["data.py", "new.py"]
    assert not (project / "data.py").exists()
    store = Store.open(home / "data" / "flux.db")
    result = undo(store, Workspace(project), ran.session.id)
    store.close()
    assert not result.refused
    assert (project / "data.py").read_text() == LINES
    assert not (project / "new.py").exists()


async def test_a_search_shows_nothing_of_what_may_not_be_read(project: Path, home: Path) -> None:
    (project / "hidden.py").write_text("value_hidden = 1\n")
    search = [call("grep_search", pattern="value_(hidden|30)"), Reply("Done.")]
    ran = await run(project, home, search, flags={"rules.deny": ("read_files(hidden.py)",)})
    assert "value_30 = 30" in ran.results[0].text
    assert "value_hidden" not in ran.results[0].text
