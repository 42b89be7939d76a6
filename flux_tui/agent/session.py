"""The whole border between agent and screens: words and decisions in, events out. All see the same stream."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

from flux_tui.agent import fitting, travel
from flux_tui.agent.opened import Opened
from flux_tui.agent.room import Room
from flux_tui.agent.totals import Totals
from flux_tui.agent.turns import Turns
from flux_tui.config.settings import Settings
from flux_tui.protocol.codes import Mode
from flux_tui.protocol.decisions import Asked, Decision
from flux_tui.protocol.errors import UsageError
from flux_tui.protocol.events import Event, ModeChanged
from flux_tui.store import Store
from flux_tui.workspace.ledger import Ledger


class Session:
    """One conversation in one folder. Made by `open_session`; all methods belong to the loop's thread."""

    def __init__(self, opened: Opened) -> None:
        self.id = opened.id
        self.room: Room = opened.room
        self.store: Store = opened.room.store
        self.ledger: Ledger = opened.room.conversation.ledger
        self.totals: Totals = opened.room.totals
        self.cwd: Path = opened.room.workspace.root
        self.notes: tuple[str, ...] = opened.notes
        """What the person should know of the start: notes of config, trust and store."""
        self.guide_prompts: tuple[str, ...] = opened.guide_prompts
        self._opened = opened
        self._turns = Turns(opened.room, opened.instructions)

    @property
    def settings(self) -> Settings:
        return self.room.settings

    @property
    def mode(self) -> Mode:
        return self.room.mode

    @property
    def questions(self) -> tuple[Asked, ...]:
        return self.room.asker.questions

    @property
    def running(self) -> bool:
        return self._turns.running

    def events(self) -> AsyncIterator[Event]:
        """Everything from now on. Subscribed at the call."""
        return self.room.journal.events()

    async def prompt(self, text: str, *, queue: bool = False) -> None:
        """Start a turn. While one runs: steer it after its current calls, or queue for after its end."""
        self._turns.give(text, queue=queue)

    def take_back(self) -> str | None:
        """The last words that were queued or meant to steer and have not gone out yet."""
        return self._turns.take_back()

    def answer(self, call: str, decision: Decision) -> bool:
        """False if the question is not open any more."""
        return self.room.asker.answer(call, decision)

    def interrupt(self) -> None:
        """End the running turn at once; what reached the disk is recorded first."""
        self._turns.interrupt()

    def set_mode(self, mode: Mode) -> None:
        self.room.mode = mode
        self.room.journal.emit(ModeChanged(mode))

    async def use(self, spec: str) -> None:
        """Another model, `provider:model`, from the next request on. UsageError if it can't be had."""
        await travel.use(self.room, spec, self.running)

    async def undo(self) -> travel.Travelled:
        """Take back the file changes of the last turn that changed files."""
        return await travel.undo(self.room)

    async def redo(self) -> travel.Travelled:
        return await travel.redo(self.room)

    async def rewind(self, turn: int, *, chat: bool = True, files: bool = True) -> travel.Travelled:
        """Back to before this turn: the conversation, the files, or both."""
        return await travel.rewind(self.room, turn, chat=chat, files=files)

    async def compact(self, how: Literal["", "all", "undo"] = "") -> str:
        """Shorten what the model is sent, or take that back; the rows stay in the store. Returns a sentence for the
        person. `all`: the middle of the conversation as well."""
        if self.running:
            raise UsageError("A turn is running. Stop it with Esc, or wait for its end.")
        ways = {"": fitting.compact, "all": fitting.compact_thoroughly, "undo": fitting.bring_back}
        return await ways[how](self.room)

    @property
    def closed_places(self) -> tuple[tuple[str, str], ...]:
        """(path, definition, "" = module level) where edits are closed to the model after three failures."""
        return tuple(place for policy in self.room.policies for place in policy.closed())

    async def reset_limits(self) -> None:
        """Open what the repeat guard closed and count this run anew. UsageError while a turn runs."""
        await travel.reset_limits(self.room, self.running)

    async def close(self) -> None:
        """End the turn, the commands and the store. Safe to call twice."""
        await self._turns.end()
        await self._opened.close()
        self.room.journal.close()
        shutil.rmtree(self.room.tmp, ignore_errors=True)
