"""A session as one document. Foreign text stays as it is: whoever prints or saves it redacts and makes it visible."""

from typing import Any

from flux_tui.protocol.wire import plain
from flux_tui.store.store import Store


def as_json(store: Store, session: str) -> dict[str, Any]:
    """`{"session": …, "events": […]}`, as `flux sessions show --json` has it."""
    return {"session": plain(store.session(session)), "events": store.events(session)}


def as_markdown(store: Store, session: str) -> str:
    """Prompts, answers and calls, to be read by people."""
    row = store.session(session)
    head = [f"# {row.name or row.id}", "", f"{row.id} · {row.cwd} · {row.provider}:{row.model} · {row.created}"]
    return "\n".join((*head, *(text for line in store.events(session) if (text := _paragraph(line))))) + "\n"


def _paragraph(line: dict[str, Any]) -> str:
    match line:
        case {"type": "turn_started", "turn": turn, "prompt": prompt}:
            return f"\n## Turn {turn}\n\n" + _quoted(str(prompt))
        case {"type": "message_finished", "text": str(text)} if text.strip():
            return f"\n{text}"
        case {"type": "call_finished", "tool": tool, "code": code, "targets": targets, "text": text}:
            places = " ".join(targets)
            return f"\n**{tool}** {places} {code}\n\n{_fenced(str(text))}"
        case {"type": "error_occurred", "message": message}:
            return f"\nError: {message}"
        case _:
            return ""


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


def _fenced(text: str) -> str:
    """A fence longer than any run of backquotes inside."""
    longest = run = 0
    for character in text:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"
