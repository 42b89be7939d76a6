"""The store as its callers see it. Synchronous and safe to use from any thread; each call is one short transaction."""

from pathlib import Path

from flux_tui.store.changes import ChangeTable
from flux_tui.store.database import MEMORY, PATIENCE, Database
from flux_tui.store.history import HistoryTable
from flux_tui.store.sessions import SessionTable


class Store(SessionTable, HistoryTable, ChangeTable):
    """All tables over one database. Errors: StoreError for the file, UsageError for a session that is not there."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.notes: tuple[str, ...] = tuple(database.notes)
        """Sentences for the person about the opening: a damaged file was put aside, WAL is not supported."""

    @classmethod
    def open(cls, path: Path, patience: float = PATIENCE) -> "Store":
        """Open or create it. `patience`: seconds to wait for another process's transaction."""
        return cls(Database(path, patience))

    @classmethod
    def in_memory(cls) -> "Store":
        """Nothing of it reaches the disk."""
        return cls(Database(MEMORY))

    def close(self) -> None:
        """Done by one thread, when no other call is under way."""
        self._database.close()
