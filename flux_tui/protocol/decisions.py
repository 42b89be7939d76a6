"""What a person is asked, and what a person can answer."""

from dataclasses import dataclass, field
from typing import Literal

from flux_tui.protocol.blocks import DiffBlock

Scope = Literal["once", "session", "rule"]


@dataclass(frozen=True, slots=True)
class EditQuestion:
    """May these changes be written? Hunks are numbered per file by `workspace.hunks.hunks(before, after)`."""

    files: tuple[DiffBlock, ...]


@dataclass(frozen=True, slots=True)
class CommandQuestion:
    """May this command run?"""

    command: str
    cwd: str
    sandboxed: bool
    rules: tuple[str, ...] = ()
    """The narrowest rules that would allow it from now on; empty where none may be offered."""
    dangerous: bool = False


@dataclass(frozen=True, slots=True)
class PathQuestion:
    """May the tool touch this path (a secret, a file that runs later, a place outside)?"""

    tool: str
    paths: tuple[str, ...]
    rules: tuple[str, ...] = ()


Question = EditQuestion | CommandQuestion | PathQuestion


@dataclass(frozen=True, slots=True)
class Approve:
    scope: Scope = "once"
    rules: tuple[str, ...] = ()
    """For scope "rule": the rules to keep, as the person left them."""


@dataclass(frozen=True, slots=True)
class Reject:
    words: str = ""


@dataclass(frozen=True, slots=True)
class FileReview:
    """What was decided on one file's hunks. A hunk in neither set stays unwritten."""

    path: str
    accepted: frozenset[int]
    """Hunk indexes, from 0."""
    rejected: frozenset[int] = frozenset()
    edited: tuple[tuple[int, str], ...] = ()
    """(hunk index, the person's text for its new side, LF)."""
    comments: tuple[tuple[int, str], ...] = ()
    """(line of the new side, words)."""


@dataclass(frozen=True, slots=True)
class Review:
    """An answer hunk by hunk."""

    files: tuple[FileReview, ...]
    words: str = ""


Decision = Approve | Reject | Review


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its reason, open until it is answered."""

    call: str
    why: str
    question: Question
    notes: tuple[str, ...] = field(default=())
    """E.g. why the last answer could not be carried out (the accepted hunks alone do not parse)."""
