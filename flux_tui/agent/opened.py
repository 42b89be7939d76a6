"""What `open_session` hands to a Session: the room, and how to release what is outside it."""

import asyncio
from dataclasses import dataclass

from flux_tui.agent.commands import stop_background
from flux_tui.agent.room import Room


@dataclass(frozen=True, slots=True)
class Opened:
    id: str
    room: Room
    instructions: str = ""
    notes: tuple[str, ...] = ()
    guide_prompts: tuple[str, ...] = ()

    async def close(self) -> None:
        """Provider, background commands, lease."""
        room = self.room
        await stop_background(room)
        if room.cast is not None:
            await room.cast.close()
        elif room.provider is not None:
            await room.provider.close()
        await asyncio.to_thread(room.store.release, self.id)
        await asyncio.to_thread(room.store.close)
