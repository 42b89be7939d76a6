"""What the demo looks at to decide its next step: the newest prompt, and what came of the calls since."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import CallPart, Message, Ranges, ResultPart, TextPart

SHOWN = re.compile(r" *(\d+)\|(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Done:
    """A call and its result."""

    call: CallPart
    result: ResultPart

    @property
    def ok(self) -> bool:
        return self.result.code is Code.OK


@dataclass(frozen=True, slots=True)
class Exchange:
    """The newest prompt and all that happened since."""

    prompt: str
    done: tuple[Done, ...] = ()
    replies: int = 0
    """Replies since the prompt."""

    def of(self, *tools: str) -> tuple[Done, ...]:
        return tuple(one for one in self.done if one.call.tool in tools)


def exchange(history: Sequence[Message]) -> Exchange:
    start = next((at for at in range(len(history) - 1, -1, -1) if _prompt(history[at])), 0)
    since = history[start:]
    results = {result.call: result for message in since for result in message.results}
    done = tuple(Done(call, results[call.id]) for message in since for call in message.calls if call.id in results)
    replies = sum(message.role == "assistant" and not message.cut for message in since)
    return Exchange(_prompt(since[0]) if since else "", done, replies)


def _prompt(message: Message) -> str:
    """The words of the person in a user message; the last ones, where several were given at once."""
    words = [part.text for part in message.parts if isinstance(part, TextPart)] if message.role == "user" else []
    return words[-1].strip() if words else ""


def shown_lines(result: ResultPart) -> dict[str, dict[int, str]]:
    """The lines that a result printed: path -> number -> text."""
    paths = sorted((sight.path for sight in result.seen), key=len, reverse=True)
    found: dict[str, dict[int, str]] = {path: {} for path in paths}
    path = paths[0] if len(paths) == 1 else ""
    for line in result.text.split("\n"):
        if match := SHOWN.fullmatch(line):
            if path:
                found[path][int(match[1])] = match[2]
        else:
            path = next((name for name in paths if line.startswith((f"{name} ", f"{name}:")) or line == name), path)
    return found


def seen(result: ResultPart) -> list[tuple[str, Ranges]]:
    return [(sight.path, sight.lines) for sight in result.seen]


def first_line(text: str) -> str:
    return text.strip().split("\n", 1)[0]


def plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
