"""A session as a document for people: what was asked, answered, called and changed."""

from collections.abc import Iterator
from typing import Any

from flux_tui.safety.redaction import redact
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
    return visible(redact("\n".join(head + body), ()))


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
