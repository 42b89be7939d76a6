"""Running the real session on a script: what the agent's tests share."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from flux_tui.agent.opening import Opening, open_session
from flux_tui.agent.session import Session
from flux_tui.llm.scripted import Call, Reply, Script, ScriptedProvider
from flux_tui.protocol.events import ApprovalAsked, CallFinished, Event, TurnEnded

E = TypeVar("E")
Answerer = Callable[[Session, ApprovalAsked], None]


@dataclass
class Ran:
    """A turn, from its prompt to its end."""

    session: Session
    provider: ScriptedProvider
    events: list[Event]

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def results(self) -> list[CallFinished]:
        return self.of(CallFinished)

    @property
    def end(self) -> TurnEnded:
        return self.of(TurnEnded)[-1]


def call(tool: str, **arguments: Any) -> Reply:
    return Reply(calls=(Call(tool, arguments),))


def calls(*asked: tuple[str, Mapping[str, Any]]) -> Reply:
    return Reply(calls=tuple(Call(tool, arguments) for tool, arguments in asked))


def opening(project: Path, home: Path, provider: ScriptedProvider, **more: Any) -> Opening:
    flags = {"mode": "auto-edit", **more.pop("flags", {})}
    env = {"FLUX_HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(home)}
    return Opening(project, env, flags, provider=provider, **more)


async def run(project: Path, home: Path, script: Script, prompt: str = "go", **more: Any) -> Ran:
    """Open, run one turn, close. `answer` decides what is asked."""
    answer: Answerer | None = more.pop("answer", None)
    more.setdefault("interactive", answer is not None)
    provider = ScriptedProvider(script)
    session = await open_session(opening(project, home, provider, **more))
    try:
        events = await turn(session, prompt, answer)
    finally:
        await session.close()
    return Ran(session, provider, events)


async def turn(session: Session, prompt: str, answer: Answerer | None = None) -> list[Event]:
    stream = session.events()
    await session.prompt(prompt)
    seen: list[Event] = []
    async for event in stream:
        seen.append(event)
        if isinstance(event, ApprovalAsked) and answer is not None:
            asyncio.get_running_loop().call_soon(answer, session, event)
        if isinstance(event, TurnEnded):
            break
    return seen


def results_of(provider: ScriptedProvider) -> Sequence[str]:
    """What the model was told last."""
    return [result.text for message in provider.requests[-1].history[-1:] for result in message.results]
