"""Checks are run by Flux, for the files changed; old failures are told from new ones; a text is no evidence."""

from pathlib import Path

import pytest

from flux_tui.agent import checks
from flux_tui.agent.check_ideas import ideas
from flux_tui.agent.policies.claims import claims
from flux_tui.llm.scripted import Reply
from flux_tui.protocol.codes import Evidence
from flux_tui.protocol.events import CheckFinished, FileChanged, NoticeGiven
from tests import sandboxes
from tests.agent.scripts import Ran, call, calls, run

SUITE = """import pathlib, sys
wrong = [name for name in ("a", "b") if "good" not in pathlib.Path(name + ".py").read_text()]
for name in wrong:
    print("FAILED test_" + name)
sys.exit(len(wrong))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.py").write_text("VALUE = 'good'\n")
    (folder / "b.py").write_text("VALUE = 'bad'\n")
    (folder / "notes.txt").write_text("Notes.\n")
    (folder / "suite.txt").write_text(SUITE)
    return folder


READ = calls(("read_files", {"paths": ["a.py", "b.py", "notes.txt"]}))
BREAK_A = call("edit_file", path="a.py", search="'good'", replace="'worse'")
MEND_A = call("edit_file", path="a.py", search="'worse'", replace="'good enough'")
RUN = "python3 suite.txt"


async def checked(project: Path, home: Path, commands: tuple[str, ...], *script: Reply) -> Ran:
    sandboxes.box()
    flags = {"verify.commands": commands}
    return await run(project, home, [READ, *script, *[Reply("That is it.")] * 4], flags=flags)


async def test_a_new_failure_is_told_from_an_old_one(project: Path, home: Path) -> None:
    ran = await checked(project, home, (RUN,), BREAK_A, Reply("Done."), MEND_A, Reply("Mended."))
    first, second, *_ = ran.of(CheckFinished)
    assert (first.exit, first.before) == (2, 1)
    assert (second.exit, second.before) == (1, 1)
    told = ran.provider.requests[3].history[-1].text
    assert "New since your changes:\nFAILED test_a\n" in told
    assert "It failed before your changes as well" in ran.provider.requests[5].history[-1].text
    assert any("as well; nothing new fails" in event.text for event in ran.of(NoticeGiven))
    assert ran.end.evidence is Evidence.FAILED
    assert (project / "a.py").read_text() == "VALUE = 'good enough'\n"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def test_the_files_as_they_were_are_only_laid_over(project: Path, home: Path) -> None:
    before = contents(project)
    made = call("write_file", path="c.py", content="VALUE = 1\n")
    ran = await checked(project, home, (RUN,), made, BREAK_A, Reply("Done."))
    assert contents(project) == {**before, "a.py": b"VALUE = 'worse'\n", "c.py": b"VALUE = 1\n"}
    assert ran.of(CheckFinished)[0].before == 1


async def test_where_a_file_is_gone_nobody_knows(project: Path, home: Path) -> None:
    ran = await checked(project, home, ("false",), call("delete_file", path="notes.txt"), Reply("Done."))
    assert ran.of(CheckFinished)[0].before is None
    assert "not known whether it failed before" in ran.provider.requests[3].history[-1].text


async def test_checks_are_bound_to_files(project: Path, home: Path) -> None:
    edit = call("edit_file", path="notes.txt", search="Notes", replace="Words")
    commands = ("[*.py] false", "[*.txt sub/** 5s] test -f {files}")
    ran = await checked(project, home, commands, edit, Reply("Done."))
    assert [(check.command, check.exit) for check in ran.end.checks] == [("test -f notes.txt", 0)]
    assert ran.end.evidence is Evidence.VERIFIED


async def test_a_check_for_other_files_is_no_evidence(project: Path, home: Path) -> None:
    edit = call("edit_file", path="notes.txt", search="Notes", replace="Words")
    ran = await checked(project, home, ("[*.py] true",), edit, Reply("Done."))
    assert ran.end.checks == ()
    assert ran.end.evidence is Evidence.UNVERIFIED


async def test_a_check_has_its_own_time(project: Path, home: Path) -> None:
    ran = await checked(project, home, ("[1s] sleep 30",), BREAK_A, Reply("Done."))
    assert ran.of(CheckFinished)[0].exit != 0
    assert "ended after 1 s" in ran.of(CheckFinished)[0].text


async def test_what_a_formatter_among_the_checks_changes_can_be_undone(project: Path, home: Path) -> None:
    ran = await checked(project, home, ("echo formatted >> notes.txt",), BREAK_A, Reply("Done."))
    assert ran.end.files == ("a.py", "notes.txt")
    assert [change.path for change in ran.of(FileChanged)] == ["a.py", "notes.txt"]


async def test_rounds_are_bounded(project: Path, home: Path) -> None:
    done = Reply("Done.")
    again = call("edit_file", path="a.py", search="'good enough'", replace="'worse'")
    ran = await checked(project, home, ("false",), BREAK_A, done, MEND_A, done, again, done, MEND_A, done)
    assert [check.exit for check in ran.of(CheckFinished)] == [1, 1, 1]
    assert len(ran.provider.requests) == 7


LIES = {
    "nothing ran": ((), [BREAK_A, Reply("I ran the suite and all tests pass.")], "Flux ran none after the last change"),
    "a check failed": (
        (RUN,),
        [BREAK_A, *[Reply("Done: the test suite is green.")] * 3],
        "They did not: python3 suite",
    ),
    "an echo": (
        (),
        [BREAK_A, call("run_command", command="echo '12 passed in 0.1s'"), Reply("12 passed, the task is done.")],
        "Flux ran none after the last change",
    ),
    "before the last edit": (
        (),
        [call("run_command", command="true"), BREAK_A, Reply("The tests passed.")],
        "Flux ran none after the last change",
    ),
    "nothing done": ((), [Reply("I verified that everything works.")], "Flux ran none in this turn"),
}


@pytest.mark.parametrize("lie", LIES, ids=str)
async def test_a_claim_without_evidence_is_exposed(lie: str, project: Path, home: Path) -> None:
    sandboxes.box()
    commands, script, exposed = LIES[lie]
    flags = {"verify.commands": commands, "mode": "full"}
    ran = await run(project, home, [READ, *script], flags=flags)
    assert [event.text for event in ran.of(NoticeGiven) if exposed in event.text]
    assert ran.end.evidence is not Evidence.VERIFIED


async def test_a_true_claim_is_left_alone(project: Path, home: Path) -> None:
    (project / "b.py").write_text("VALUE = 'good'\n")
    edit = call("edit_file", path="a.py", search="'good'", replace="'very good'")
    ran = await checked(project, home, (RUN,), edit, Reply("All tests pass."))
    assert ran.end.evidence is Evidence.VERIFIED
    assert ran.of(NoticeGiven) == []


@pytest.mark.parametrize(
    "words",
    [
        "I could not run the tests.",
        "The tests should pass.",
        "Tests fail.",
        "I added a pass statement.",
        "It is unverified.",
    ],
)
def test_honest_words_are_no_claim(words: str) -> None:
    assert not claims(words)


def test_new_failures_by_name() -> None:
    then = "FAILED tests/a.py::one - 3 != 4\nsrc/x.c:10: error: no\n"
    now = "FAILED tests/a.py::one - 3 != 5\nFAILED tests/a.py::two\nsrc/x.c:12: error: no\n"
    assert checks.new_failures(now, then) == ["FAILED tests/a.py::two"]


def test_a_command_that_begins_with_a_bracket_is_no_head() -> None:
    assert checks.parse("[ -f x ] && true", 9) == checks.Spec("[ -f x ] && true", (), 9)
    assert checks.parse("[*.py, 2m]  pytest", 9) == checks.Spec("pytest", ("*.py",), 120)


FILES = {
    "pyproject.toml": "[tool.ruff]\n[tool.mypy]\n[tool.pytest.ini_options]\n",
    "package.json": '{"scripts": {"test": "jest", "lint": "eslint ."}}',
    "Cargo.toml": "[package]\n",
    "go.mod": "module x\n",
    "Makefile": "test:\n\ttrue\nlint := 3\n",
}


def test_ideas_come_from_the_project(tmp_path: Path) -> None:
    assert ideas(tmp_path) == ()
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    found = ideas(tmp_path)
    wanted = (
        "pytest",
        "ruff check",
        "mypy",
        "npm test",
        "npm run lint",
        "cargo test",
        "go vet",
        "go test",
        "make test",
    )
    assert [any(word in idea for idea in found) for word in wanted] == [True] * len(wanted)
    assert not any("make lint" in idea for idea in found)
    for name in FILES:
        (tmp_path / name).write_bytes(b"\xff{{{")
    assert all("npm" not in idea and "pytest" not in idea for idea in ideas(tmp_path))
