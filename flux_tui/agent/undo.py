"""File changes taken back and brought again, from the journal, through the one door to the disk.

Each file goes back whole or not at all; what the person changed since stays as it is, and nothing of it is lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from flux_tui.protocol.codes import Code
from flux_tui.protocol.errors import StoreError, UsageError
from flux_tui.protocol.outcomes import FileChange, Refusal
from flux_tui.store import ChangeRow, Store
from flux_tui.store.rows import Settled
from flux_tui.workspace import litter
from flux_tui.workspace.files import Workspace, digest

Way = Literal["undo", "redo"]
_DURING: Mapping[Way, Settled] = {"undo": "undoing", "redo": "redoing"}
_AFTER: Mapping[Way, Settled] = {"undo": "undone", "redo": "redone"}
_AS_BEFORE: Mapping[Way, Settled] = {"undo": "applied", "redo": "undone"}


@dataclass(frozen=True, slots=True)
class Done:
    """One change taken back or brought again. `before` and `after` are SHA-256 of what this did to the file."""

    change: str
    path: str
    before: str | None
    after: str | None
    turn: int


@dataclass(frozen=True, slots=True)
class Refused:
    path: str
    why: str


@dataclass(frozen=True, slots=True)
class UndoResult:
    """Neither done nor refused: there was nothing to do."""

    done: tuple[Done, ...]
    refused: tuple[Refused, ...]

    @property
    def turns(self) -> tuple[int, ...]:
        """The turns whose changes were taken back or brought again."""
        return tuple(sorted({row.turn for row in self.done}))


@dataclass(frozen=True, slots=True)
class _Move:
    """The net effect on one file of several changes in a row, as SHA-256."""

    path: str
    before: str | None
    after: str | None
    mode: int | None
    """Permission bits, should the file have to be made."""


def undo(
    store: Store,
    workspace: Workspace,
    session: str,
    steps: int = 1,
    paths: Sequence[str] = (),
    dry_run: bool = False,
) -> UndoResult:
    """Take back all file changes of the last turn (of the last `steps` turns) that changed files, or these files."""
    rows = _of_paths(_in_state(store, session, "applied"), workspace, paths)
    turns = sorted({row.turn for row in rows}, reverse=True)[: _count(steps)]
    parts = [[row for row in rows if row.turn == turn] for turn in turns]
    return _carry_out(store, workspace, "undo", parts, dry_run)


def redo(
    store: Store,
    workspace: Workspace,
    session: str,
    steps: int = 1,
    paths: Sequence[str] = (),
    dry_run: bool = False,
) -> UndoResult:
    """Bring back what the last undo (the last `steps` of them) took, unless a turn has changed files since."""
    newest = max((row.number for row in store.changes(session, contents=False) if row.state != "dropped"), default=0)
    rows = [row for row in _in_state(store, session, "undone") if row.mark == newest]
    rows = _of_paths(rows, workspace, paths)
    chosen = sorted({row.step or 0 for row in rows}, reverse=True)[: _count(steps)]
    parts = [[row for row in rows if (row.step or 0) == step] for step in chosen]
    return _carry_out(store, workspace, "redo", parts, dry_run)


def rewind(
    store: Store,
    workspace: Workspace,
    session: str,
    turn: int,
    paths: Sequence[str] = (),
    dry_run: bool = False,
) -> UndoResult:
    """Set files back to before this turn: all changes of it and of later ones. One redo brings them back."""
    if turn < 1:
        raise UsageError(f"There is no turn {turn}. Turns count from 1.")
    rows = [row for row in _in_state(store, session, "applied") if row.turn >= turn]
    return _carry_out(store, workspace, "undo", [_of_paths(rows, workspace, paths)], dry_run)


def settle_intents(store: Store, workspace: Workspace) -> None:
    """After a crash: what the disk holds decides whether a change that was under way took place."""
    rows = sorted(store.unsettled(workspace.root), key=lambda row: (row.session, row.path, row.number))
    litter.clean(workspace.root, ("", *(row.path.rpartition("/")[0] for row in rows)))
    for (_, path, state), group in groupby(rows, lambda row: (row.session, row.path, row.state)):
        chain = list(group)
        aim = chain[0].before_sha256 if state == "undoing" else chain[-1].after_sha256
        reached = _holds(workspace, path, aim)
        if not reached:
            _mend(store, workspace, chain)
        outcome: Mapping[str, Settled] = {
            "intent": "applied" if reached else "dropped",
            "undoing": "undone" if reached else "applied",
            "redoing": "redone" if reached else "undone",
        }
        store.settle([row.id for row in chain], outcome[state])


def _carry_out(
    store: Store, workspace: Workspace, way: Way, parts: Sequence[Sequence[ChangeRow]], dry_run: bool
) -> UndoResult:
    """`parts`: what is settled together, in the order it is to be settled; files go by their net effect over all."""
    ready: list[tuple[list[ChangeRow], list[_Move]]] = []
    refused: list[Refused] = []
    for group in _linked([row for part in parts for row in part]):
        moves = [_net(way, chain) for chain in _by_path(group)]
        if why := next(filter(None, (_objection(workspace, move) for move in moves)), ""):
            refused += _refusals(group, why)
        else:
            ready.append((group, [move for move in moves if isinstance(move, _Move)]))
    done = [group for group, _ in ready]
    if not dry_run and ready:
        store.settle([row.id for group, _ in ready for row in group], _DURING[way])
        done, failed = _write_all(store, workspace, ready)
        store.settle([row.id for group, _ in failed for row in group], _AS_BEFORE[way])
        refused += [row for group, why in failed for row in _refusals(group, why)]
        good = {row.id for group in done for row in group}
        for part in parts:
            store.settle([row.id for row in part if row.id in good], _AFTER[way])
    return UndoResult(_told(way, [row for group in done for row in group]), tuple(refused))


def _write_all(
    store: Store, workspace: Workspace, ready: Sequence[tuple[list[ChangeRow], list[_Move]]]
) -> tuple[list[list[ChangeRow]], list[tuple[list[ChangeRow], str]]]:
    """Those groups of files that were written, and those that were not, with the reason."""
    done: list[list[ChangeRow]] = []
    failed: list[tuple[list[ChangeRow], str]] = []
    for group, moves in ready:
        try:
            _write(store, workspace, moves)
            done.append(group)
        except Refusal as refusal:
            failed.append((group, _words(refusal)))
        except StoreError as error:
            failed.append((group, str(error)))
    return done, failed


def _write(store: Store, workspace: Workspace, moves: Sequence[_Move]) -> None:
    """All of them or, as far as the disk lets it, none: a new place is written before an old one is removed."""
    todo = [
        (FileChange(move.path, store.contents(move.before), store.contents(move.after)), move.mode)
        for move in sorted(moves, key=lambda move: move.after is None)
        if _on_disk(workspace, move.path) != move.after
    ]
    written: list[FileChange] = []
    try:
        for change, mode in todo:
            workspace.write(change, mode, consent=True)
            written.append(change)
    except Refusal:
        for change in reversed(written):
            workspace.write(FileChange(change.path, change.after, change.before), consent=True)
        raise


def _net(way: Way, chain: Sequence[ChangeRow]) -> _Move | str:
    """One file's changes, in the order made, as one; or why they are no chain."""
    ordered = list(reversed(chain)) if way == "undo" else list(chain)
    links = [_link(way, row) for row in ordered]
    if any(first[1] != second[0] for first, second in pairwise(links)):
        return "someone else changed it in between"
    return _Move(ordered[-1].path, links[0][0], links[-1][1], ordered[-1].mode)


def _link(way: Way, row: ChangeRow) -> tuple[str | None, str | None]:
    return (row.after_sha256, row.before_sha256) if way == "undo" else (row.before_sha256, row.after_sha256)


def _objection(workspace: Workspace, move: _Move | str) -> str:
    """Why it can't be done, or ""."""
    if isinstance(move, str):
        return move
    try:
        there = _on_disk(workspace, move.path)
    except Refusal as refusal:
        return _words(refusal)
    if there in {move.before, move.after}:
        return ""
    if there is None:
        return "it was removed since"
    return "a file is there again that Flux did not make" if move.before is None else "it was changed since"


def _on_disk(workspace: Workspace, path: str) -> str | None:
    """SHA-256 of the file, None if there is none. Refusal for what is no readable file."""
    try:
        return digest(workspace.read(path))
    except Refusal as refusal:
        if refusal.code is Code.FILE_NOT_FOUND:
            return None
        raise


def _mend(store: Store, workspace: Workspace, chain: Sequence[ChangeRow]) -> None:
    """A file that was being rewritten in place when Flux died is half new: give it its old bytes back."""
    first, last = store.contents(chain[0].before_sha256), store.contents(chain[-1].after_sha256)
    old, new = (last, first) if chain[0].state == "undoing" else (first, last)
    if old is None or new is None:
        return
    try:
        found = workspace.read(chain[0].path)
        if found not in {old, new} and is_torn(found, old, new):
            workspace.write(FileChange(chain[0].path, found, old), consent=True)
    except Refusal:
        return


def is_torn(found: bytes, old: bytes, new: bytes) -> bool:
    """Whether it is what overwriting `old` with `new` leaves when it stops half way."""
    differ = (place for place, (one, other) in enumerate(zip(found, new, strict=False)) if one != other)
    done = next(differ, min(len(found), len(new)))
    return done > 0 and found[done:] == old[done:]


def _holds(workspace: Workspace, path: str, sha256: str | None) -> bool:
    try:
        return _on_disk(workspace, path) == sha256
    except Refusal:
        return False


def _linked(rows: Sequence[ChangeRow]) -> list[list[ChangeRow]]:
    """Rows by files that must go together: both ends of a move, so that no content is ever in neither place."""
    group_of: dict[str, set[str]] = {}
    for row in rows:
        group = group_of.get(row.path, {row.path}) | group_of.get(row.moved_from or row.path, set())
        group |= {row.moved_from or row.path}
        group_of.update(dict.fromkeys(group, group))
    unique = {id(group): group for group in group_of.values()}
    return [found for group in unique.values() if (found := [row for row in rows if row.path in group])]


def _by_path(rows: Iterable[ChangeRow]) -> list[list[ChangeRow]]:
    ordered = sorted(rows, key=lambda row: (row.path, row.number))
    return [list(group) for _, group in groupby(ordered, lambda row: row.path)]


def _of_paths(rows: list[ChangeRow], workspace: Workspace, paths: Sequence[str]) -> list[ChangeRow]:
    """Only these files, or what lies in these folders, with the other ends of their moves."""
    if not paths:
        return rows
    try:
        wanted = [workspace.locate(path) for path in paths]
    except Refusal as refusal:
        raise UsageError(_words(refusal)) from refusal
    return [
        row
        for group in _linked(rows)
        if any(path in {row.path, "."} or row.path.startswith(path + "/") for row in group for path in wanted)
        for row in group
    ]


def _in_state(store: Store, session: str, state: str) -> list[ChangeRow]:
    return [row for row in store.changes(session, contents=False) if row.state == state]


def _count(steps: int) -> int:
    if steps < 1:
        raise UsageError(f"{steps} steps are none. Give 1 or more.")
    return steps


def _told(way: Way, rows: Iterable[ChangeRow]) -> tuple[Done, ...]:
    ordered = sorted(rows, key=lambda row: row.number, reverse=way == "undo")
    return tuple(Done(row.id, row.path, *_link(way, row), row.turn) for row in ordered)


def _refusals(group: Iterable[ChangeRow], why: str) -> list[Refused]:
    return [Refused(path, why) for path in dict.fromkeys(row.path for row in group)]


def _words(refusal: Refusal) -> str:
    """The refusal's text without its code, which is for the model."""
    return refusal.text.removeprefix(f"{refusal.code}: ")
