"""/diff: what this session changed, in the review pane."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flux_tui.protocol.blocks import DiffBlock
from flux_tui.ui.commands import Command

if TYPE_CHECKING:
    from flux_tui.store import ChangeRow
    from flux_tui.ui.app import FluxApp


async def run(app: "FluxApp", argument: str) -> None:
    from flux_tui.ui import panes

    assert app.live is not None
    live = app.live
    if live.questions.edit is not None:
        app.tell("A change waits for your review: decide it first (Alt+3).", "warning")
        return
    changes = await asyncio.to_thread(live.session.store.changes, live.session.id)
    files = await asyncio.to_thread(net, changes)
    if not files:
        app.tell("This session has changed no files.")
        return
    panes.open_review(app)
    app.main.review.show_files(files, "session")
    app.main.review.focus()


def net(changes: "Iterable[ChangeRow]") -> tuple[DiffBlock, ...]:
    """One diff a file: from its bytes before the first change to those after the last one that stands."""
    before: dict[str, bytes | None] = {}
    after: dict[str, bytes | None] = {}
    moved: dict[str, str] = {}
    for row in changes:
        if row.state != "applied":
            continue
        before.setdefault(row.path, row.before)
        after[row.path] = row.after
        if row.moved_from:
            moved[row.path] = row.moved_from
    return tuple(
        DiffBlock(path, _text(before[path]), _text(after[path]), moved.get(path))
        for path in before
        if before[path] != after[path]
    )


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "backslashreplace").replace("\r\n", "\n")


COMMAND = Command("diff", "What this session changed", run, ("changes",))
