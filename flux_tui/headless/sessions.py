"""`flux sessions`: what is stored, shown, exported, undone, rewound. Refuses a session that is open elsewhere."""

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flux_tui.agent.export import events, markdown
from flux_tui.agent.undo import UndoResult, redo, rewind, undo
from flux_tui.headless.lines import answer, out, tell
from flux_tui.headless.stored import chosen, folder, opened
from flux_tui.protocol.errors import UsageError
from flux_tui.protocol.events import HistoryRewound
from flux_tui.protocol.wire import plain
from flux_tui.store import SessionRow, Store
from flux_tui.workspace.files import Workspace

DONE, NOTHING, REFUSED = 0, 1, 4


def run(args: argparse.Namespace) -> int:
    if args.to is not None and args.action != "rewind":
        raise UsageError(f"--to belongs to `flux sessions rewind`, not to {args.action}.")
    with opened() as store:
        return _ACTIONS[args.action](store, args)


def _list(store: Store, args: argparse.Namespace) -> int:
    rows = store.sessions(None if args.everywhere else folder(args.cwd))
    if args.as_json:
        answer({"sessions": [session_json(row) for row in rows]})
        return DONE
    for row in rows:
        cost = "n/a" if row.cost_usd is None else f"${row.cost_usd:.4f}"
        out(f"{row.id}  {row.updated[:16]}  {row.turns:>3} turns  {cost:>9}  {row.name or '(empty)'}")
    if not rows:
        tell("No sessions here yet. `flux sessions --all` lists those of every folder.")
    return DONE


def _show(store: Store, args: argparse.Namespace) -> int:
    row = chosen(store, args.session, folder(args.cwd))
    if args.as_json:
        answer({"session": session_json(row), "events": store.events(row.id)})
    else:
        out(markdown(store, row))
    return DONE


def _export(store: Store, args: argparse.Namespace) -> int:
    row = chosen(store, args.session, folder(args.cwd))
    if args.format == "json":
        exported = {"session": session_json(row), "events": events(store, row)}
        out(json.dumps(exported, indent=1))
    else:
        out(markdown(store, row))
    return DONE


def _undo(store: Store, args: argparse.Namespace) -> int:
    return _travel(store, args, "undo", undo)


def _redo(store: Store, args: argparse.Namespace) -> int:
    return _travel(store, args, "redo", redo)


def _travel(store: Store, args: argparse.Namespace, what: str, way: Callable[..., UndoResult]) -> int:
    row = chosen(store, args.session, folder(args.cwd))
    workspace = Workspace(Path(row.cwd))
    paths = tuple(args.path)
    with held(store, row):
        result = way(store, workspace, row.id, args.steps, paths, args.dry_run)
        _record(store, row, what, result, args.dry_run)
    return _told(result, args)


def _rewind(store: Store, args: argparse.Namespace) -> int:
    if args.to is None:
        raise UsageError("rewind to before which turn? flux sessions rewind last --to TURN")
    row = chosen(store, args.session, folder(args.cwd))
    both = args.chat == args.files
    result = UndoResult((), ())
    with held(store, row):
        if args.files or both:
            result = rewind(store, Workspace(Path(row.cwd)), row.id, args.to, tuple(args.path), args.dry_run)
        if (args.chat or both) and not args.dry_run:
            store.rewind(row.id, args.to)
        _record(store, row, "rewind", result, args.dry_run)
    return _told(result, args, nothing=DONE)


@contextmanager
def held(store: Store, row: SessionRow) -> Iterator[None]:
    """While the session's lease is ours. StoreError if it is open in another process."""
    store.lease(row.id)
    try:
        yield
    finally:
        store.release(row.id)


def _record(store: Store, row: SessionRow, what: Any, result: UndoResult, dry_run: bool) -> None:
    """The score and a later resume must know of it."""
    import time

    if dry_run or not result.done:
        return
    files = tuple(dict.fromkeys(done.path for done in result.done))
    refused = tuple(refusal.path for refusal in result.refused)
    event = HistoryRewound(what, files, refused, result.turns)
    store.save(row.id, store.last_turn(row.id), (), ((time.time(), event),))


def _told(result: UndoResult, args: argparse.Namespace, nothing: int = NOTHING) -> int:
    done = [{"change": d.change, "path": d.path, "before": d.before, "after": d.after} for d in result.done]
    refused = [{"path": r.path, "why": r.why} for r in result.refused]
    if args.as_json:
        answer({"done": done, "refused": refused})
    else:
        for change in done:
            out(f"{'would change' if args.dry_run else 'changed'} {change['path']}")
    for refusal in refused:
        tell(f"{refusal['path']} stays as it is: {refusal['why']}")
    if refused:
        return REFUSED
    if not done and nothing:
        tell("There is nothing to take back.")
    return DONE if done else nothing


def _rename(store: Store, args: argparse.Namespace) -> int:
    if not args.name:
        raise UsageError("which name? flux sessions rename ID NAME")
    row = chosen(store, args.session, folder(args.cwd))
    store.update(row.id, name=args.name)
    return _named(row.id, args)


def _fork(store: Store, args: argparse.Namespace) -> int:
    return _named(store.fork(chosen(store, args.session, folder(args.cwd)).id), args)


def _delete(store: Store, args: argparse.Namespace) -> int:
    if not args.session:
        raise UsageError("which session? flux sessions delete ID")
    row = chosen(store, args.session, folder(args.cwd))
    store.delete(row.id)
    return _named(row.id, args)


def _named(id: str, args: argparse.Namespace) -> int:
    if args.as_json:
        answer({"session": id})
    else:
        out(id)
    return DONE


def session_json(row: SessionRow) -> dict[str, Any]:
    kept = ("id", "name", "cwd", "provider", "model", "created", "updated", "turns", "cost_usd")
    values = asdict(row)
    return {name: plain(values[name]) for name in kept}


_ACTIONS: dict[str, Callable[[Store, argparse.Namespace], int]] = {
    "list": _list,
    "show": _show,
    "undo": _undo,
    "redo": _redo,
    "rewind": _rewind,
    "export": _export,
    "rename": _rename,
    "fork": _fork,
    "delete": _delete,
}
