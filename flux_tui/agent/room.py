"""All that a turn works with. One of these a session; the loop, the executor and the policies share it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flux_tui.agent.asking import Asker
from flux_tui.agent.cast import Cast
from flux_tui.agent.conversation import Conversation
from flux_tui.agent.journal import Journal
from flux_tui.agent.rejections import Rejections
from flux_tui.agent.totals import Totals
from flux_tui.agent.turn import Policy
from flux_tui.config.places import Places
from flux_tui.config.settings import Rules, Settings
from flux_tui.llm.base_provider import BaseLLMProvider
from flux_tui.protocol.codes import Mode
from flux_tui.safety.sandbox import Sandbox
from flux_tui.store import Store
from flux_tui.workspace.files import Workspace
from flux_tui.workspace.processes import Job
from flux_tui.workspace.snapshot import Snapshots


@dataclass(slots=True)
class Room:
    workspace: Workspace
    store: Store
    journal: Journal
    conversation: Conversation
    asker: Asker
    settings: Settings
    places: Places
    env: Mapping[str, str]
    snapshots: Snapshots
    sandbox: Sandbox
    tmp: Path
    """The commands' /tmp, 0700, gone with the session."""
    mode: Mode
    rules: Rules
    """The settings' rules and those the person gave in this session."""
    interactive: bool
    """False: nobody is there to answer, so what would ask is denied."""
    policies: tuple[Policy, ...]
    provider: BaseLLMProvider | None = None
    """None for `flux tool`, which has no model."""
    cast: Cast | None = None
    """The models by role; None = `provider` alone."""
    totals: Totals = field(default_factory=Totals)
    rejections: Rejections = field(default_factory=Rejections)
    """What the person said no to."""
    told_missing: set[str] = field(default_factory=set)
    jobs: list[Job] = field(default_factory=list)
    """Background commands, gone with the session."""
    writes: int = 0
    """Changes made so far: a command that failed may be run again once something changed."""

    def failures(self, path: str) -> int:
        """Edits of this path that failed since the last one that succeeded."""
        return max((policy.failures(path) for policy in self.policies), default=0)
