"""An older file is brought up to date in one transaction, after a copy of it was put beside it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from flux_tui.protocol.errors import StoreError
from flux_tui.store import Store, database
from flux_tui.store.tables import MIGRATIONS, VERSION

Open = Callable[[Path], Store]


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as sql:
        return int(sql.execute("PRAGMA user_version").fetchone()[0])


@pytest.fixture
def older(tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """A file of today's format, and a Flux whose format is the next one."""

    def make(step: str) -> Path:
        path = tmp_path / "flux.db"
        store = opened(path)
        store.create(tmp_path, "demo", "guide", "ask", None)
        store.close()
        for name, value in (("MIGRATIONS", (*MIGRATIONS, step)), ("VERSION", VERSION + 1)):
            monkeypatch.setattr(database, name, value)
        return path

    return make


def test_a_copy_is_kept_and_nothing_is_lost(older: Callable[[str], Path], opened: Open) -> None:
    path = older("ALTER TABLE sessions ADD COLUMN colour TEXT; CREATE TABLE more (x)")
    assert len(opened(path).sessions()) == 1
    copy = path.with_name(f"flux.db.format-{VERSION}")
    assert (version(path), version(copy)) == (VERSION + 1, VERSION)
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as sql:
        assert sql.execute("SELECT count(*) FROM sessions").fetchone() == (1,)


def test_a_step_that_fails_changes_nothing(older: Callable[[str], Path], opened: Open) -> None:
    path = older("CREATE TABLE more (x); INSERT INTO missing VALUES (1)")
    with pytest.raises(StoreError):
        opened(path)
    assert version(path) == VERSION
    with closing(sqlite3.connect(path)) as sql:
        assert sql.execute("SELECT count(*) FROM sqlite_master WHERE name = 'more'").fetchone() == (0,)
