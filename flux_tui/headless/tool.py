"""`flux tool`: calls from stdin, one JSON object a line, through the real executor in one session. Needs no key."""

import asyncio
import contextlib
import itertools
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from flux_tui.agent.executor import Executor
from flux_tui.agent.opening import Opening, open_session
from flux_tui.agent.performing import Performed
from flux_tui.agent.session import Session
from flux_tui.agent.turn import Turn
from flux_tui.config.settings import Rules
from flux_tui.headless.lines import answer
from flux_tui.protocol.codes import Code
from flux_tui.protocol.errors import UsageError
from flux_tui.protocol.messages import CallPart, Message, ResultPart


def run(opening: Opening, rules: Path | None) -> int:
    return asyncio.run(_run(opening, rules))


async def _run(opening: Opening, rules: Path | None) -> int:
    session = await open_session(opening)
    if rules is not None:
        session.room.rules = read_rules(rules)
    executor = Executor(session.room, Turn(1, ""))
    try:
        for number in itertools.count(1):
            line = await asyncio.to_thread(sys.stdin.buffer.readline)
            if not line:
                return 0
            if line.strip():
                answer(await _answer(session, executor, line, number))
        return 0
    finally:
        await session.close()


def read_rules(path: Path) -> Rules:
    """The JSON object of `flux rules check`. UsageError if it is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return rules_from(data)
    except (OSError, ValueError) as error:
        raise UsageError(
            f'{path} is no rules file ({error}). It holds {{"allow": [], "ask": [], "deny": []}}.'
        ) from error


def rules_from(data: Any) -> Rules:
    """ValueError if it has another shape."""
    lists = data if isinstance(data, dict) else None
    if lists is None or set(lists) - {"allow", "ask", "deny"}:
        raise ValueError("rules are an object with the lists allow, ask and deny")
    for rows in lists.values():
        if not isinstance(rows, list) or not all(isinstance(row, str) for row in rows):
            raise ValueError("each of allow, ask and deny is a list of texts")
    return Rules(**{name: tuple(rows) for name, rows in lists.items()})


async def _answer(session: Session, executor: Executor, line: bytes, number: int) -> dict[str, Any]:
    given, call = parsed(line, f"call-{number}")
    if call is None:
        text = 'INVALID_ARGUMENTS: a line is one JSON object {"name": …, "arguments": {…}}. Nothing was done.'
        return {**row(Code.INVALID_ARGUMENTS, text), **given}
    await session.room.journal.commit([Message("assistant", (call,))])
    results = await executor.run([call])
    return {**reply(results[0], executor.performed[call.id]), **given}


def parsed(line: bytes, id: str) -> tuple[dict[str, Any], CallPart | None]:
    """(what is given back as it came, the call or None)."""
    data: Any = None
    with contextlib.suppress(ValueError, RecursionError):
        data = json.loads(line)
    if not isinstance(data, dict):
        return {}, None
    given = {"id": data["id"]} if "id" in data else {}
    name, arguments = data.get("name"), data.get("arguments", {})
    if not isinstance(name, str):
        return given, None
    is_object = isinstance(arguments, Mapping)
    return given, CallPart(id, name, arguments if is_object else None, "" if is_object else json.dumps(arguments))


def row(code: Code, text: str) -> dict[str, Any]:
    return {"code": code, "text": text, "seen": {}, "changed": [], "outline": [], "next": None, "exit": None}


def reply(result: ResultPart, done: Performed) -> dict[str, Any]:
    """An answer line."""
    outcome = done.outcome
    seen = {sight.path: [list(pair) for pair in sight.lines] for sight in result.seen if sight.lines}
    return {
        **row(result.code, result.text),
        "seen": seen,
        "changed": None if done.changed is None else list(done.changed),
        "outline": [list(entry) for entry in outcome.outline],
        "next": {"path": outcome.next[0], "start_line": outcome.next[1]} if outcome.next else None,
        "exit": result.exit,
    }


def modelless(opening: Opening) -> Opening:
    return replace(opening, modelless=True, interactive=False)
