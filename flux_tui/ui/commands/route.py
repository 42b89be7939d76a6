"""/route: which model speaks when, what that saved so far, and another way."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flux_tui.config.settings import RoutingPolicy
from flux_tui.protocol.errors import UsageError
from flux_tui.ui.commands import Command
from flux_tui.ui.widgets.status_bar import money

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp

WAYS: Mapping[str, RoutingPolicy] = {
    "off": "off",
    "read-cheap": "read-cheap",
    "plan-strong": "plan-strong",
    "escalate": "escalate",
    "auto": "auto",
}
NOTES: Mapping[str, str] = {
    "off": "the session's model alone",
    "read-cheap": "reading on the cheap model, from the first edit or command on the strong one",
    "plan-strong": "the strong model plans, the cheap one edits",
    "escalate": "the everyday model; the strong one where it is stuck",
    "auto": "read-cheap where a cheap and a strong model are set, else off",
}


async def run(app: "FluxApp", argument: str) -> None:
    from flux_tui.agent.cast import route_of

    assert app.live is not None
    room = app.live.session.room
    way = argument or await _picked(app)
    if way is None:
        return
    if way not in WAYS or room.cast is None:
        raise UsageError(f"There is no way {way}. Ways: {', '.join(WAYS)}.")
    room.cast.pinned = False
    room.settings = replace(room.settings, routing=replace(room.settings.routing, policy=WAYS[way]))
    now = route_of(room.settings, room.cast)
    lacking = "" if way in (now, "auto") else " The models it needs are not set under [roles]."
    app.tell(f"From the next turn on: {now}, {NOTES[now]}.{lacking}", "warning" if lacking else "info")


async def _picked(app: "FluxApp") -> str | None:
    from flux_tui.agent.cast import route_of
    from flux_tui.ui.screens.picker import Picker, Row

    assert app.live is not None
    session = app.live.session
    now = route_of(session.settings, session.room.cast)
    roles = session.room.cast.roles if session.room.cast is not None else {}
    title = "Which model speaks when: " + (", ".join(f"{role} {spec}" for role, spec in roles.items()) or "one model")
    saving = saved(await asyncio.to_thread(session.store.events, session.id))
    rows = [Row(way, way, note, saving if way == now else "", way == now) for way, note in NOTES.items()]
    return await app.push_screen_wait(Picker(title, rows))


def saved(lines: list[dict[str, Any]]) -> str:
    """`$0.12 instead of $0.40`, "" where no role spoke or a price is not known."""
    rows = [line for line in lines if line["type"] == "message_finished" and line.get("role")]
    if not rows or any(row["cost_usd"] is None or row.get("strong_usd") is None for row in rows):
        return ""
    spent = sum((Decimal(row["cost_usd"]) for row in rows), Decimal(0))
    strong = sum((Decimal(row["strong_usd"]) for row in rows), Decimal(0))
    return f"{money(spent)} instead of {money(strong)} all strong"


COMMAND = Command("route", "Which model speaks when, and what it saves", run, ("routing",), f"[{'|'.join(WAYS)}]")
