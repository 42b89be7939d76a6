"""From one model to another in mid-conversation: what only its maker understands stays behind, all else goes over."""

import hashlib
import re
from dataclasses import replace
from typing import Any

from flux_tui.protocol.messages import CallPart, Message, Origin, Part, ResultPart, TextPart, ThinkingPart

GOOD_ID = re.compile(r"[a-zA-Z0-9_-]{1,40}")
"""What every vendor takes as the id of a call."""


def own(message: Message, origin: Origin) -> Message:
    """The message as `origin` may see it. Foreign thoughts, signatures and items are dropped."""
    if message.role == "user" or message.origin == origin:
        return message
    parts: list[Part] = []
    for part in message.parts:
        if isinstance(part, ThinkingPart):
            continue
        parts.append(replace(part, vendor=None) if isinstance(part, (TextPart, CallPart)) else part)
    return replace(message, parts=tuple(parts))


def wire_id(id: str) -> str:
    """A call's id in a form that every vendor takes; the same id always gives the same form."""
    if GOOD_ID.fullmatch(id):
        return id
    return "call_" + hashlib.sha256(id.encode("utf-8", "replace")).hexdigest()[:24]


def arguments_of(call: CallPart) -> dict[str, Any]:
    """The arguments as an object; what was no object goes back under `_raw`, so that the model sees what it wrote."""
    return dict(call.arguments) if call.arguments is not None else {"_raw": call.raw}


def said(result: ResultPart) -> str:
    """The text of a result; blank ones are refused by some vendors."""
    return result.text if result.text and not result.text.isspace() else "(no output)"
