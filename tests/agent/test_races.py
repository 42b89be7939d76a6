"""What happens to the file while its approval is open: nothing of anybody's work is lost, whatever the answer is."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flux_tui.agent.session import Session
from flux_tui.llm.scripted import Reply
from flux_tui.protocol.codes import Code
from flux_tui.protocol.decisions import Approve
from flux_tui.protocol.events import ApprovalAsked
from tests.agent.scripts import call, run

OLD, NEW, MINE = "value = 1\n", "value = 2\n", "mine = 1\n"
SCRIPT = [
    call("read_files", paths=["sub/data.py"]),
    call("edit_file", path="sub/data.py", search="value = 1", replace="value = 2"),
    Reply("Done."),
]
REFUSED = {Code.STALE_FILE, Code.DENIED, Code.OUTSIDE_WORKSPACE, Code.INVALID_ARGUMENTS, Code.FILE_NOT_FOUND}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "data.py").write_text(OLD)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "data.py").write_text(OLD)
    return folder


def replaced(project: Path) -> None:
    other = project / "sub" / "other"
    other.write_text(MINE)
    other.replace(project / "sub" / "data.py")


def relinked(project: Path) -> None:
    (project / "sub" / "data.py").unlink()
    (project / "sub" / "data.py").symlink_to(project.parent / "outside" / "data.py")


def hard_linked(project: Path) -> None:
    os.link(project / "sub" / "data.py", project.parent / "outside" / "twin.py")


def swapped(project: Path) -> None:
    (project / "sub").rename(project / "kept")
    (project / "sub").symlink_to(project.parent / "outside")


def swapped_for_another(project: Path) -> None:
    (project / "sub").rename(project / "kept")
    (project / "sub").mkdir()
    (project / "sub" / "data.py").write_text(MINE)


def piped(project: Path) -> None:
    (project / "sub" / "data.py").unlink()
    os.mkfifo(project / "sub" / "data.py")


def made_a_folder(project: Path) -> None:
    (project / "sub" / "data.py").unlink()
    (project / "sub" / "data.py").mkdir()


RACES: dict[str, Callable[[Path], object]] = {
    "replaced": replaced,
    "edited": lambda project: (project / "sub" / "data.py").write_text(MINE),
    "edited, same size": lambda project: (project / "sub" / "data.py").write_text("value = 3\n"),
    "deleted": lambda project: (project / "sub" / "data.py").unlink(),
    "made read-only": lambda project: (project / "sub" / "data.py").chmod(0o444),
    "made a link": relinked,
    "given a second name": hard_linked,
    "folder swapped for a link": swapped,
    "folder swapped for another": swapped_for_another,
    "folder gone": lambda project: shutil.rmtree(project / "sub"),
    "made a pipe": piped,
    "made a folder": made_a_folder,
}


def tree(folder: Path) -> dict[str, str]:
    """Every file's text, and where links lead."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name] = path.read_text()
        else:
            found[name] = "no file"
    return found


@pytest.mark.parametrize("race", RACES)
async def test_nothing_is_lost(project: Path, home: Path, race: str) -> None:
    after: list[dict[str, str]] = []

    def answer(session: Session, event: ApprovalAsked) -> None:
        RACES[race](project)
        after.append(tree(project.parent / "outside") | tree(project))
        session.answer(event.call, Approve())

    ran = await run(project, home, SCRIPT, flags={"mode": "ask"}, answer=answer)
    assert ran.results[1].code in REFUSED, ran.results[1].text
    assert tree(project.parent / "outside") | tree(project) == after[0]


async def test_an_approval_without_a_race_writes(project: Path, home: Path) -> None:
    await run(project, home, SCRIPT, flags={"mode": "ask"}, answer=lambda s, e: s.answer(e.call, Approve()) and None)
    assert (project / "sub" / "data.py").read_text() == NEW


@pytest.mark.parametrize("kind", ["hard link", "read-only"])
async def test_other_names_and_read_only_files_ask_in_every_mode(project: Path, home: Path, kind: str) -> None:
    file = project / "sub" / "data.py"
    if kind == "hard link":
        hard_linked(project)
    else:
        file.chmod(0o444)
    denied = await run(project, home, SCRIPT, flags={"mode": "full"})
    assert denied.results[1].code is Code.DENIED
    assert file.read_text() == OLD
    asked: list[ApprovalAsked] = []

    def answer(session: Session, event: ApprovalAsked) -> None:
        asked.append(event)
        session.answer(event.call, Approve())

    ran = await run(project, home, SCRIPT, flags={"mode": "full"}, answer=answer)
    assert ran.results[1].code is Code.OK, ran.results[1].text
    assert ("hard links" if kind == "hard link" else "read-only") in asked[0].why
    assert file.read_text() == NEW
    assert (file.stat().st_nlink, file.stat().st_mode & 0o777) == ((2, 0o644) if kind == "hard link" else (1, 0o444))
