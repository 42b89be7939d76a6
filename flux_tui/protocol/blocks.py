"""What the person is shown of an outcome. The screen knows these and never the tools behind them.

All text in a block is foreign: whoever draws it passes it through `safety.visible`.
"""

from dataclasses import dataclass
from typing import Literal

StepState = Literal["done", "now", "todo"]


@dataclass(frozen=True, slots=True)
class NoteBlock:
    """A few plain lines."""

    text: str
    level: Literal["info", "good", "warning", "error"] = "info"


@dataclass(frozen=True, slots=True)
class ExcerptBlock:
    """Lines of a file, as they are on disk."""

    path: str
    first: int
    """1-based number of the first line of `text`."""
    text: str


@dataclass(frozen=True, slots=True)
class FilesBlock:
    """Names, or search hits as (path, line number, text); line 0 = the file itself."""

    rows: tuple[tuple[str, int, str], ...]
    more: int = 0
    """How many were left out."""


@dataclass(frozen=True, slots=True)
class DiffBlock:
    """A change of one file, both sides whole (LF line ends). None = no file on that side."""

    path: str
    before: str | None
    after: str | None
    moved_from: str | None = None


@dataclass(frozen=True, slots=True)
class CommandBlock:
    """A command and what it printed (head and tail)."""

    command: str
    output: str
    exit: int | None
    """None while it runs, or when it did not end by itself."""
    seconds: float = 0.0
    sandboxed: bool = True


@dataclass(frozen=True, slots=True)
class PlanBlock:
    """The visible to-do list."""

    steps: tuple[tuple[StepState, str], ...]


Block = NoteBlock | ExcerptBlock | FilesBlock | DiffBlock | CommandBlock | PlanBlock
