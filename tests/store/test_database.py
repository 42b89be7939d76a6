"""The file itself: private, locked, damaged, newer, read-only, in the way. Never deleted, always a sentence."""

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from flux_tui.protocol.errors import StoreError
from flux_tui.protocol.messages import user
from flux_tui.protocol.outcomes import FileChange
from flux_tui.store import Store
from flux_tui.store.tables import VERSION

Open = Callable[[Path], Store]


def filled(path: Path) -> str:
    store = Store.open(path)
    session = store.create(path.parent, "demo", "guide", "ask", None)
    for turn in range(50):
        store.save(session, turn, [user("x" * 500)])
    store.close()
    return session


def test_nobody_else_can_read_it(tmp_path: Path, opened: Open) -> None:
    path = tmp_path / "data" / "flux.db"
    before = os.umask(0)
    try:
        store = opened(path)
        store.create(tmp_path, "demo", "guide", "ask", None)
    finally:
        os.umask(before)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert {found.name: found.stat().st_mode & 0o777 for found in path.parent.iterdir()} == {
        "flux.db": 0o600,
        "flux.db-wal": 0o600,
        "flux.db-shm": 0o600,
    }


def test_commits_reach_the_disk_before_they_return(tmp_path: Path, opened: Open) -> None:
    store = opened(tmp_path / "flux.db")
    with store._database.read() as sql:
        assert sql.execute("PRAGMA synchronous").fetchone() == (2,)
        assert sql.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize("name", ["config.toml", "flux.sqlite", "flux"])
def test_only_a_database_is_opened_as_one(tmp_path: Path, name: str, opened: Open) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(StoreError, match="not named as a database"):
        opened(tmp_path / name)


def test_a_newer_format_is_refused_and_left_alone(tmp_path: Path, opened: Open) -> None:
    path = tmp_path / "flux.db"
    filled(path)
    with closing(sqlite3.connect(path)) as sql:
        sql.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(StoreError, match="written by a newer Flux"):
        opened(path)
    assert [found.name for found in tmp_path.iterdir()] == ["flux.db"]


@pytest.mark.parametrize(
    "junk", [b"this is not a database at all, but long enough to look at" * 100, b"SQLite format 3\0" * 300]
)
def test_a_file_that_is_no_database_is_put_aside(tmp_path: Path, junk: bytes, opened: Open) -> None:
    path = tmp_path / "flux.db"
    path.write_bytes(junk)
    store = opened(path)
    assert store.sessions() == []
    (aside,) = tmp_path.glob("flux.db.damaged-*")
    assert aside.read_bytes() == junk
    assert store.notes == (f"The session database was damaged. It is kept as {aside}; a new one was started.",)


def test_damage_inside_is_found_after_a_crash_and_put_aside(tmp_path: Path, opened: Open) -> None:
    path = tmp_path / "flux.db"
    session = filled(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as sql:
        sql.execute("INSERT INTO leases VALUES (?, 999999999, 'dead', 'boot', 1.0)", (session,))
    damaged = bytearray(path.read_bytes())
    for page in range(len(damaged) // 4096 // 2, len(damaged) // 4096):
        damaged[page * 4096 : page * 4096 + 200] = b"\xee" * 200
    path.write_bytes(damaged)
    store = opened(path)
    assert store.sessions() == []
    assert len(store.notes) == 1
    (aside,) = tmp_path.glob("flux.db.damaged-*")
    assert aside.read_bytes() == bytes(damaged)


def test_damage_met_in_use_is_said_and_checked_at_the_next_start(tmp_path: Path, opened: Open) -> None:
    path = tmp_path / "flux.db"
    session = filled(path)
    with closing(sqlite3.connect(path)) as sql:
        (root,) = sql.execute("SELECT rootpage FROM sqlite_master WHERE name = 'messages'").fetchone()
    damaged = bytearray(path.read_bytes())
    damaged[(root - 1) * 4096 : root * 4096] = b"\xee" * 4096
    path.write_bytes(damaged)
    store = opened(path)
    assert store.notes == ()
    with pytest.raises(StoreError, match=r"is damaged\. Start Flux again"):
        store.messages(session)
    store.close()
    assert len(opened(path).notes) == 1
    assert opened(path).notes == ()


def test_a_locked_file_is_waited_for_and_then_said(tmp_path: Path) -> None:
    path = tmp_path / "flux.db"
    filled(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with closing(Store.open(path, patience=0.05)) as store:
            with pytest.raises(StoreError, match="in use by another process"):
                store.create(tmp_path, "demo", "guide", "ask", None)
            other.execute("COMMIT")
            store.create(tmp_path, "demo", "guide", "ask", None)


def test_what_is_in_the_way_is_named(tmp_path: Path, opened: Open) -> None:
    os.mkfifo(tmp_path / "fifo.db")
    (tmp_path / "folder.db").mkdir()
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "fifo.db", tmp_path / "folder.db", tmp_path / "file" / "flux.db"):
        with pytest.raises(StoreError, match=str(path)):
            opened(path)


@pytest.mark.parametrize(
    ("pragma", "said"), [("query_only = ON", "is read-only"), ("max_page_count = 1", "The disk is full")]
)
def test_what_can_only_be_read_is_still_read(tmp_path: Path, pragma: str, said: str, opened: Open) -> None:
    path = tmp_path / "flux.db"
    session = filled(path)
    store = opened(path)
    with store._database.read() as sql:
        sql.execute(f"PRAGMA {pragma}")
    with pytest.raises(StoreError, match=said):
        store.save(session, 51, [user("x" * 100_000)])
    assert len(store.messages(session)) == 50


def test_a_closed_store_is_said(tmp_path: Path, opened: Open) -> None:
    store = opened(tmp_path / "flux.db")
    store.close()
    with pytest.raises(StoreError, match="can't be used"):
        store.sessions()


def _open_and_save(path: str) -> None:
    store = Store.open(Path(path))
    session = store.create(Path(path).parent, "demo", "guide", "ask", None)
    for turn in range(10):
        store.save(session, turn, [user("x")])
    store.close()


def test_several_processes_may_start_a_new_file_at_once(tmp_path: Path, opened: Open) -> None:
    path = tmp_path / "flux.db"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_open_and_save, args=(str(path),)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 4
    store = opened(path)
    assert [len(store.messages(row.id)) for row in store.sessions()] == [10] * 4


WRITER = """
import sys
from pathlib import Path
from flux_tui.protocol.messages import user
from flux_tui.protocol.outcomes import FileChange
from flux_tui.store import Store
store = Store.open(Path(sys.argv[1]))
session = store.create(Path(sys.argv[1]).parent, "demo", "guide", "ask", None)
store.lease(session)
print(session, flush=True)
turn = 0
while True:
    turn += 1
    store.save(session, turn, [user(str(turn))])
    store.begin_changes(session, turn, "c", [FileChange("a", None, str(turn).encode())], {})
    print(turn, flush=True)
"""


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path, opened: Open) -> None:
    path = tmp_path / "flux.db"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    session = writer.stdout.readline().strip()
    told = [int(writer.stdout.readline()) for _ in range(20)]
    store = opened(path)
    with pytest.raises(StoreError, match=f"open in another Flux .process {writer.pid}"):
        store.lease(session)
    with pytest.raises(StoreError, match="flux sessions fork"):
        store.delete(session)
    assert store.unsettled(tmp_path) == []
    store.close()
    writer.send_signal(signal.SIGKILL)
    told += [int(line) for line in writer.stdout]
    writer.stdout.close()
    writer.wait()
    store = opened(path)
    assert store.notes == ()
    assert [turn for turn, _ in store.messages(session)][: len(told)] == told
    assert [row.after for row in store.changes(session)][: len(told)] == [str(turn).encode() for turn in told]
    assert len(store.unsettled(tmp_path)) >= len(told)
    store.lease(session)
    store.release(session)


def test_a_lease_is_this_processs_own(tmp_path: Path, opened: Open) -> None:
    store = opened(tmp_path / "flux.db")
    session = store.create(tmp_path, "demo", "guide", "ask", None)
    store.lease(session)
    store.lease(session)
    store.release(session)
    store.release(session)
    store.delete(session)


def test_contents_are_kept_once_and_go_with_the_last_change(tmp_path: Path, opened: Open) -> None:
    store = opened(tmp_path / "flux.db")
    one, two = (store.create(tmp_path, "demo", "guide", "ask", None) for _ in range(2))
    big, noise = b"abc" * 10_000, os.urandom(100)
    store.begin_changes(one, 1, "c", [FileChange("a", None, big), FileChange("b", big, noise)], {"b": 0o755})
    store.begin_changes(two, 1, "c", [FileChange("a", noise, b"")], {})
    row = store.changes(one)[1]
    assert (row.before, row.after, row.mode, row.state) == (big, noise, 0o755, "intent")
    with store._database.read() as sql:
        assert sql.execute("SELECT size, packed FROM blobs ORDER BY size").fetchall() == [(0, 0), (100, 0), (30_000, 1)]
    store.delete(one)
    assert [change.before for change in store.changes(two)] == [noise]
    with store._database.read() as sql:
        assert sql.execute("SELECT count(*) FROM blobs").fetchone() == (2,)


def test_damaged_contents_are_never_handed_out(tmp_path: Path, opened: Open) -> None:
    store = opened(tmp_path / "flux.db")
    session = store.create(tmp_path, "demo", "guide", "ask", None)
    store.begin_changes(session, 1, "c", [FileChange("a", None, b"right")], {})
    with store._database.write() as sql:
        sql.execute("UPDATE blobs SET data = ?", (b"wrong",))
    with pytest.raises(StoreError, match="lost or damaged"):
        store.changes(session)
