"""/model: another model from the next request on; the conversation goes along."""

import asyncio
from typing import TYPE_CHECKING

from flux_tui.ui.commands import Command

if TYPE_CHECKING:
    from flux_tui.agent.session import Session
    from flux_tui.ui.app import FluxApp


async def run(app: "FluxApp", argument: str) -> None:
    assert app.live is not None
    spec = argument or await _picked(app, app.live.session, app.live.spec)
    if spec:
        await app.live.session.use(spec)


async def _picked(app: "FluxApp", session: "Session", now: str) -> str | None:
    from flux_tui.ui.screens.picker import Picker, Row

    known = await asyncio.to_thread(choices, session, now)
    rows = [Row(spec, spec, note, current=spec == now) for spec, note in known.items()]
    empty = "Type to search, or any provider:model"
    return await app.push_screen_wait(Picker("Model", rows, free=True, empty=empty))


def choices(session: "Session", now: str) -> dict[str, str]:
    """`provider:model` -> why it is offered: in use, set by role, or used before."""
    roles, found = session.settings.roles, {now: "in use"}
    named = {"strong": roles.strong, "everyday": roles.everyday, "cheap": roles.cheap, "config": session.settings.model}
    for why, spec in named.items():
        if ":" in spec:
            found.setdefault(spec, why)
    for row in session.store.sessions(None):
        if row.provider:
            found.setdefault(f"{row.provider}:{row.model}", "used before")
    return found


COMMAND = Command("model", "Another model; the conversation goes along", run, argument="[PROVIDER:MODEL]")
