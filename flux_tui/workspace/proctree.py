"""The processes that came of one, found and signalled. Linux reads /proc; elsewhere the process group has to do."""

import os
import signal
from collections.abc import Iterable
from pathlib import Path


def descendants(pid: int) -> list[int]:
    """Children, their children and so on, without `pid` itself."""
    found: list[int] = []
    todo = [pid]
    while todo:
        children = _children(todo.pop())
        found += children
        todo += children
    return found


def ask_below(pid: int) -> bool:
    """SIGTERM to all below `pid`, so that each can clean up; whether there was one."""
    return _send_all(descendants(pid), signal.SIGTERM)


def ask_group(group: int) -> None:
    """SIGTERM to a process group."""
    _send_group(group, signal.SIGTERM)


def end_below(pid: int) -> None:
    """SIGKILL to all below `pid`. Stopped first, so that none forks meanwhile."""
    below = descendants(pid)
    _send_all(below, signal.SIGSTOP)
    _send_all(dict.fromkeys((*below, *descendants(pid))), signal.SIGKILL)


def end(pid: int, group: int) -> None:
    """SIGKILL to all below `pid`, to `pid` itself and to the group."""
    end_below(pid)
    _send_all((pid,), signal.SIGKILL)
    _send_group(group, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, path.read_text().split())
        except OSError:
            continue
    return found


def _send_all(pids: Iterable[int], number: signal.Signals) -> bool:
    sent = False
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue
        sent = True
    return sent


def _send_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return
