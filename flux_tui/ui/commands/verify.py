"""/verify: the checks that Flux runs after a change; proposed by the project's files, kept only with a yes."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from flux_tui.protocol.errors import UsageError
from flux_tui.ui.commands import Command

if TYPE_CHECKING:
    from flux_tui.agent.session import Session
    from flux_tui.ui.app import FluxApp

RUN, CLEAR = "run", "off"
HERE, KEEP = "now", "keep"


async def run(app: "FluxApp", argument: str) -> None:
    assert app.live is not None
    session = app.live.session
    chosen = argument or await _picked(app, session)
    if not chosen:
        return
    commands = session.settings.verify.commands
    if chosen == RUN:
        await _run(app, session)
    elif chosen == CLEAR:
        await _set(app, session, ())
    elif chosen in commands:
        await _set(app, session, tuple(command for command in commands if command != chosen))
    else:
        await _set(app, session, (*commands, chosen))


async def _picked(app: "FluxApp", session: "Session") -> str | None:
    from flux_tui.agent.check_ideas import ideas
    from flux_tui.ui.screens.picker import Picker, Row

    commands = session.settings.verify.commands
    found = await asyncio.to_thread(ideas, session.cwd)
    rows = [Row(RUN, "Run them now", right="run")] if commands else []
    rows += [Row(one, one, "runs after changes; Enter removes it", current=True) for one in commands]
    rows += [Row(one, one, "this project seems to have it; Enter adds it") for one in found if one not in commands]
    empty = "Choose, or type a command; [*.py 60s] before it binds it to files"
    return await app.push_screen_wait(Picker("Checks after a change", rows, free=True, empty=empty))


async def _set(app: "FluxApp", session: "Session", commands: tuple[str, ...]) -> None:
    """For now; and for later if the person says so."""
    from flux_tui.config.saving import save_checks
    from flux_tui.ui.screens.picker import Picker, Row

    rows = [
        Row(HERE, "For this session only"),
        Row(KEEP, "Keep it for this folder", "in a profile of yours that Flux writes"),
    ]
    said = await app.push_screen_wait(Picker(f"{len(commands)} checks. How long?", rows))
    if said is None:
        return
    room = session.room
    room.settings = replace(room.settings, verify=replace(room.settings.verify, commands=commands))
    if said == KEEP:
        path = await asyncio.to_thread(save_checks, app.places, session.cwd, session.settings.profile, commands)
        app.tell(f"Kept in {path}.")
    else:
        app.tell("Checks: " + (", ".join(commands) or "none"))


async def _run(app: "FluxApp", session: "Session") -> None:
    from flux_tui.agent.checks import all_of
    from flux_tui.agent.checks import run as run_one

    if session.running:
        raise UsageError("A turn is running; it runs the checks at its end.")
    lines = []
    for spec in all_of(session.room):
        check = await run_one(session.room, spec, ())
        lines.append(f"{check.command}: {'ok' if check.exit == 0 else f'exit {check.exit}'}")
    app.tell("; ".join(lines))


COMMAND = Command("verify", "Checks that run after a change", run, ("checks",), "[run|off|COMMAND]")
