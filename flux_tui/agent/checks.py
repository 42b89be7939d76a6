"""The checks of the settings: which are due for the files changed, how one runs, and whether it failed before as well.

A check may be bound to files and have its own time: `[*.py src/** 60s] pytest -q {files}`.
"""

import os
import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flux_tui.agent.commands import run_check
from flux_tui.agent.room import Room
from flux_tui.protocol.events import CheckFinished
from flux_tui.safety.rules import covers

HEAD = re.compile(r"\[(\S[^\]]*)\]\s+(.+)", re.DOTALL)
TIME = re.compile(r"(\d+)(s|m)")
FAILING = re.compile(
    r"^(?:FAILED|ERROR|FAIL:?|--- FAIL:?|not ok|panicked)\b.*$|^.*\berror(?:\[\w+\])?:.*$|^\S+:\d+:\d+: [A-Z]+\d+ .*$"
    r"|^test .*\bFAILED$|^\s*[✕✗×] .*$",
    re.MULTILINE,
)
"""Lines by which test runners, linters and compilers name one failure."""
NUMBERS = re.compile(r"\d+")
OLD = 1_000_000_000
"""The time stamp of files as they were, unlike that of any file that is edited now: no cache confuses the two."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One check."""

    command: str
    globs: tuple[str, ...]
    """Empty = for any file."""
    timeout: float

    def about(self, files: Iterable[str]) -> list[str]:
        """Those of the files it is for."""
        return [path for path in files if not self.globs or any(covers(glob, path) for glob in self.globs)]


def parse(text: str, timeout: float) -> Spec:
    """A check as written in the settings. `timeout`: the one for all."""
    found = HEAD.fullmatch(text.strip())
    if found is None:
        return Spec(text.strip(), (), timeout)
    globs = []
    for word in found[1].replace(",", " ").split():
        if time := TIME.fullmatch(word):
            timeout = float(time[1]) * (60 if time[2] == "m" else 1)
        else:
            globs.append(word)
    return Spec(found[2].strip(), tuple(globs), timeout)


def all_of(room: Room) -> list[Spec]:
    """In the order of the settings."""
    verify = room.settings.verify
    return [parse(text, verify.timeout) for text in verify.commands]


def due(room: Room, files: Sequence[str]) -> list[Spec]:
    """The checks for these files."""
    return [spec for spec in all_of(room) if spec.about(files)]


async def run(room: Room, spec: Spec, files: Sequence[str]) -> CheckFinished:
    return await run_check(room, command_of(room, spec, files), spec.timeout)


def command_of(room: Room, spec: Spec, files: Sequence[str]) -> str:
    """With the files put in for `{files}`: those that are still there."""
    if "{files}" not in spec.command:
        return spec.command
    there = [path for path in spec.about(files) if (room.workspace.root / path).is_file()]
    return spec.command.replace("{files}", shlex.join(path if path[0] != "-" else f"./{path}" for path in there))


async def before(room: Room, turn: int, spec: Spec, files: Sequence[str]) -> CheckFinished | None:
    """The same check on the files as they were before the turn, laid over the present ones in the sandbox.

    None where that can't be had: without bubblewrap, or where a file that the turn removed would have to be there.
    """
    if room.sandbox.kind not in ("bwrap", "bwrap-host-proc"):
        return None
    old = contents_before(room, turn)
    if any(not (room.workspace.root / path).is_file() for path in old):
        return None
    folder = room.tmp / f"before-{turn}"
    instead = tuple((room.workspace.root / path, laid_down(folder, path, data)) for path, data in old.items())
    return await run_check(room, command_of(room, spec, files), spec.timeout, replace(room.sandbox, instead=instead))


def contents_before(room: Room, turn: int) -> dict[str, bytes | None]:
    """What each file held that was changed in the turn, before it; None = there was none."""
    found: dict[str, bytes | None] = {}
    for row in room.store.changes(room.journal.session):
        if row.turn == turn and row.state == "applied":
            found.setdefault(row.path, row.before)
    return found


def laid_down(folder: Path, path: str, data: bytes | None) -> Path:
    """A file that was not there is an empty one: what refers to it is as old as it is."""
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data or b"")
    os.utime(place, (OLD, OLD))
    return place


def new_failures(now: str, then: str) -> list[str]:
    """The lines that name a failure now and did not then; numbers, such as those of lines, make no difference."""
    known = {NUMBERS.sub("0", line.strip()) for line in FAILING.findall(then)}
    found = dict.fromkeys(line.strip() for line in FAILING.findall(now))
    return [line for line in found if NUMBERS.sub("0", line) not in known]
