"""Commands: run in the sandbox, their output bounded, what they changed found, journaled and undoable."""

import asyncio
import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

from flux_tui.agent.room import Room
from flux_tui.protocol.blocks import CommandBlock
from flux_tui.protocol.codes import Code
from flux_tui.protocol.events import CheckFinished, FileChanged, OutputArrived
from flux_tui.protocol.outcomes import FileChange, RunCommand
from flux_tui.safety.environment import environment
from flux_tui.safety.sandbox import Sandbox
from flux_tui.safety.visible import printed
from flux_tui.workspace import processes
from flux_tui.workspace.files import digest
from flux_tui.workspace.processes import Ended
from flux_tui.workspace.snapshot import Snapshot
from flux_tui.workspace.unbroken import ended as ended_anyway

NUMBERED = re.compile(r"^( *[0-9]+)\|", re.MULTILINE)
"""Only lines of files that count as seen look like this; in a command's output the bar is set off by a blank."""
SHOWN_OF_CHECK = 12_000
NEVER_STARTED = "The sandbox could not be started, so the command did not run. `flux doctor` says why."


@dataclass(frozen=True, slots=True)
class Ran:
    """A command's end, with what it changed."""

    code: Code
    text: str
    exit: int | None
    block: CommandBlock
    changes: tuple[FileChange, ...] = ()
    ids: tuple[str, ...] = ()
    """Of the changes, in the journal."""
    untold: tuple[str, ...] = ()
    """Paths that changed but can't be undone (too large, links)."""
    unknown: bool = False
    """The folder was too large to tell what changed."""
    cancelled: bool = False
    restored: tuple[str, ...] = ()
    """What it changed in `.git` and was put back."""


async def run(room: Room, call: str, effect: RunCommand, sandbox: Sandbox | None = None) -> Ran:
    """To its end, its time-out or the turn's cancellation; what it changed until then is recorded in each case.

    `sandbox`: another one than the session's.
    """
    if effect.background:
        return await _in_background(room, effect)
    snapshot = await asyncio.to_thread(room.snapshots.take)
    cancelled = False
    done: Ended | None = None
    try:
        done = await processes.run(
            argv(room, effect.command, sandbox),
            env=variables(room),
            cwd=room.workspace.root,
            timeout=effect.timeout,
            on_output=_teller(room, call),
            spill=room.tmp,
        )
    except asyncio.CancelledError:
        cancelled = True
    (changes, ids), again = await ended_anyway(asyncio.to_thread(_changes, room, call, snapshot))
    untold = snapshot.untold
    code, text = told(done, effect)
    block = CommandBlock(
        effect.command,
        printed(done.output) if done else "",
        done.exit if done else None,
        done.seconds if done else 0.0,
        room.sandbox.walls,
    )
    known = changes or ()
    exit = done.exit if done else None
    return Ran(code, text, exit, block, known, ids, untold, unknown=changes is None, cancelled=cancelled or again)


def argv(room: Room, command: str, sandbox: Sandbox | None = None) -> list[str]:
    home = room.places
    hide = (home.config, home.data, home.state, home.cache)
    root = room.workspace.root
    return (sandbox or room.sandbox).argv(command, workspace=root, cwd=root, tmp=room.tmp, hide=hide)


def variables(room: Room) -> dict[str, str]:
    """The allow-list, and what the person's own settings add by name."""
    added = {name: room.env[name] for name in room.settings.commands.environment if name in room.env}
    return environment(room.env, added)


def told(done: Ended | None, effect: RunCommand) -> tuple[Code, str]:
    """(code, what the model reads)."""
    if done is None:
        return Code.INTERRUPTED, "INTERRUPTED: the person stopped the command; it may have done part of its work."
    output = plain(done.output).rstrip("\n")
    if done.timed_out:
        return Code.TIMEOUT, f"TIMEOUT: ended after {effect.timeout:g} s, with all it had started.\n{output}".rstrip()
    if not done.started:
        return Code.INTERNAL_ERROR, f"INTERNAL_ERROR: {NEVER_STARTED}\n{output}".rstrip()
    end = "ended because it printed without end" if done.too_much else f"exit {done.exit}"
    spilled = f"\n⟨the whole output: $TMPDIR/{done.spilled}⟩" if done.spilled else ""
    return Code.OK, f"{end}, {done.seconds:.1f} s\n{output or '(no output)'}{spilled}"


def plain(output: str) -> str:
    """As a terminal without colours would show it, and never like the lines of a file."""
    return NUMBERED.sub(r"\1 |", printed(output))


def _teller(room: Room, call: str) -> Callable[[bytes], None]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def tell(data: bytes) -> None:
        room.journal.emit(OutputArrived(call, decoder.decode(data)))

    return tell


def _changes(room: Room, call: str, before: Snapshot) -> tuple[tuple[FileChange, ...] | None, tuple[str, ...]]:
    """What the command changed, journaled as applied. None where it can't be told."""
    changes = before.changes()
    if not changes:
        return changes, ()
    journal = room.journal
    ids = room.store.begin_changes(journal.session, journal.turn, call, changes, {})
    room.store.settle(ids, "applied")
    return changes, tuple(ids)


async def _in_background(room: Room, effect: RunCommand) -> Ran:
    job = await processes.start(argv(room, effect.command), env=variables(room), cwd=room.workspace.root)
    room.jobs.append(job)
    await job.wait(1.0)
    if not job.running:
        done = job.ended()
        code, text = told(done, effect)
        return Ran(code, text, done.exit, CommandBlock(effect.command, done.output, done.exit, done.seconds))
    text = f"Runs in the background until the session ends.\n{plain(job.output.text())}".rstrip()
    return Ran(Code.OK, text, None, CommandBlock(effect.command, job.output.text(), None), unknown=True)


async def run_check(room: Room, command: str, seconds: float, sandbox: Sandbox | None = None) -> CheckFinished:
    """One of the profile's checks, in the sandbox or in another one than the session's."""
    done = await processes.run(
        argv(room, command, sandbox),
        env=variables(room),
        cwd=room.workspace.root,
        timeout=seconds,
    )
    output = plain(done.output)
    if done.timed_out:
        output += f"\n(ended after {seconds:g} s)"
    return CheckFinished(command, done.exit, output[-SHOWN_OF_CHECK:])


def recorded(room: Room, call: str, before: Snapshot) -> list[FileChanged]:
    """What changed since the snapshot, journaled as the work of `call`."""
    changes, ids = _changes(room, call, before)
    return [
        FileChanged(id, call, change.path, _hash(change.before), _hash(change.after))
        for id, change in zip(ids, changes or (), strict=True)
    ]


def _hash(data: bytes | None) -> str | None:
    return None if data is None else digest(data)


async def stop_background(room: Room) -> None:
    """End every background command with all it started."""
    await asyncio.gather(*(job.stop(0.5) for job in room.jobs))
    room.jobs.clear()
