"""What the store gives back, and how text that is no valid UTF-8 (odd file names) goes in and out of SQLite."""

import os
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

ChangeState = Literal["intent", "applied", "dropped", "undoing", "undone", "redoing"]
Settled = Literal["applied", "dropped", "undoing", "undone", "redoing", "redone"]


@dataclass(frozen=True, slots=True)
class SessionRow:
    id: str
    name: str
    """As given; else the first line of the first prompt; "" before it."""
    cwd: str
    provider: str
    model: str
    mode: str
    profile: str | None
    created: str
    """ISO 8601, UTC."""
    updated: str
    turns: int
    cost_usd: Decimal | None
    """None once a part of it is unknown."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One file's bytes before and after, None = no file on that side."""

    id: str
    session: str
    number: int
    """Order in the session, from 1."""
    turn: int
    call: str
    path: str
    before: bytes | None
    """Left None where only the hashes were asked for."""
    after: bytes | None
    before_sha256: str | None
    after_sha256: str | None
    state: ChangeState
    moved_from: str | None
    mode: int | None
    """Permission bits of the file that was there before."""
    mark: int | None
    """Number of the session's newest change when this one was undone."""
    step: int | None
    """Counts the session's undo steps; the highest is redone first."""


def into(text: str) -> str | bytes:
    """Surrogates of undecodable names can't be SQLite text; such a name is kept as its bytes."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(text)
    return text


def out(value: str | bytes) -> str:
    return os.fsdecode(value) if isinstance(value, bytes) else value
