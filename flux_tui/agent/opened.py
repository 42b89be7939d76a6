"""What `open_session` hands to a Session: the room, and how to make and release what is outside it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from flux_tui.agent.commands import stop_background
from flux_tui.agent.room import Room
from flux_tui.llm.base_provider import BaseLLMProvider


@dataclass(frozen=True, slots=True)
class Opened:
    id: str
    room: Room
    make: Callable[[str], BaseLLMProvider]
    """`provider:model` -> a provider. Raises UsageError. Called in a thread."""
    window: Callable[[BaseLLMProvider], int | None]
    """Tokens of the model's context, None where unknown."""
    instructions: str = ""
    notes: tuple[str, ...] = ()
    guide_prompts: tuple[str, ...] = ()

    async def close(self) -> None:
        """Provider, background commands, lease."""
        room = self.room
        await stop_background(room)
        if room.provider is not None:
            await room.provider.close()
        await asyncio.to_thread(room.store.release, self.id)
        await asyncio.to_thread(room.store.close)
