"""A session as a document for people: what was asked, answered, called and changed."""

import os
from collections.abc import Iterator
from typing import Any

from flux_tui.safety.redaction import keys_in, redact
from flux_tui.safety.visible import visible
from flux_tui.store import SessionRow, Store

MOST_OF_A_RESULT = 2_000


def markdown(store: Store, row: SessionRow) -> str:
    """Markdown, with keys taken out and hidden characters shown."""
    head = [
        f"# {row.name or row.id}",
        "",
        f"{row.cwd}, {row.provider}:{row.model}, {row.turns} turns, {row.updated}",
        "",
    ]
    body = [line for event in store.events(row.id) for line in _lines(event)]
    return visible(redact("\n".join(head + body), keys_in(os.environ)))


def events(store: Store, row: SessionRow) -> list[dict[str, Any]]:
    """What happened, as data, with keys taken out."""
    keys = keys_in(os.environ)
    return [_redacted(event, keys) for event in store.events(row.id)]


def _redacted(value: Any, keys: tuple[str, ...]) -> Any:
    match value:
        case str():
            return redact(value, keys)
        case dict():
            return {name: _redacted(item, keys) for name, item in value.items()}
        case list():
            return [_redacted(item, keys) for item in value]
        case _:
            return value


def _lines(event: dict[str, Any]) -> Iterator[str]:
    match event["type"]:
        case "turn_started":
            yield from (f"## {event['turn']}", "", *(f"> {line}" for line in event["prompt"].split("\n")), "")
        case "message_finished" if event["text"].strip():
            yield from (event["text"], "")
        case "call_finished":
            text = event["text"]
            cut = text if len(text) <= MOST_OF_A_RESULT else text[:MOST_OF_A_RESULT] + "\n…"
            fence = "`" * max(3, _longest_run(cut) + 1)
            yield from (f"**{event['tool']}** {event['code']}", "", fence, cut, fence, "")
        case "check_finished":
            yield from (f"Check `{event['command']}`: exit {event['exit']}", "")
        case "turn_ended":
            yield from (f"*{event['outcome']}, {event['evidence']}*", "")


def _longest_run(text: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    return longest
