"""What a tool turn may cost where a number says it: commits to the store, each of which waits for the disk."""

import sqlite3
from pathlib import Path

import pytest

from flux_tui.agent.opening import open_session
from flux_tui.llm.scripted import Reply, ScriptedProvider
from flux_tui.store import Store
from tests.agent.scripts import call, opening, turn

READ = call("read_files", paths=["shop.py"])
EDIT = call("edit_file", path="shop.py", search="ONE = 1", replace="ONE = 2")
AGAIN = call("edit_file", path="shop.py", search="ONE = 2", replace="ONE = 3")
COMMAND = call("run_command", command="true")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "shop.py").write_text("ONE = 1\n")
    return folder


async def commits(project: Path, home: Path, *replies: Reply) -> int:
    """How often a turn with these replies commits."""
    session = await open_session(opening(project, home, ScriptedProvider([*replies, Reply("Done.")])))
    counted: list[str] = []
    _connection(session.store).set_trace_callback(lambda sql: counted.append(sql) if sql == "COMMIT" else None)
    try:
        await turn(session, "go")
        return len(counted)
    finally:
        await session.close()


def _connection(store: Store) -> sqlite3.Connection:
    return store._database._connection


async def test_a_reply_and_its_results_are_two_commits(project: Path, home: Path) -> None:
    assert await commits(project, home, READ, READ) - await commits(project, home, READ) == 2


async def test_an_edit_adds_its_intent_and_its_outcome(project: Path, home: Path) -> None:
    one = await commits(project, home, READ, EDIT)
    (project / "shop.py").write_text("ONE = 1\n")
    assert await commits(project, home, READ, EDIT, AGAIN) - one == 4


async def test_a_command_that_changes_nothing_adds_none(project: Path, home: Path) -> None:
    assert await commits(project, home, COMMAND) - await commits(project, home) == 2
