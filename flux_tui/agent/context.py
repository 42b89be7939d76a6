"""How full the model's context is, with what, and at which size room is made."""

from collections import defaultdict
from dataclasses import dataclass

from flux_tui.agent.compaction import DIGEST
from flux_tui.agent.fitting import size
from flux_tui.agent.prefix import system_prompt
from flux_tui.agent.room import Room
from flux_tui.protocol.messages import CallPart, Message, ResultPart, TextPart, ThinkingPart

PER_TOKEN = 3.5
"""Characters of code in a token, on the safe side. A server that counts otherwise says so, and room is made then."""
FULL = 0.9
"""Of the window."""
PREFIX = 3_500
"""Most tokens of the system prompt and the tools."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    tokens: float
    why: str
    hard: bool
    """More does not fit; else it would only be dearer, or more than the person wants."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of what the next request sends."""

    name: str
    tokens: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Meter:
    slices: tuple[Slice, ...]
    window: int | None
    ceiling: Ceiling | None
    counted: int
    """Tokens of the last request and reply, as the server counted them; 0 = none yet."""
    compactions: int

    @property
    def tokens(self) -> int:
        return sum(part.tokens for part in self.slices)


def ceiling(room: Room) -> Ceiling | None:
    """The lowest size at which room is made. None where nothing is known and nothing set."""
    found: list[Ceiling] = []
    if room.totals.window is not None:
        found.append(Ceiling(FULL * room.totals.window, "the model's window", True))
    if room.settings.context.most_tokens:
        found.append(Ceiling(room.settings.context.most_tokens, "the size set as most_tokens", False))
    if tier := dearer(room):
        found.append(Ceiling(0.98 * tier, f"{tier:,} tokens, from where on this model costs more", False))
    return min(found, key=lambda one: one.tokens, default=None)


def dearer(room: Room) -> int:
    """Prompt tokens from which on the model's price rises; 0 = it does not, or nobody knows."""
    from flux_tui.llm.models import model_info

    provider = room.provider
    if provider is None or provider.tariff is not None:
        return 0
    prices = model_info(provider.kind, provider.origin.model).prices
    return min((price.above for price in prices if price.above), default=0)


def meter(room: Room) -> Meter:
    """What the next request would send, by kind; tokens are estimated from characters."""
    sizes: dict[str, int] = defaultdict(int)
    places: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    calls = {call.id: call for message in room.conversation.messages for call in message.calls}
    for message in room.conversation.messages:
        for part in message.parts:
            name = kind(message, part)
            sizes[name] += size(part)
            if isinstance(part, ResultPart) and part.call in calls:
                places[name][place(calls[part.call], part)] += size(part)
    prefix = Slice("instructions and tools", min(PREFIX, round(len(system_prompt()) / 4) + 2_000))
    rows = [Slice(name, round(count / PER_TOKEN), largest(places[name])) for name, count in sizes.items() if count]
    rows.sort(key=lambda row: -row.tokens)
    window, compactions = room.totals.window, room.conversation.compactions
    return Meter((prefix, *rows), window, ceiling(room), room.totals.context, compactions)


def kind(message: Message, part: object) -> str:
    match part:
        case ThinkingPart():
            return "thoughts"
        case CallPart():
            return "calls"
        case ResultPart(tool="run_command"):
            return "output of commands"
        case ResultPart(tool="read_files" | "grep_search" | "find_files" | "list_files"):
            return "files read and searched"
        case ResultPart():
            return "results of edits"
        case TextPart(vendor=vendor) if vendor is not None and vendor.get("flux") == DIGEST:
            return "notes of what was left out"
        case _:
            return "what you said" if message.role == "user" else "answers"


def place(call: CallPart, result: ResultPart) -> str:
    if result.seen:
        return result.seen[0].path
    return str((call.arguments or {}).get("command", call.tool))[:40]


def largest(places: dict[str, int]) -> str:
    """The three largest."""
    rows = sorted(places.items(), key=lambda row: -row[1])[:3]
    return ", ".join(f"{' '.join(name.split())} {round(count / PER_TOKEN):,}" for name, count in rows)
