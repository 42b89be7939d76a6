"""/profile: go on with another profile; the conversation goes along."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from flux_tui.config.profiles import profiles
from flux_tui.protocol.errors import UsageError
from flux_tui.ui.commands import Command

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp


async def run(app: "FluxApp", argument: str) -> None:
    assert app.live is not None
    session = app.live.session
    if session.running:
        raise UsageError("A turn is running. Stop it with Esc first.")
    name = argument or await _picked(app, session.settings.profile)
    if name is not None:
        flags = {**app.opening.flags, "profile": name}
        app.reopen(replace(app.opening, flags=flags, resume=session.id))


async def _picked(app: "FluxApp", now: str | None) -> str | None:
    from flux_tui.ui.screens.picker import Picker, Row

    known = await asyncio.to_thread(profiles, app.places)
    if not known:
        raise UsageError(f"There are no profiles yet. Put NAME.toml into {app.places.config / 'profiles'}.")
    rows = [Row(one.name, one.name, current=one.name == now) for one in known]
    return await app.push_screen_wait(Picker("Profile", rows))


COMMAND = Command("profile", "Go on with another profile", run, argument="[NAME]")
