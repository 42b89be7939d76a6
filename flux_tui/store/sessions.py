"""The sessions of the store: making, finding, naming, copying, removing, and who has one open."""

import os
import secrets
import sqlite3
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from flux_tui.protocol.errors import StoreError, UsageError
from flux_tui.protocol.wire import utc
from flux_tui.store import processes
from flux_tui.store.database import Database
from flux_tui.store.rows import SessionRow, into, out

_ROWS = """
    SELECT id, coalesce(nullif(name, ''), (SELECT json_extract(line, '$.prompt') FROM events
             WHERE session = sessions.id AND type = 'turn_started' ORDER BY seq LIMIT 1), ''),
           cwd, provider, model, mode, profile, created, updated,
           (SELECT count(*) FROM events WHERE session = sessions.id AND type = 'turn_started'),
           (SELECT json_group_array(json_extract(line, '$.cost_usd')) FROM events
             WHERE session = sessions.id AND type = 'message_finished' AND copied = 0)
    FROM sessions"""


class SessionTable:
    """Part of `Store`."""

    _database: Database

    def create(self, cwd: Path, provider: str, model: str, mode: str, profile: str | None) -> str:
        """A new session's id. `cwd` is stored as its real path."""
        now = time.time()
        session = f"{datetime.fromtimestamp(now, UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
        with self._database.write() as sql:
            sql.execute(
                "INSERT INTO sessions (id, cwd, provider, model, mode, profile, created, updated, activity)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(activity), 0) + 1 FROM sessions))",
                (session, _folder(cwd), provider, model, str(mode), profile, now, now),
            )
        return session

    def sessions(self, cwd: Path | None = None) -> list[SessionRow]:
        """Those of one folder, or all; the last used first."""
        where, given = ("WHERE cwd = ?", (_folder(cwd),)) if cwd is not None else ("", ())
        with self._database.read() as sql:
            return [_row(row) for row in sql.execute(f"{_ROWS} {where} ORDER BY activity DESC", given)]

    def session(self, session: str) -> SessionRow:
        """UsageError if there is none with this id."""
        with self._database.read() as sql:
            row = sql.execute(f"{_ROWS} WHERE id = ?", (session,)).fetchone()
        if row is None:
            raise UsageError(f"There is no session {session!r}. `flux sessions --all` lists them.")
        return _row(row)

    def newest(self, cwd: Path) -> SessionRow | None:
        """The one of this folder that was used last."""
        with self._database.read() as sql:
            row = sql.execute(f"{_ROWS} WHERE cwd = ? ORDER BY activity DESC LIMIT 1", (_folder(cwd),)).fetchone()
        return _row(row) if row else None

    def update(
        self,
        session: str,
        *,
        name: str | None = None,
        provider: str | None = None,
        model: str | None = None,
        mode: str | None = None,
    ) -> None:
        """Change what is given; None = as it is. UsageError if there is no such session."""
        given = {"name": name, "provider": provider, "model": model, "mode": mode}
        new = {column: str(value) for column, value in given.items() if value is not None}
        if not new:
            return
        with self._database.write() as sql:
            columns = ", ".join(f"{column} = ?" for column in new)
            if not sql.execute(f"UPDATE sessions SET {columns} WHERE id = ?", (*new.values(), session)).rowcount:
                raise UsageError(f"There is no session {session!r}.")

    def fork(self, session: str) -> str:
        """A new session that goes on from here. It takes the live history; changes and undo stay with the old."""
        old = self.session(session)
        new = self.create(Path(old.cwd), old.provider, old.model, old.mode, old.profile)
        with self._database.write() as sql:
            sql.execute("UPDATE sessions SET forked_from = ?, name = ? WHERE id = ?", (session, old.name, new))
            sql.execute(
                "INSERT INTO messages (session, seq, turn, time, role, body) SELECT ?, row_number() OVER"
                " (ORDER BY seq), turn, time, role, body FROM messages WHERE session = ? AND gone IS NULL",
                (new, session),
            )
            sql.execute(
                "INSERT INTO events (session, seq, turn, time, type, line, copied)"
                " SELECT ?, seq, turn, time, type, line, 1 FROM events WHERE session = ?",
                (new, session),
            )
        return new

    def delete(self, session: str) -> None:
        """Remove a session with all that is its own. UsageError: there is none; StoreError: it is open elsewhere."""
        with self._database.write() as sql:
            _refuse_if_open(sql, session)
            if not sql.execute("DELETE FROM sessions WHERE id = ?", (session,)).rowcount:
                raise UsageError(f"There is no session {session!r}.")
            sql.execute(
                "DELETE FROM blobs WHERE NOT EXISTS (SELECT 1 FROM changes WHERE before = sha256)"
                " AND NOT EXISTS (SELECT 1 FROM changes WHERE after = sha256)"
            )

    def lease(self, session: str) -> None:
        """Mark the session as open in this process. StoreError naming the process that has it open."""
        me = processes.myself()
        with self._database.write() as sql:
            _refuse_if_open(sql, session)
            sql.execute(
                "INSERT OR REPLACE INTO leases (session, pid, born, boot, taken) VALUES (?, ?, ?, ?, ?)",
                (session, me.pid, me.born, me.boot, time.time()),
            )

    def release(self, session: str) -> None:
        """Give the lease back. Another process's lease stays."""
        me = processes.myself()
        with self._database.write() as sql:
            sql.execute(
                "DELETE FROM leases WHERE session = ? AND pid = ? AND born = ? AND boot = ?",
                (session, me.pid, me.born, me.boot),
            )


def _refuse_if_open(sql: sqlite3.Connection, session: str) -> None:
    row = sql.execute("SELECT pid, born, boot, taken FROM leases WHERE session = ?", (session,)).fetchone()
    if row is None:
        return
    holder = processes.Process(*row[:3])
    if holder != processes.myself() and processes.is_alive(holder):
        raise StoreError(
            f"Session {session} is open in another Flux (process {holder.pid}, since {utc(row[3])}). "
            f"Close it there, or go on in a copy: flux sessions fork {session}."
        )


def _folder(cwd: Path) -> str | bytes:
    return into(os.path.realpath(cwd))


def _row(row: tuple[object, ...]) -> SessionRow:
    session, name, cwd, provider, model, mode, profile, created, updated, turns, costs = row
    assert isinstance(cwd, (str, bytes))
    assert isinstance(created, float)
    assert isinstance(updated, float)
    return SessionRow(
        id=str(session),
        name=_short(str(name)),
        cwd=out(cwd),
        provider=str(provider),
        model=str(model),
        mode=str(mode),
        profile=None if profile is None else str(profile),
        created=utc(created),
        updated=utc(updated),
        turns=int(str(turns)),
        cost_usd=_sum(str(costs)),
    )


def _short(name: str) -> str:
    line = " ".join(name.split())
    return line if len(line) <= 80 else line[:79] + "…"


def _sum(costs: str) -> Decimal | None:
    import json

    total = Decimal(0)
    for cost in json.loads(costs):
        if cost is None:
            return None
        total += Decimal(str(cost))
    return total
