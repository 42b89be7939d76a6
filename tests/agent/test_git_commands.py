"""`.git` is read-only for commands; a yes opens it for git alone, and what git would run stays as it was."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from flux_tui.agent.git_commands import is_git_alone
from flux_tui.agent.session import Session
from flux_tui.llm.scripted import Reply
from flux_tui.protocol.codes import Code
from flux_tui.protocol.decisions import Approve, Reject
from flux_tui.protocol.events import ApprovalAsked
from flux_tui.workspace.gitguard import GitGuard
from tests import sandboxes
from tests.agent.scripts import Ran, call, run

WHO = ("-c", "user.name=me", "-c", "user.email=me@example.org")
COMMIT = "git add new.py && git commit -qm new"
FULL = {"mode": "full"}


def git(project: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(project), *WHO, *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    if not sandboxes.box().guards_git:
        pytest.skip("this sandbox can't protect .git")
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q")
    for name, value in (("user.name", "me"), ("user.email", "me@example.org")):
        git(folder, "config", name, value)
    git(folder, "commit", "-q", "--allow-empty", "-m", "first")
    (folder / "new.py").write_text("x = 1\n")
    return folder


async def committed(project: Path, home: Path, command: str = COMMIT, **more: Any) -> Ran:
    return await run(project, home, [call("run_command", command=command), Reply("Done.")], **more)


def saying(decision: Approve | Reject) -> tuple[Any, list[ApprovalAsked]]:
    asked: list[ApprovalAsked] = []

    def answer(session: Session, event: ApprovalAsked) -> None:
        asked.append(event)
        session.answer(event.call, decision)

    return answer, asked


async def test_a_yes_to_the_command_opens_git_for_it(project: Path, home: Path) -> None:
    answer, asked = saying(Approve())
    ran = await committed(project, home, flags={"mode": "ask"}, answer=answer)
    assert ran.results[0].exit == 0, ran.results[0].text
    assert git(project, "log", "-1", "--format=%s") == "new"
    assert len(asked) == 1


async def test_in_full_mode_it_asks_before_git_is_opened(project: Path, home: Path) -> None:
    answer, asked = saying(Approve())
    ran = await committed(project, home, flags=FULL, answer=answer)
    assert ".git" in asked[0].why
    assert (ran.results[0].exit, git(project, "log", "-1", "--format=%s")) == (0, "new")


async def test_a_no_leaves_everything_as_it_is(project: Path, home: Path) -> None:
    answer, _ = saying(Reject("later"))
    ran = await committed(project, home, flags=FULL, answer=answer)
    assert git(project, "log", "-1", "--format=%s") == "first"
    assert "later" in ran.results[0].text


async def test_nobody_there_and_no_rule_means_no(project: Path, home: Path) -> None:
    ran = await committed(project, home, flags=FULL)
    assert git(project, "log", "-1", "--format=%s") == "first"
    assert "needs a yes" in ran.results[0].text
    assert ran.results[0].exit != 0


async def test_a_rule_of_the_person_is_a_yes(project: Path, home: Path) -> None:
    rules = {"rules.allow": ("git add*",), "mode": "full"}
    ran = await committed(project, home, "git add new.py", flags=rules)
    assert ran.results[0].exit == 0, ran.results[0].text
    assert git(project, "status", "--porcelain") == "A  new.py"


async def test_other_programs_never_get_git_opened(project: Path, home: Path) -> None:
    answer, asked = saying(Approve())
    ran = await committed(project, home, f"true; {COMMIT}", flags=FULL, answer=answer)
    assert git(project, "log", "-1", "--format=%s") == "first"
    assert "by itself" in ran.results[0].text
    assert asked == []


@pytest.mark.parametrize(
    ("command", "alone"),
    [
        (COMMIT, True),
        ("git commit -m 'a; b && c'", True),
        ("git add .; git commit -m x || git status", True),
        ("git -c core.hooksPath=x commit", False),
        ("git add . && make", False),
        ("git commit -m $(cat x)", False),
        ("git commit -m `x`", False),
        ("git commit > out", False),
        ("git log | sh", False),
        ("git commit & x", False),
        ("(git add .)", False),
        ("git add .\nmake", False),
        ("PATH=. git add .", False),
        ("./git add .", False),
        ("git", False),
        ("git commit -m 'x", False),
    ],
)
def test_what_is_git_alone(command: str, alone: bool) -> None:
    assert is_git_alone(command) is alone


async def test_hooks_and_settings_stay_as_they_are(project: Path, home: Path) -> None:
    (project / ".git" / "hooks").mkdir(exist_ok=True)
    before = (project / ".git" / "config").read_bytes()
    answer, _ = saying(Approve())
    ran = await committed(project, home, "git config core.fsmonitor ./evil", flags=FULL, answer=answer)
    assert (project / ".git" / "config").read_bytes() == before
    assert ran.results[0].exit != 0


async def test_what_was_not_there_before_is_taken_away_again(project: Path, home: Path) -> None:
    """A hook of the repository runs inside the box too, and may try what git itself would not do."""
    hook = project / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        "#!/bin/sh\necho evil > .git/commondir; echo x > .git/hooks/post-commit; mkdir .git/modules; "
        "echo x > .git/modules/config\n"
    )
    hook.chmod(0o755)
    answer, _ = saying(Approve())
    ran = await committed(project, home, flags=FULL, answer=answer)
    assert not (project / ".git" / "commondir").exists()
    assert not (project / ".git" / "modules" / "config").exists()
    assert not (hook.parent / "post-commit").exists()
    assert ".git/commondir" in ran.results[0].text
    assert ran.results[0].code is Code.OK


def test_the_guard_puts_back_bytes_modes_and_links(tmp_path: Path) -> None:
    git_folder = tmp_path / ".git"
    (git_folder / "hooks").mkdir(parents=True)
    (git_folder / "config").write_text("mine")
    (git_folder / "hooks" / "x").write_text("mine")
    (git_folder / "hooks" / "x").chmod(0o755)
    guard = GitGuard.take(git_folder)
    assert guard.restore() == ()
    (git_folder / "config").unlink()
    (git_folder / "config").symlink_to("/etc/passwd")
    (git_folder / "hooks" / "x").chmod(0o700)
    (git_folder / "hooks" / "y").write_text("theirs")
    (git_folder / "index").write_text("theirs")
    assert guard.restore() == ("config", "hooks/x", "hooks/y")
    assert (git_folder / "config").read_text() == "mine"
    assert not (git_folder / "config").is_symlink()
    assert (git_folder / "hooks" / "x").stat().st_mode & 0o777 == 0o755
    assert (git_folder / "index").exists()
