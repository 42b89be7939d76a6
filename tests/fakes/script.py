"""The neutral script a fake server plays: what a model says, protocol apart, and how the wire fails."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Protocol = Literal["messages", "chat", "responses"]
Stop = Literal["end", "tool_calls", "max_tokens", "refusal", "content_filter", "pause", "context_full"]
FaultKind = Literal[
    "status",  # an HTTP error with `status`, `headers`, `body`
    "html",  # 200 and a page
    "json",  # 200 and a JSON error instead of a stream
    "empty",  # 200, the right content type, no event
    "garbage",  # a body that is no gzip although the header says so
    "redirect",  # 307 to `location`
    "reset",  # the connection ends before any header
    "silent",  # accepted, then nothing
    "cut",  # the stream ends cleanly after `after` events
    "drop",  # the stream is reset after `after` events
    "stall",  # nothing more after `after` events
    "pings",  # keep-alives for ever after `after` events
    "bad_json",  # an event that is no JSON after `after` events
    "error_event",  # an error inside the stream after `after` events
]


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call. `raw` replaces the JSON of `arguments` on the wire; `id` "" = made by the server."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    kind: FaultKind
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    """JSON value or text of the error; None = the vendor's usual shape."""
    after: int = 3
    """Events that still come whole."""
    error: str = "overloaded_error"
    """Type of an error event."""
    message: str = "the server says no"
    location: str = "http://127.0.0.1:9/elsewhere"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of the model."""

    text: str = ""
    thinking: str = ""
    calls: tuple[Call, ...] = ()
    stop: Stop | None = None
    """None = `tool_calls` if there are calls, else `end`."""
    usage: Mapping[str, int] | None = field(default_factory=lambda: {"input": 100, "output": 20})
    """`input` (uncached), `output`, `cache_read`, `cache_write`; None = the server sends none."""
    fault: Fault | None = None
    """Played instead of, or in the middle of, this reply."""
    pieces: int = 24
    """Characters of text per event."""
    delay: float = 0.0
    """Seconds between two events."""
    segment: int = 0
    """Bytes per write, to split characters across packets; 0 = whole events."""
    raw: bytes | None = None
    """The stream's bytes, exactly; everything above is then ignored."""
    quirks: frozenset[str] = frozenset()
    """Chat: `no_finish no_done no_usage dict_arguments same_index no_id stop_for_calls null_choices reasoning
    think_tag`."""

    @property
    def stop_reason(self) -> Stop:
        return self.stop or ("tool_calls" if self.calls else "end")


@dataclass(frozen=True, slots=True)
class Heard:
    """A request as the script sees it."""

    protocol: Protocol
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    index: int
    """From 0, over the server's life."""
    replies: int
    """Assistant messages in the history."""
    results: tuple[tuple[str, str], ...]
    """(call id, text) of the results that came with this request."""
    prompt: str
    """The newest text of the user."""


Script = Sequence[Reply] | Callable[[Heard], Reply]


def status(code: int, body: Any = None, **headers: str) -> Reply:
    """An HTTP error as a reply; `retry_after="2"` becomes the header `retry-after`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(fault=Fault("status", status=code, headers=named, body=body))


def load(path: Path) -> list[Reply]:
    """A script file: a JSON list of objects with the fields of `Reply`."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [reply(row) for row in rows]


def reply(row: Mapping[str, Any]) -> Reply:
    values = dict(row)
    if "calls" in values:
        values["calls"] = tuple(Call(**call) for call in values["calls"])
    if values.get("fault"):
        values["fault"] = Fault(**values["fault"])
    if "quirks" in values:
        values["quirks"] = frozenset(values["quirks"])
    if values.get("raw") is not None:
        values["raw"] = values["raw"].encode()
    return Reply(**values)
