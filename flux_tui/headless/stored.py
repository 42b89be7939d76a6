"""Opening the store for a command that only looks or undoes: which folder, which session."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flux_tui.config.places import places
from flux_tui.protocol.errors import UsageError
from flux_tui.store import SessionRow, Store


@contextmanager
def opened() -> Iterator[Store]:
    store = Store.open(places(os.environ).data / "flux.db")
    try:
        yield store
    finally:
        store.close()


def folder(cwd: str) -> Path:
    return Path(os.path.realpath(cwd))


def chosen(store: Store, spec: str | None, cwd: Path) -> SessionRow:
    """An id, or `last`: the one of this folder with the newest activity. UsageError if there is none."""
    if spec and spec != "last":
        return store.session(spec)
    row = store.newest(cwd)
    if row is None:
        raise UsageError(f"there is no session of {cwd}. `flux sessions --all` lists those of other folders.")
    return row
