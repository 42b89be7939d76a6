"""Protocol objects as JSON and back: events for the outside (one way), messages for the store (both ways)."""

import re
from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from flux_tui.protocol.codes import Code, StopReason
from flux_tui.protocol.events import SCREEN_ONLY, Event
from flux_tui.protocol.messages import (
    CallPart,
    Decided,
    Message,
    Origin,
    Part,
    Ranges,
    ResultPart,
    Shift,
    Sight,
    TextPart,
    ThinkingPart,
    Usage,
    Written,
)


def type_name(event: Event) -> str:
    """`CallFinished` -> `call_finished`."""
    return _snake(type(event).__name__)


@cache
def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def utc(seconds: float) -> str:
    """Unix time -> ISO 8601 in UTC with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event_line(event: Event, seq: int, time: float) -> dict[str, Any]:
    """The event as one JSON-ready object."""
    line: dict[str, Any] = {"type": type_name(event), "seq": seq, "time": utc(time)}
    for name in event.__dataclass_fields__:
        if name not in SCREEN_ONLY:
            line[name] = plain(getattr(event, name))
    return line


def plain(value: Any) -> Any:
    """Dataclasses, tuples, sets and decimals as JSON-ready values; usage with its total. The frequent ones first."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, (dict, Mapping)):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Usage):
        return usage_json(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def usage_json(usage: Usage) -> dict[str, Any]:
    return {
        "input": usage.input,
        "output": usage.output,
        "cache_read": usage.cache_read,
        "cache_write": usage.cache_write,
        "total": usage.total,
        "estimated": usage.estimated,
    }


def message_json(message: Message) -> dict[str, Any]:
    """A message for the store."""
    return {
        "role": message.role,
        "parts": [{"part": type(part).__name__, **plain(part)} for part in message.parts],
        "origin": plain(message.origin),
        "stop_reason": message.stop_reason,
        "usage": plain(message.usage),
        "cut": message.cut,
    }


def message_from(data: Mapping[str, Any]) -> Message:
    """The inverse of `message_json`. Raises KeyError or ValueError on a row that is none."""
    usage = data["usage"]
    return Message(
        role=data["role"],
        parts=tuple(_part_from(part) for part in data["parts"]),
        origin=Origin(**data["origin"]) if data["origin"] else None,
        stop_reason=StopReason(data["stop_reason"]) if data["stop_reason"] else None,
        usage=Usage(**{key: usage[key] for key in usage if key != "total"}) if usage else None,
        cut=data["cut"],
    )


def _part_from(data: Mapping[str, Any]) -> Part:
    kind, rest = data["part"], {key: value for key, value in data.items() if key != "part"}
    match kind:
        case "TextPart":
            return TextPart(**rest)
        case "ThinkingPart":
            return ThinkingPart(**rest)
        case "CallPart":
            return CallPart(**rest)
        case "ResultPart":
            return _result_from(rest)
        case _:
            raise ValueError(f"unknown message part {kind!r}")


def _result_from(data: dict[str, Any]) -> ResultPart:
    data["code"] = Code(data["code"])
    data["seen"] = tuple(Sight(**{**sight, "lines": _ranges(sight["lines"])}) for sight in data["seen"])
    data["written"] = tuple(
        Written(**{**row, "shifts": tuple(Shift(**shift) for shift in row["shifts"])}) for row in data["written"]
    )
    data["targets"] = tuple(data["targets"])
    data["decided"] = tuple(
        Decided(**{**row, "removed": tuple(row["removed"]), "added": tuple(row["added"])})
        for row in data.get("decided", ())
    )
    return ResultPart(**data)


def _ranges(rows: list[list[int]]) -> Ranges:
    return tuple((first, last) for first, last in rows)
