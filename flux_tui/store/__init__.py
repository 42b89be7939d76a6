"""Sessions, history and changes in one SQLite file. Never deletes what it can't read; never holds a key."""

from flux_tui.store.rows import ChangeRow, ChangeState, SessionRow
from flux_tui.store.store import Store

__all__ = ["ChangeRow", "ChangeState", "SessionRow", "Store"]
