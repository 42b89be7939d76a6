"""What a tool computed: text for the model, blocks for the person, code, effect and sights for the program.

A tool never acts. It may propose an effect; only the executor performs it.
"""

from dataclasses import dataclass, field

from flux_tui.protocol.blocks import Block
from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import Decided, Sight


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file's bytes before and after. None = no file on that side."""

    path: str
    """Workspace-relative POSIX path, already resolved by the workspace."""
    before: bytes | None
    after: bytes | None
    moved_from: str | None = None
    """Set on the arriving side of a move: what was seen there stays seen here."""


@dataclass(frozen=True, slots=True)
class EditFiles:
    changes: tuple[FileChange, ...]
    search_lines: int = 0
    """Lines the model named to be replaced, for the size guard. 0 = the guard does not apply."""
    consent: bool = False
    """The person said yes to writing files that are read-only or have other names. Tools never set it."""


@dataclass(frozen=True, slots=True)
class RunCommand:
    command: str
    timeout: float
    """Seconds."""
    background: bool = False


Effect = EditFiles | RunCommand


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one call, for its three readers."""

    code: Code
    text: str
    blocks: tuple[Block, ...] = ()
    effect: Effect | None = None
    seen: tuple[Sight, ...] = ()
    targets: tuple[str, ...] = ()
    """Paths the call tries to change, also when it fails."""
    node: str | None = None
    """Qualified name of the definition it is about; "" = module level; None = no node."""
    exit: int | None = None
    outline: tuple[tuple[str, int, int], ...] = ()
    """For reads: (qualified name, first line, last line) of every definition of the files read."""
    next: tuple[str, int] | None = None
    """For a cut read: (path, first line after what was shown that is not seen)."""
    decided: tuple[Decided, ...] = ()
    """What the person said of it, where that is to be remembered."""


@dataclass(eq=False)
class Refusal(Exception):
    """Raised inside a tool to end it with a failed outcome. The executor turns it into the call's result."""

    code: Code
    text: str
    seen: tuple[Sight, ...] = field(default=())
    targets: tuple[str, ...] = field(default=())
    node: str | None = None
    blocks: tuple[Block, ...] = field(default=())
    decided: tuple[Decided, ...] = field(default=())

    def outcome(self) -> Outcome:
        return Outcome(
            self.code,
            self.text,
            self.blocks,
            seen=self.seen,
            targets=self.targets,
            node=self.node,
            decided=self.decided,
        )
