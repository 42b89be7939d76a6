"""What was said and what happened. Rows are added and marked, never changed: `show`, stats and resume read them."""

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from flux_tui.protocol.errors import StoreError, UsageError
from flux_tui.protocol.events import Event
from flux_tui.protocol.messages import Message
from flux_tui.protocol.wire import event_line, message_from, message_json
from flux_tui.store.database import Database

AT_ONCE = 200
"""Rows that are read at a time."""


class HistoryTable:
    """Part of `Store`."""

    _database: Database

    def save(
        self,
        session: str,
        turn: int,
        messages: Sequence[Message] = (),
        events: Sequence[tuple[float, Event]] = (),
    ) -> None:
        """All of it in one transaction, on the disk when this returns. `events` are (Unix seconds, event)."""
        now = time.time()
        bodies = [(message.role, _json(message_json(message))) for message in messages]
        lines = [(when, event_line(event, 0, when)) for when, event in events]
        with self._database.write() as sql:
            _touch(sql, session, now)
            if bodies:
                seq = _last(sql, "messages", session)
                rows = [(session, seq + n, turn, now, role, body) for n, (role, body) in enumerate(bodies, 1)]
                sql.executemany(
                    "INSERT INTO messages (session, seq, turn, time, role, body) VALUES (?, ?, ?, ?, ?, ?)", rows
                )
            if lines:
                seq = _last(sql, "events", session)
                numbered = [(when, {**line, "seq": seq + n}) for n, (when, line) in enumerate(lines, 1)]
                sql.executemany(
                    "INSERT INTO events (session, seq, turn, time, type, line) VALUES (?, ?, ?, ?, ?, ?)",
                    [(session, line["seq"], turn, when, line["type"], _json(line)) for when, line in numbered],
                )

    def messages(self, session: str) -> list[tuple[int, Message]]:
        """(turn, message) in order; only what is live."""
        with self._database.read() as sql:
            rows = sql.execute(
                "SELECT turn, body FROM messages WHERE session = ? AND gone IS NULL ORDER BY seq", (session,)
            ).fetchall()
        try:
            return [(turn, message_from(json.loads(body))) for turn, body in rows]
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"The history of session {session} can't be read: {error}. Files are untouched; start a new session."
            ) from error

    def events(self, session: str, copied: bool = True) -> list[dict[str, Any]]:
        """The lines of `flux exec --json`, deltas left out. `copied=False`: without what a fork took over."""
        return list(self.each_event(session, copied))

    def each_event(self, session: str, copied: bool = True) -> Iterator[dict[str, Any]]:
        """As `events`, some at a time: a long session need never stand in memory as a whole."""
        where = "" if copied else "AND copied = 0"
        query = f"SELECT seq, line FROM events WHERE session = ? AND seq > ? {where} ORDER BY seq LIMIT {AT_ONCE}"
        seq = -1
        while True:
            with self._database.read() as sql:
                rows = sql.execute(query, (session, seq)).fetchall()
            yield from (json.loads(line) for _, line in rows)
            if len(rows) < AT_ONCE:
                return
            seq = rows[-1][0]

    def last_turn(self, session: str) -> int:
        """The highest turn number used so far, rewound ones included; 0 before the first."""
        with self._database.read() as sql:
            row = sql.execute(
                "SELECT max(coalesce((SELECT max(turn) FROM messages WHERE session = ?1), 0),"
                " coalesce((SELECT max(turn) FROM events WHERE session = ?1), 0))",
                (session,),
            ).fetchone()
        return int(row[0])

    def rewind(self, session: str, turn: int) -> int:
        """Take the messages of this turn and all later ones out of the history. How many. They stay in the file."""
        if turn < 1:
            raise UsageError(f"There is no turn {turn}. Turns count from 1.")
        with self._database.write() as sql:
            _touch(sql, session, time.time())
            return sql.execute(
                "UPDATE messages SET gone = 'rewound' WHERE session = ? AND gone IS NULL AND turn >= ?", (session, turn)
            ).rowcount


def _touch(sql: sqlite3.Connection, session: str, now: float) -> None:
    done = sql.execute(
        "UPDATE sessions SET updated = ?, activity = (SELECT max(activity) + 1 FROM sessions) WHERE id = ?",
        (now, session),
    )
    if not done.rowcount:
        raise StoreError(f"There is no session {session!r} to save to. It may have been deleted meanwhile.")


def _last(sql: sqlite3.Connection, table: Literal["messages", "events"], session: str) -> int:
    row = sql.execute(f"SELECT coalesce(max(seq), 0) FROM {table} WHERE session = ?", (session,)).fetchone()
    return int(row[0])


def _json(value: Any) -> str:
    # Pure ASCII: a lone surrogate in a name or an output then is an escape like any other.
    return json.dumps(value, separators=(",", ":"))
