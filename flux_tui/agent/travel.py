"""Back and forth in a session: undo, redo and rewind of files and conversation.

The person's own later edits are never overwritten: such a file is refused and stays as it is.
"""

import asyncio
from dataclasses import dataclass
from typing import Literal

from flux_tui.agent import undo as journal_of_files
from flux_tui.agent.conversation import RESET
from flux_tui.agent.room import Room
from flux_tui.protocol.errors import UsageError
from flux_tui.protocol.events import HistoryRewound, ModelChanged
from flux_tui.protocol.messages import Message, TextPart, user

What = Literal["undo", "redo", "rewind"]


@dataclass(frozen=True, slots=True)
class Travelled:
    files: tuple[str, ...]
    """Paths whose bytes changed."""
    refused: tuple[tuple[str, str], ...]
    """(path, why)."""
    nothing: bool = False
    """There was nothing to go back to."""

    @property
    def sentence(self) -> str:
        """What happened, for the person."""
        if self.nothing:
            return "There is nothing to take back."
        parts = (
            [f"{len(self.files)} file{'s' * (len(self.files) != 1)}: {', '.join(self.files)}."] if self.files else []
        )
        parts += [f"{path} was left as it is: {why}" for path, why in self.refused]
        return " ".join(parts) or "Done."


async def undo(room: Room) -> Travelled:
    result = await asyncio.to_thread(journal_of_files.undo, room.store, room.workspace, room.journal.session)
    return await _told(room, "undo", result)


async def redo(room: Room) -> Travelled:
    result = await asyncio.to_thread(journal_of_files.redo, room.store, room.workspace, room.journal.session)
    return await _told(room, "redo", result)


async def rewind(room: Room, turn: int, *, chat: bool, files: bool) -> Travelled:
    """To before `turn`. With `files` first, so that a refusal is known before words are lost from view."""
    session = room.journal.session
    result = journal_of_files.UndoResult((), ())
    if files:
        result = await asyncio.to_thread(journal_of_files.rewind, room.store, room.workspace, session, turn)
    if chat:
        await asyncio.to_thread(room.store.rewind, session, turn)
        stored = await asyncio.to_thread(room.store.messages, session)
        room.conversation.replace([message for _, message in stored])
    return await _told(room, "rewind", result, always=True)


async def use(room: Room, spec: str, running: bool) -> None:
    """The session's own model from now on; who chooses one wants no other by role."""
    cast = room.cast
    assert cast is not None
    provider = await asyncio.to_thread(cast.make, spec)
    old, room.provider = room.provider, provider
    cast.main, cast.role, cast.pinned = provider, "", True
    room.totals.window = cast.window(provider)
    origin = provider.origin
    await asyncio.to_thread(room.store.update, room.journal.session, provider=origin.provider, model=origin.model)
    room.journal.emit(ModelChanged(origin.provider, origin.model))
    if old is not None and not running and not cast.holds(old):
        await old.close()


async def reset_limits(room: Room, running: bool) -> None:
    """The person lets the model try again; told to it, so that it holds over a resume."""
    if running:
        raise UsageError("A turn is running. Stop it with Esc first.")
    for policy in room.policies:
        policy.reset()
    room.totals.restart_run()
    if room.conversation.messages:
        part = TextPart("[The person opened again what was closed to you. Read before you edit.]", {"flux": RESET})
        await room.journal.commit([Message("user", (part,))])


async def _told(room: Room, what: What, result: journal_of_files.UndoResult, *, always: bool = False) -> Travelled:
    """The model hears of it with the next prompt; every screen hears of it now."""
    files = tuple(dict.fromkeys(row.path for row in result.done))
    travelled = Travelled(files, tuple((row.path, row.why) for row in result.refused), not (files or result.refused))
    if files and room.conversation.messages:
        word = {"undo": "took back", "redo": "brought back", "rewind": "took back"}[what]
        await room.journal.commit(
            [user(f"[The person {word} your changes of: {', '.join(files)}. Read before you edit.]")]
        )
    if files or always:
        room.writes += 1
        refused = tuple(path for path, _ in travelled.refused)
        room.journal.emit(HistoryRewound(what, files, refused, result.turns))
    return travelled
