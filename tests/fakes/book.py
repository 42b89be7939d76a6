"""What a fake server has said so far, and the rules that hold for all three protocols."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

GOOD_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


@dataclass(slots=True)
class Book:
    """Issued signatures, items and ids; the frozen head of every conversation."""

    signatures: dict[str, str] = field(default_factory=dict)
    """Signature -> digest of (model, prefix, thought)."""
    items: dict[str, str] = field(default_factory=dict)
    """Responses: item id -> canonical JSON."""
    thoughts: set[str] = field(default_factory=set)
    """Chat: reasoning texts that came from here."""
    heads: dict[str, str] = field(default_factory=dict)
    """First user message -> system prompt and tools."""
    paused: bool = False
    made: int = 0

    def number(self) -> int:
        self.made += 1
        return self.made

    def check_head(self, first: Any, head: Any) -> list[str]:
        """The system prompt and the tools never change within a conversation."""
        key, value = canonical(first), canonical(head)
        known = self.heads.setdefault(key, value)
        return [] if known == value else ["the system prompt or the tool list changed within a conversation"]


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=True)


def digest(*values: Any) -> str:
    return hashlib.sha256(canonical(values).encode()).hexdigest()[:24]


def event(data: Mapping[str, Any], name: str = "") -> bytes:
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def cut(text: str, size: int) -> Iterable[str]:
    return (text[at : at + size] for at in range(0, len(text), size))


def blank(text: Any) -> bool:
    return not isinstance(text, str) or not text.strip()


def check_ids(calls: Sequence[str], results: Sequence[str], where: str) -> list[str]:
    """Every call has exactly one result directly after it."""
    wrong = [f"{where}: call {call} has no result directly after it" for call in calls if call not in results]
    wrong += [
        f"{where}: result {result} answers no call directly before it" for result in results if result not in calls
    ]
    wrong += [f"{where}: {result} is answered twice" for result in set(results) if list(results).count(result) > 1]
    return wrong


def check_unique(calls: Sequence[str]) -> list[str]:
    wrong = [f"call id {call} is used twice" for call in set(calls) if list(calls).count(call) > 1]
    return wrong + [f"call id {call!r} is no valid id" for call in calls if not GOOD_ID.fullmatch(call)]
