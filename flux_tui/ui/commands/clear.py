"""/clear: begin a new conversation. Files, undo and budget stay; the old conversation stays resumable as a copy."""

import asyncio
from typing import TYPE_CHECKING

from flux_tui.protocol.errors import UsageError
from flux_tui.ui.commands import Command

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp


async def run(app: "FluxApp", argument: str) -> None:
    live = app.live
    assert live is not None
    session = live.session
    if session.running:
        raise UsageError("A turn is running. Stop it with Esc first.")
    if await asyncio.to_thread(session.store.last_turn, session.id) == 0:
        app.main.chat.transcript.clear()
        return
    kept = await asyncio.to_thread(session.store.fork, session.id)
    await session.rewind(1, chat=True, files=False)
    app.main.chat.transcript.clear()
    app.tell(f"A new conversation. The old one is session {kept}; /sessions brings it back.")


COMMAND = Command("clear", "New conversation; the old one stays in /sessions", run, ("new", "reset"))
