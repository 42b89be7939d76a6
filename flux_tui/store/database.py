"""One SQLite file, opened with care: private, checked after a crash, migrated with a backup, never deleted.

Every write is one short `BEGIN IMMEDIATE` transaction under a lock; when `write()` is left, it is on the disk.
"""

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flux_tui.protocol.errors import StoreError
from flux_tui.store import processes
from flux_tui.store.tables import MIGRATIONS, VERSION

PATIENCE = 5.0
"""Seconds to wait for another process's transaction."""
MEMORY = Path(":memory:")
"""Gone with the process: for calls that belong to no session."""


class Database:
    """A connection that all threads may use, one at a time."""

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self.path = path
        self.notes: list[str] = []
        self._lock = threading.RLock()
        self._patience = patience
        if path != MEMORY:
            _prepare(path)
        with self._telling():
            self._connection = self._open_sound()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """For SELECTs. StoreError instead of SQLite's errors."""
        with self._lock, self._telling():
            yield self._connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or nothing. StoreError instead of SQLite's errors."""
        with self._lock, self._telling():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _open_sound(self) -> sqlite3.Connection:
        connection = None
        try:
            connection = self._connect()
            if not self._suspect(connection) or _is_sound(connection):
                self._marker.unlink(missing_ok=True)
                return connection
        except sqlite3.DatabaseError as error:
            if _code(error) == sqlite3.SQLITE_IOERR and _is_full(self.path):
                # No room for the memory that processes share: alone one can still read.
                return self._connect(alone=True)
            if not _is_damage(error):
                raise
        if connection is not None:
            connection.close()
        self._put_aside()
        return self._connect()

    def _connect(self, alone: bool = False) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=self._patience, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        try:
            if alone:
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            (journal,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
            if journal not in ("wal", "memory"):
                self.notes.append(
                    f"{self.path.parent} does not support SQLite's WAL mode; Flux works more slowly there."
                )
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            self._migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        version = _version(connection)
        if version > VERSION:
            raise StoreError(f"{self.path} was written by a newer Flux (format {version}). Update Flux to use it.")
        if version == VERSION:
            return
        if version:
            backup = self.path.with_name(f"{self.path.name}.format-{version}")
            backup.unlink(missing_ok=True)
            connection.execute("VACUUM INTO ?", (str(backup),))
            backup.chmod(0o600)
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Read again under the lock: another process may just have done it.
            for script in MIGRATIONS[_version(connection) :]:
                for statement in script.split(";"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise

    @property
    def _marker(self) -> Path:
        return self.path.with_name(self.path.name + "-check")

    def _suspect(self, connection: sqlite3.Connection) -> bool:
        """Something went wrong when it was last used: it was found damaged, or a process died with a session open."""
        rows = connection.execute("SELECT pid, born, boot FROM leases").fetchall()
        return self._marker.exists() or not all(processes.is_alive(processes.Process(*row)) for row in rows)

    def _put_aside(self) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        aside = self.path.with_name(f"{self.path.name}.damaged-{stamp}")
        for suffix in ("-wal", "-shm", ""):
            part = self.path.with_name(self.path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
        self._marker.unlink(missing_ok=True)
        _prepare(self.path)
        self.notes.append(f"The session database was damaged. It is kept as {aside}; a new one was started.")

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if _is_damage(error):
                self._mark_suspect()
            raise StoreError(_sentence(error, self.path)) from error
        except sqlite3.Error as error:
            raise StoreError(f"{self.path} is closed or can't be used: {error}.") from error
        except OSError as error:
            raise StoreError(f"{error.filename or self.path} can't be used: {error.strerror}.") from error

    def _mark_suspect(self) -> None:
        # Only a mark for the next start; without it the damage shows again by itself.
        try:
            self._marker.touch(0o600)
        except OSError:
            return


def _prepare(path: Path) -> None:
    """The folder 0700 and the file 0600 before SQLite sees them: its side files take over the file's mode."""
    if ".db" not in path.name:
        raise StoreError(f"{path} is not named as a database (*.db), so Flux does not open it as one.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _close_to_others(path.parent, 0o700)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_CLOEXEC", 0), 0o600))
        except FileExistsError:
            if not stat.S_ISREG(path.stat().st_mode):
                raise StoreError(f"{path} is not a regular file. Move it away.") from None
            _close_to_others(path, 0o600)
    except OSError as error:
        raise StoreError(
            f"The session database {path} can't be opened: {error.strerror}. Make its folder writable, "
            "or name another with FLUX_HOME."
        ) from error


def _close_to_others(path: Path, mode: int) -> None:
    status = path.stat()
    if status.st_mode & 0o077 and status.st_uid == getattr(os, "getuid", lambda: status.st_uid)():
        path.chmod(mode)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _is_sound(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))


def _is_damage(error: sqlite3.Error) -> bool:
    return _code(error) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _is_full(path: Path) -> bool:
    """Whether the disk has no room left, which SQLite may tell as an error of reading and writing."""
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < 256 * 1024


def _sentence(error: sqlite3.Error, path: Path) -> str:
    match _code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"{path} is in use by another process that does not let go of it. Close that one and try again."
        case sqlite3.SQLITE_READONLY:
            return f"{path} is read-only. Make the file and its folder writable, or name another with FLUX_HOME."
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR if _code(error) == sqlite3.SQLITE_FULL or _is_full(path):
            return f"The disk is full: {path} can't be written. What was saved before is safe; free some space."
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return (
                f"{path} is damaged. Start Flux again: it checks the file, keeps it, and starts a new one if it must."
            )
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN:
            return f"{path} can't be read or written ({error}). Look at the disk and at the folder's permissions."
        case _:
            return f"{path} can't be used: {error}."
