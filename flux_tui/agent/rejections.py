"""What the person said no to, known again by its content: through another tool, at another path or in a command.

Computed from the history, so it outlives the process. Only a new yes to the same content ends it.
"""

import re
from collections.abc import Iterable, Sequence

from flux_tui.agent import gate
from flux_tui.agent.conversation import Listener
from flux_tui.protocol.decisions import FileReview, Review
from flux_tui.protocol.messages import CallPart, Decided, ResultPart
from flux_tui.protocol.outcomes import EditFiles, FileChange
from flux_tui.workspace.hunks import hunks

TELLING = 4
"""Characters, blanks not counted, from which on a line is no chance."""
REMOVERS = re.compile(r"\b(rm|unlink|rmdir|mv|truncate|shred)\b")
WORD = re.compile(r"[^\s'\";&|()<>]+")
WHY = "you said no to the same thing before"


class Rejections(Listener):
    """The standing noes of a session."""

    def __init__(self) -> None:
        self._standing: list[Decided] = []

    def note(self, call: CallPart | None, result: ResultPart) -> None:
        for decided in result.decided:
            if decided.yes:
                self._standing = [no for no in self._standing if not _same(no, decided)]
            elif decided not in self._standing:
                self._standing.append(decided)

    def of_edit(self, effect: EditFiles) -> bool:
        """Whether this holds a change that was rejected."""
        if not self._standing:
            return False
        told = [one for change in effect.changes for one in whole(change)]
        return any(_held(no, told) for no in self._standing)

    def of_command(self, command: str) -> bool:
        """Whether this is, holds or does what was rejected, as far as its text tells."""
        return any(_in_command(no, command) for no in self._standing)


def no_to_edit(effect: EditFiles) -> tuple[Decided, ...]:
    return tuple(part for change in effect.changes for part in whole(change))


def no_to_hunks(effect: EditFiles, review: Review) -> tuple[Decided, ...]:
    """The hunks that the review rejects by name; what it leaves open is no no."""
    by_path = {file.path: file for file in review.files}
    return tuple(
        part for change in effect.changes if change.path in by_path for part in _hunks(change, by_path[change.path])
    )


def no_to_command(command: str) -> tuple[Decided, ...]:
    return (Decided(False, command=" ".join(WORD.findall(command))),)


def yes(decided: Iterable[Decided]) -> tuple[Decided, ...]:
    """The same, allowed."""
    return tuple(Decided(True, one.removed, one.added, one.path, one.command) for one in decided)


def whole(change: FileChange) -> list[Decided]:
    """A change as one thing that can be decided."""
    before, after = gate.text(change.before) or "", gate.text(change.after) or ""
    gone = change.path if change.after is None else ""
    old, new = before.split("\n"), after.split("\n")
    removed = [line for hunk in hunks(before, after) for line in _side(old, hunk.before_first, hunk.before_count)]
    added = [line for hunk in hunks(before, after) for line in _side(new, hunk.after_first, hunk.after_count)]
    return [Decided(False, _lines(removed), _lines(added), gone)]


def _hunks(change: FileChange, review: FileReview) -> list[Decided]:
    before, after = gate.text(change.before) or "", gate.text(change.after) or ""
    found = hunks(before, after)
    if not found or review.rejected >= {hunk.index for hunk in found}:
        return whole(change) if review.rejected else []
    old, new = before.split("\n"), after.split("\n")
    return [
        Decided(
            False,
            _lines(_side(old, hunk.before_first, hunk.before_count)),
            _lines(_side(new, hunk.after_first, hunk.after_count)),
        )
        for hunk in found
        if hunk.index in review.rejected
    ]


def _side(lines: Sequence[str], first: int, count: int) -> Sequence[str]:
    return lines[first - 1 : first - 1 + count] if count else ()


def _lines(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(plain for line in lines if (plain := " ".join(line.split())))


def _telling(lines: Iterable[str]) -> set[str]:
    return {line for line in lines if len(line.replace(" ", "")) >= TELLING}


def _held(no: Decided, told: Sequence[Decided]) -> bool:
    """Everything the person rejected is in what is asked for now."""
    if no.command:
        return any(one.path and _removes(no.command, one.path) for one in told)
    added = {line for one in told for line in one.added}
    removed = {line for one in told for line in one.removed}
    if no.path and any(one.path == no.path for one in told):
        return True
    if _telling(no.added):
        return added >= _telling(no.added)
    return bool(_telling(no.removed)) and not no.added and removed - added >= _telling(no.removed)


def _in_command(no: Decided, command: str) -> bool:
    words = WORD.findall(command)
    if no.command:
        return f" {no.command} " in f" {' '.join(words)} "
    if no.path:
        return _removes(" ".join(words), no.path)
    plain = " ".join(command.replace("\\n", "\n").split())
    wanted = _telling(no.added)
    return bool(wanted) and all(line in plain for line in wanted)


def _removes(command: str, path: str) -> bool:
    name = path.rpartition("/")[2]
    return REMOVERS.search(command) is not None and name in (word.rpartition("/")[2] for word in command.split())


def _same(no: Decided, yes_: Decided) -> bool:
    """A yes to it, to the whole of which it is a part, or to the command that holds it."""
    if no.command or yes_.command:
        return f" {no.command} " in f" {yes_.command} " if no.command else _in_command(no, yes_.command)
    return _held(no, (yes_,))
