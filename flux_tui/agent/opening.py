"""What is asked for at the start. Loads nothing: the screen paints its first frame before the agent is in memory."""

import asyncio
import gc
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flux_tui.agent.session import Session
    from flux_tui.llm.base_provider import BaseLLMProvider


@dataclass(frozen=True, slots=True)
class Opening:
    """What the person asked for on the command line."""

    cwd: Path
    env: Mapping[str, str]
    flags: Mapping[str, Any] = field(default_factory=dict)
    """Dotted setting names; None = not given."""
    resume: str | None = None
    """A session's id, or `last`."""
    interactive: bool = True
    trust: bool = False
    """Trust the folder's `.flux/` and instruction files as they are now."""
    provider: "BaseLLMProvider | None" = None
    """A ready provider, for the demo and for tests; else made from the settings."""
    modelless: bool = False
    """No provider at all and nothing kept: `flux tool`."""


async def open_session(opening: Opening) -> "Session":
    """A running session. FluxError, with a sentence for the person, if it can't start."""
    assembly = await asyncio.to_thread(import_module, "flux_tui.agent.assembly")
    session: Session = await assembly.assemble(opening)
    collect_seldom()
    return session


def collect_seldom() -> None:
    """Let the garbage collector in, but not among what was loaded so far, and seldom: its pauses are felt."""
    gc.freeze()
    gc.set_threshold(5000, 50, 1000)
    gc.enable()
