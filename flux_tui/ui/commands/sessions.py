"""/sessions: this folder's sessions; choosing one goes on with it."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from flux_tui.protocol.errors import UsageError
from flux_tui.ui.commands import Command
from flux_tui.ui.widgets.status_bar import money

if TYPE_CHECKING:
    from flux_tui.store import SessionRow
    from flux_tui.ui.app import FluxApp
    from flux_tui.ui.screens.picker import Row


async def run(app: "FluxApp", argument: str) -> None:
    assert app.live is not None
    session = app.live.session
    if session.running:
        raise UsageError("A turn is running. Stop it with Esc first.")
    chosen = argument or await _picked(app)
    if chosen and chosen != session.id:
        app.reopen(replace(app.opening, resume=chosen))


async def _picked(app: "FluxApp") -> str | None:
    from flux_tui.ui.screens.picker import Picker

    assert app.live is not None
    session = app.live.session
    found = await asyncio.to_thread(session.store.sessions, session.cwd)
    rows = [_row(one, session.id) for one in found if one.turns or one.id == session.id]
    return await app.push_screen_wait(Picker("Sessions of this folder", rows))


def _row(one: "SessionRow", now: str) -> "Row":
    from flux_tui.ui.screens.picker import Row

    turns = "1 turn" if one.turns == 1 else f"{one.turns} turns"
    note = f"{turns} · {one.provider}:{one.model} · {money(one.cost_usd)}"
    when = one.updated[:16].replace("T", " ")
    return Row(one.id, one.name or "(no prompt yet)", note, when, current=one.id == now)


COMMAND = Command("sessions", "Sessions of this folder; choose one to go on with", run, ("resume", "continue"), "[ID]")
