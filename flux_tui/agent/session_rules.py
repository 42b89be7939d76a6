"""Yes for longer than once: rules kept for this session, or written to the person's own rules."""

import asyncio
from dataclasses import replace

from flux_tui.agent.room import Room
from flux_tui.config.load import remember_rule
from flux_tui.protocol.decisions import Approve


async def remember(room: Room, decision: Approve, proposed: tuple[str, ...]) -> None:
    """Scope "session" keeps the proposed rules in memory, "rule" writes those the person left in the card."""
    if decision.scope == "once":
        return
    rules = decision.rules or proposed
    room.rules = replace(room.rules, allow=tuple(dict.fromkeys((*room.rules.allow, *rules))))
    if decision.scope == "rule":
        for rule in rules:
            await asyncio.to_thread(remember_rule, room.places, rule)
