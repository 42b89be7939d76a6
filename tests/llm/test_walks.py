"""Random walks of whole sessions: faults, interrupts, crashes, resumes, compactions, and models changed at any step.

The strict servers of all three protocols refuse any orphan, foreign or unsigned block; none may be refused.
`FLUX_WALKS=500` makes more of them.
"""

import asyncio
import os
import random
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from flux_tui.agent.opening import Opening, open_session
from flux_tui.agent.session import Session
from flux_tui.llm.history import validate
from flux_tui.protocol.codes import TurnOutcome
from flux_tui.protocol.events import Event, TurnEnded
from tests.agent.scripts import turn
from tests.fakes.fixtures import Serve, model_server
from tests.fakes.script import Call, Fault, FaultKind, Heard, Reply, Stop
from tests.fakes.server import FakeServer
from tests.llm.fault_rows import KEY, WELL

__all__ = ["model_server"]

WALKS = int(os.environ.get("FLUX_WALKS", "24"))
SPECS = ("a:claude-haiku-5-5", "r:gpt-6-luna", "c:local", "a:claude-sonnet-5-5", "r:gpt-6.1-terra", "c:another")
CONFIG = """
[network]
backoff_first = 0.0
[providers.a]
type = "anthropic"
base_url = "{url}"
key_env = "WALK_KEY"
[providers.r]
base_url = "{url}"
api = "responses"
key_env = "WALK_KEY"
[providers.c]
base_url = "{url}"
api = "chat"
key_env = "WALK_KEY"
"""
CALLS = (
    Call("read_files", {"paths": ["a.py"]}),
    Call("list_files", raw=""),
    Call("grep_search", {"pattern": "a"}),
    Call("edit_file", {"path": "a.py", "search": "a = 1", "replace": "a = 2"}),
    Call("run_command", {"command": "sleep 0.2"}),
    Call("frobnicate", {"x": 1}),
    Call("write_file", raw='{"path": "cut'),
    Call("read_files", {"paths": ["a.py"]}, id="again"),
    Call("list_files", {}, id="odd id/with: signs" * 5),
)
STEPS = ("talk", "talk", "talk", "switch", "switch", "interrupt", "compact", "resume", "crash")
BREAKS: tuple[FaultKind, ...] = ("cut", "drop", "bad_json", "error_event", "status", "empty", "reset")


class Model:
    """Says anything, for a while; then it comes to an end."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._left = 0

    def begin(self) -> None:
        self._left = self._dice.randint(1, 5)

    def __call__(self, heard: Heard) -> Reply:
        if heard.prompt == "the end":
            return WELL
        dice = self._dice
        self._left -= 1
        thinking = "Let me see." if dice.random() < 0.5 else ""
        text = dice.choice(["", "I look.\n", "naïve 漢字 "])
        if self._left <= 0:
            return Reply("That is all.", thinking=thinking)
        calls = tuple(dice.choices(CALLS, k=dice.randint(1, 3)))
        reply = Reply(text, thinking, calls, pieces=dice.randint(1, 30))
        if dice.random() < 0.25:
            return replace(reply, fault=Fault(dice.choice(BREAKS), after=dice.randint(1, 6)))
        stops: list[Stop] = ["max_tokens", "refusal"]
        stops += ["pause", "context_full"] if heard.protocol == "messages" else []
        if dice.random() < 0.15:
            return replace(
                reply, stop=dice.choice(stops), calls=() if dice.random() < 0.5 else calls, text=text or "So."
            )
        return reply


class Walk:
    """One session's life."""

    def __init__(self, seed: int, folder: Path, server: FakeServer, model: Model) -> None:
        self.dice = random.Random(seed)
        self.model = model
        self.project, self.home = folder / "project", folder / "home"
        self.project.mkdir()
        (self.project / "a.py").write_text("a = 1\n")
        (self.home / "config").mkdir(parents=True)
        (self.home / "config" / "config.toml").write_text(CONFIG.format(url=server.url))

    async def open(self, spec: str, resume: str | None) -> Session:
        env = {"FLUX_HOME": str(self.home), "HOME": str(self.home), "PATH": "/usr/bin:/bin", "WALK_KEY": KEY}
        flags = {"mode": "full", "model": spec}
        return await open_session(Opening(self.project, env, flags, interactive=False, resume=resume))

    async def go(self, steps: int) -> list[Event]:
        session = await self.open(self.dice.choice(SPECS), None)
        for _ in range(steps):
            match self.dice.choice(
                ("talk", "talk", "talk", "switch", "switch", "interrupt", "compact", "resume", "crash")
            ):
                case "talk":
                    self.model.begin()
                    await turn(session, "go on")
                case "switch":
                    await session.use(self.dice.choice(SPECS))
                case "interrupt":
                    await self.interrupted(session)
                case "compact":
                    await session.compact()
                case end:
                    await session.close()
                    if end == "crash":
                        self.forget_last()
                    session = await self.open(self.dice.choice(SPECS), "last")
        last = await turn(session, "the end")
        history = session.room.conversation.messages
        assert [call.id for message in history for call in message.calls if not message.cut] or steps
        assert validate(history)[0]
        await session.close()
        return last

    async def interrupted(self, session: Session) -> None:
        self.model.begin()
        events, count = session.events(), self.dice.randint(1, 12)
        await session.prompt("go on")
        async for event in events:
            count -= 1
            if count == 0:
                session.interrupt()
            if isinstance(event, TurnEnded):
                break
            await asyncio.sleep(0)

    def forget_last(self) -> None:
        """As if the process had died before the last message was stored."""
        database = sqlite3.connect(self.home / "data" / "flux.db")
        with database:
            database.execute("DELETE FROM messages WHERE rowid = (SELECT max(rowid) FROM messages)")
        database.close()


@pytest.mark.parametrize("seed", range(WALKS))
async def test_walk(seed: int, tmp_path: Path, model_server: Serve) -> None:
    model = Model(seed)
    server = model_server(model, key=KEY)
    last = await Walk(seed, tmp_path, server, model).go(steps=8)
    assert server.complaints == []
    assert [event.outcome for event in last if isinstance(event, TurnEnded)] == [TurnOutcome.DONE]
