"""The tables of the database, as SQL, and how an older file is brought up to them.

Readable with any `sqlite3`. Times are Unix seconds, `line` and `body` are JSON.

- `sessions`   one conversation in one folder. `activity` grows with each save over all sessions: the order of use,
  whatever the clock does. Turns and costs are no columns: they are counted from `events`.
- `messages`   the history as models get it. `gone` is NULL for what is live, else why it left (`rewound`).
- `events`     what happened, each as one line of `flux exec --json`. `copied` = 1: told by another session (a fork).
- `changes`    the journal of file changes. `state`: `intent` (about to be written) > `applied` > `undoing` > `undone` >
  `redoing` > `applied`; `dropped` = never reached the disk. `mark`: the newest change when
  this one was undone; `step`: counts undo steps, the highest is redone first.
- `blobs`      file contents by SHA-256, each once; `packed` = 1: zlib.
- `leases`     which process has a session open.
"""

VERSION = 1

MIGRATIONS = (
    """
    CREATE TABLE sessions (
      id TEXT PRIMARY KEY, name TEXT NOT NULL DEFAULT '', cwd TEXT NOT NULL, provider TEXT NOT NULL,
      model TEXT NOT NULL, mode TEXT NOT NULL, profile TEXT, created REAL NOT NULL, updated REAL NOT NULL,
      activity INTEGER NOT NULL, forked_from TEXT
    );
    CREATE INDEX sessions_by_activity ON sessions (activity);
    CREATE TABLE messages (
      session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE, seq INTEGER NOT NULL, turn INTEGER NOT NULL,
      time REAL NOT NULL, role TEXT NOT NULL, body TEXT NOT NULL, gone TEXT, PRIMARY KEY (session, seq)
    );
    CREATE TABLE events (
      session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE, seq INTEGER NOT NULL, turn INTEGER NOT NULL,
      time REAL NOT NULL, type TEXT NOT NULL, line TEXT NOT NULL, copied INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (session, seq)
    );
    CREATE INDEX events_that_count ON events (session, type) WHERE type IN ('turn_started', 'message_finished');
    CREATE TABLE blobs (sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, packed INTEGER NOT NULL, data BLOB NOT NULL);
    CREATE TABLE changes (
      id TEXT PRIMARY KEY, session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE, number INTEGER NOT NULL,
      turn INTEGER NOT NULL, call TEXT NOT NULL, path TEXT NOT NULL, before TEXT REFERENCES blobs,
      after TEXT REFERENCES blobs, moved_from TEXT, mode INTEGER, time REAL NOT NULL, state TEXT NOT NULL, mark INTEGER,
      step INTEGER,
      UNIQUE (session, number)
    );
    CREATE INDEX changes_unsettled ON changes (state) WHERE state IN ('intent', 'undoing', 'redoing');
    CREATE INDEX changes_by_before ON changes (before);
    CREATE INDEX changes_by_after ON changes (after);
    CREATE TABLE leases (
      session TEXT PRIMARY KEY REFERENCES sessions ON DELETE CASCADE, pid INTEGER NOT NULL, born TEXT NOT NULL,
      boot TEXT NOT NULL, taken REAL NOT NULL
    );
    """,
)
"""`MIGRATIONS[n]` leads from version n to n + 1."""
