"""/model: another model from the next request on; the conversation goes along."""

import asyncio
from typing import TYPE_CHECKING

from flux_tui.ui.commands import Command

if TYPE_CHECKING:
    from flux_tui.agent.availability import Known
    from flux_tui.agent.session import Session
    from flux_tui.ui.app import FluxApp
    from flux_tui.ui.screens.picker import Row


async def run(app: "FluxApp", argument: str) -> None:
    assert app.live is not None
    spec = argument or await _picked(app, app.live.session, app.live.spec)
    if spec:
        await app.live.session.use(spec)


async def _picked(app: "FluxApp", session: "Session", now: str) -> str | None:
    from flux_tui.ui.screens.picker import Picker

    rows = await asyncio.to_thread(choices, session, now)
    empty = "Type to search, or any provider:model"
    return await app.push_screen_wait(Picker("Model", rows, free=True, empty=empty))


def choices(session: "Session", now: str) -> "list[Row]":
    """In use, set by role, used before, known to Flux or running on this machine; last what can't be used."""
    from flux_tui.agent.availability import known
    from flux_tui.ui.screens.picker import Row

    models = {model.spec: model for model in known(session.settings, session.room.places)}
    off = {spec for spec, model in models.items() if model.available is False}
    notes = {now: "in use", **named(session)}
    return [
        Row(
            spec,
            spec,
            note_of(notes.get(spec, ""), models.get(spec)),
            figures(models.get(spec)),
            spec == now,
            spec in off,
        )
        for spec in sorted(dict.fromkeys((*notes, *models)), key=off.__contains__)
    ]


def named(session: "Session") -> dict[str, str]:
    """`provider:model` -> why it is offered."""
    roles, found = session.settings.roles, dict[str, str]()
    by_role = {
        "strong": roles.strong,
        "everyday": roles.everyday,
        "cheap": roles.cheap,
        "config": session.settings.model,
    }
    for why, spec in by_role.items():
        if ":" in spec:
            found.setdefault(spec, why)
    for row in session.store.sessions(None):
        if row.provider:
            found.setdefault(f"{row.provider}:{row.model}", "used before")
    return found


def note_of(note: str, model: "Known | None") -> str:
    return model.why if model is not None and model.available is False else note


def figures(model: "Known | None") -> str:
    """Window and price, as far as they are known."""
    if model is None:
        return ""
    price = f"${model.input} / {model.output}" if model.input else ""
    window = f"{model.window // 1000:,}k" if model.window else ""
    return "  ".join(filter(None, (window, price)))


COMMAND = Command("model", "Another model; the conversation goes along", run, argument="[PROVIDER:MODEL]")
