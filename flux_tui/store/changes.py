"""The journal of file changes: bytes before and after, kept before the disk is touched, so that nothing is lost."""

import hashlib
import os
import sqlite3
import time
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flux_tui.protocol.errors import StoreError
from flux_tui.protocol.outcomes import FileChange
from flux_tui.store import processes
from flux_tui.store.database import Database
from flux_tui.store.rows import ChangeRow, Settled, into, out

_COLUMNS = "id, session, number, turn, call, path, before, after, state, moved_from, mode, mark, step"


class ChangeTable:
    """Part of `Store`."""

    _database: Database

    def begin_changes(
        self, session: str, turn: int, call: str, changes: Sequence[FileChange], modes: Mapping[str, int]
    ) -> list[str]:
        """Journal what is about to be written, as `intent`. `modes`: permission bits by path. Ids in this order."""
        blobs = {
            sha: data for change in changes for sha, data in (_hashed(change.before), _hashed(change.after)) if sha
        }
        packed = [_packed(sha, data) for sha, data in self._unknown(blobs).items()]
        now = time.time()
        with self._database.write() as sql:
            sql.executemany("INSERT OR IGNORE INTO blobs (sha256, size, packed, data) VALUES (?, ?, ?, ?)", packed)
            first = sql.execute(
                "SELECT coalesce(max(number), 0) + 1 FROM changes WHERE session = ?", (session,)
            ).fetchone()[0]
            ids = []
            for number, change in enumerate(changes, first):
                ids.append(f"{session}-{number}")
                sql.execute(
                    "INSERT INTO changes (id, session, number, turn, call, path, before, after, moved_from, mode, time,"
                    " state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'intent')",
                    (
                        *(ids[-1], session, number, turn, call, into(change.path)),
                        *(_hashed(change.before)[0], _hashed(change.after)[0]),
                        *(into(change.moved_from) if change.moved_from else None, modes.get(change.path), now),
                    ),
                )
        return ids

    def settle(self, ids: Sequence[str], state: Settled) -> None:
        """How it went, all at once. What is `undone` together is one step of redo; `redone` is `applied` again."""
        if not ids:
            return
        new = "applied" if state == "redone" else state
        with self._database.write() as sql:
            mark, step = _undone(sql, ids) if state == "undone" else (None, None)
            sql.executemany(
                "UPDATE changes SET state = ?, mark = coalesce(?, mark), step = coalesce(?, step) WHERE id = ?",
                [(new, mark, step, change) for change in ids],
            )

    def changes(self, session: str, contents: bool = True) -> list[ChangeRow]:
        """All of a session, in the order made. `contents=False`: the hashes only, for long sessions."""
        return self._rows("session = ?", contents, session)

    def unsettled(self, cwd: Path) -> list[ChangeRow]:
        """Those that a crash left between journal and disk, in this folder; not those of a process still at work."""
        me = processes.myself()
        rows = self._rows(
            "state IN ('intent', 'undoing', 'redoing') AND session IN (SELECT id FROM sessions WHERE cwd = ?)",
            False,
            into(os.path.realpath(cwd)),
        )
        with self._database.read() as sql:
            leases = sql.execute("SELECT session, pid, born, boot FROM leases").fetchall()
        holders = {session: processes.Process(*who) for session, *who in leases}
        busy = {name for name, holder in holders.items() if holder != me and processes.is_alive(holder)}
        return [row for row in rows if row.session not in busy]

    def contents(self, sha256: str | None) -> bytes | None:
        """The bytes of this hash, None for None. StoreError if they are lost or damaged."""
        if sha256 is None:
            return None
        with self._database.read() as sql:
            row = sql.execute("SELECT packed, data FROM blobs WHERE sha256 = ?", (sha256,)).fetchone()
        try:
            data: bytes | None = zlib.decompress(row[1]) if row and row[0] else row and row[1]
        except zlib.error:
            data = None
        if data is None or _hashed(data)[0] != sha256:
            raise StoreError(f"The saved contents {sha256[:12]}… are lost or damaged, so this change can't be undone.")
        return data

    def _rows(self, which: str, contents: bool, *given: object) -> list[ChangeRow]:
        with self._database.read() as sql:
            found = sql.execute(
                f"SELECT {_COLUMNS} FROM changes WHERE {which} ORDER BY session, number", given
            ).fetchall()
        return [self._row(row, contents) for row in found]

    def _row(self, row: tuple[Any, ...], contents: bool) -> ChangeRow:
        change, session, number, turn, call, path, before, after, state, moved_from, mode, mark, step = row
        return ChangeRow(
            id=change,
            session=session,
            number=number,
            turn=turn,
            call=call,
            path=out(path),
            before=self.contents(before) if contents else None,
            after=self.contents(after) if contents else None,
            before_sha256=before,
            after_sha256=after,
            state=state,
            moved_from=None if moved_from is None else out(moved_from),
            mode=mode,
            mark=mark,
            step=step,
        )

    def _unknown(self, blobs: Mapping[str, bytes]) -> dict[str, bytes]:
        with self._database.read() as sql:
            return {
                sha: data
                for sha, data in blobs.items()
                if not sql.execute("SELECT 1 FROM blobs WHERE sha256 = ?", (sha,)).fetchone()
            }


def _undone(sql: sqlite3.Connection, ids: Sequence[str]) -> tuple[int | None, int | None]:
    """The session's newest change, and the number of the next undo step."""
    row = sql.execute(
        "SELECT max(number) FILTER (WHERE state != 'dropped'), coalesce(max(step), 0) + 1 FROM changes"
        " WHERE session = (SELECT session FROM changes WHERE id = ?)",
        (ids[0],),
    ).fetchone()
    return row[0], row[1]


def _hashed(data: bytes | None) -> tuple[str | None, bytes]:
    return (None, b"") if data is None else (hashlib.sha256(data).hexdigest(), data)


def _packed(sha: str, data: bytes) -> tuple[str, int, int, bytes]:
    small = zlib.compress(data, 1)
    return (sha, len(data), 1, small) if len(small) < len(data) else (sha, len(data), 0, data)
