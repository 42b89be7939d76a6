"""Effects carried out: files through the one door with the change journal around it, commands in the sandbox.

A write that has begun ends, whatever is cancelled meanwhile; a command dies with its whole process tree.
"""

import asyncio
from dataclasses import dataclass, replace

from flux_tui.agent import gate, git_commands
from flux_tui.agent.commands import Ran, run
from flux_tui.agent.room import Room
from flux_tui.protocol.blocks import Block, DiffBlock, NoteBlock
from flux_tui.protocol.messages import CallPart, ResultPart, Sight, Written
from flux_tui.protocol.outcomes import EditFiles, FileChange, Outcome, Refusal, RunCommand
from flux_tui.safety.paths import special
from flux_tui.workspace.changes import shifts, total_lines, written_lines
from flux_tui.workspace.files import digest
from flux_tui.workspace.unbroken import ended


@dataclass(frozen=True, slots=True)
class Performed:
    """An outcome with what it did to the disk."""

    outcome: Outcome
    written: tuple[Written, ...] = ()
    untold: tuple[str, ...] = ()
    """Paths a command changed in a way that can't be undone."""
    unknown_changes: bool = False
    """A command's changes could not be told."""
    cancelled: bool = False
    """The turn was cancelled while this ended; raise it once the result is recorded."""

    @property
    def changed(self) -> tuple[str, ...] | None:
        """Paths whose bytes are other now, each once; None where it can't be told."""
        if self.unknown_changes:
            return None
        return tuple(dict.fromkeys((*(written.path for written in self.written), *self.untold)))

    def result(self, call: CallPart, state: str) -> ResultPart:
        outcome = self.outcome
        return ResultPart(
            call.id,
            call.tool,
            outcome.text,
            outcome.code,
            outcome.seen,
            self.written,
            outcome.targets,
            outcome.node,
            outcome.exit,
            state,
            outcome.decided,
        )


async def edit(room: Room, call: CallPart, outcome: Outcome, effect: EditFiles, words: str) -> Performed:
    """Write all files of the effect, or none. Refusal: STALE_FILE and what else the door says."""
    (written, refusal), cancelled = await ended(asyncio.to_thread(_write_all, room, call, effect))
    if refusal is not None:
        return Performed(replace(refusal.outcome(), targets=outcome.targets, node=outcome.node), cancelled=cancelled)
    parts, seen = [outcome.text], []
    if words:
        parts.append(words)
    for change in effect.changes:
        if change.after is not None and change.moved_from is None:
            text, lines = written_lines(change.path, change.before, change.after, as_sent=not words)
            parts.append(text)
            seen.append(Sight(change.path, digest(change.after), lines, total_lines(change.after)))
    blocks = tuple(map(gate.shown, effect.changes)) or outcome.blocks
    done = replace(outcome, text="\n".join(filter(None, parts)), seen=(*outcome.seen, *seen), blocks=blocks)
    return Performed(done, written, cancelled=cancelled)


def _write_all(room: Room, call: CallPart, effect: EditFiles) -> tuple[tuple[Written, ...], Refusal | None]:
    """Journal `intent`, write, journal `applied`. A later file's refusal takes the earlier ones back."""
    modes = {change.path: room.workspace.mode(change.moved_from or change.path) or 0 for change in effect.changes}
    known = {path: mode for path, mode in modes.items() if mode}
    ids = room.store.begin_changes(room.journal.session, room.journal.turn, call.id, effect.changes, known)
    done: list[FileChange] = []
    try:
        for change in arriving_first(effect.changes):
            room.workspace.write(change, consent=effect.consent)
            done.append(change)
    except Refusal as refusal:
        for change in reversed(done):
            back = FileChange(change.path, change.after, change.before)
            room.workspace.write(back, known.get(change.path), consent=True)
        room.store.settle(ids, "dropped")
        return (), refusal
    room.store.settle(ids, "applied")
    return tuple(map(written_row, ids, effect.changes)), None


def arriving_first(changes: tuple[FileChange, ...]) -> list[FileChange]:
    """A move writes the new place before it removes the old one."""
    return sorted(changes, key=lambda change: change.after is None)


def written_row(id: str, change: FileChange) -> Written:
    before = None if change.before is None else digest(change.before)
    after = None if change.after is None else digest(change.after)
    return Written(id, change.path, before, after, shifts(change.before, change.after), change.moved_from)


async def command(room: Room, call: CallPart, outcome: Outcome, effect: RunCommand, granted: bool) -> Performed:
    """Run it in the sandbox, or in the background; find, journal and show what it changed.

    `granted`: the person said yes to this very command.
    """
    ran: Ran = await run(room, call.id, effect)
    if git_commands.blocked(room, ran) and not ran.cancelled:
        ran = await git_commands.again(room, call, effect, ran, granted)
    written = tuple(
        replace(written_row(id, change), shifts=()) for id, change in zip(ran.ids, ran.changes, strict=True)
    )
    diffs: tuple[DiffBlock, ...] = tuple(map(gate.shown, ran.changes[:20]))
    marks = tuple(NoteBlock(text, "warning") for text in warnings(ran))
    text = "\n".join((ran.text, *(f"⟨{mark.text}⟩" for mark in marks)))
    blocks: tuple[Block, ...] = (ran.block, *diffs, *marks)
    done = replace(outcome, code=ran.code, text=text, exit=ran.exit, blocks=blocks, targets=(), effect=None)
    return Performed(done, written, ran.untold, unknown_changes=ran.unknown, cancelled=ran.cancelled)


def warnings(ran: Ran) -> list[str]:
    """What the person must know of a command's changes: files that other programs run later, what was put back."""
    changed = dict.fromkeys((*(change.path for change in ran.changes), *ran.untold))
    later = [path for path in changed if (mark := special(path)) is not None and mark.kind != "secret"]
    found = [f"The command changed what is run later, outside the sandbox: {', '.join(later)}"] if later else []
    restored = ", ".join(f".git/{name}" for name in ran.restored)
    return [*found, f"Put back, since no command may change it: {restored}"] if restored else found
