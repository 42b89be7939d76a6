"""The neutral conversation: what a model was told and said, whatever vendor it came from.

A vendor's own block rides along verbatim in `vendor` and is replayed only to the origin it came from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flux_tui.protocol.codes import Code, StopReason

Role = Literal["user", "assistant"]
Vendor = Mapping[str, Any]
Ranges = tuple[tuple[int, int], ...]
"""Ascending, disjoint, 1-based, inclusive line intervals."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts of one or more replies. `input` is without the cached part."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    estimated: bool = False
    """True where the server gave no counts and Flux guessed them from the characters."""

    @property
    def total(self) -> int:
        return self.input + self.output + self.cache_read + self.cache_write

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input + other.input,
            self.output + other.output,
            self.cache_read + other.cache_read,
            self.cache_write + other.cache_write,
            self.estimated or other.estimated,
        )


@dataclass(frozen=True, slots=True)
class Origin:
    """Who made a message. Signatures and reasoning go back to an equal origin only."""

    provider: str
    """The configured name: `anthropic`, `openai`, `demo`, or a named compatible server."""
    api: str
    """`messages`, `responses`, `chat` or `demo`."""
    base_url: str
    model: str


@dataclass(frozen=True, slots=True)
class TextPart:
    text: str
    vendor: Vendor | None = None


@dataclass(frozen=True, slots=True)
class ThinkingPart:
    """Thoughts, also encrypted or redacted ones (then `text` may be empty and `vendor` holds them)."""

    text: str
    vendor: Vendor | None = None


@dataclass(frozen=True, slots=True)
class CallPart:
    """A tool call the model asked for."""

    id: str
    tool: str
    arguments: Mapping[str, Any] | None
    """None when what came was no JSON object; `raw` then holds it. Such a call is answered, never run."""
    raw: str = ""
    vendor: Vendor | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """Lines of one file that a result showed whole, at the bytes they had then."""

    path: str
    sha256: str
    lines: Ranges
    total: int
    """Number of lines of the file."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One block of an own write: from `first` (1-based, old numbering) `removed` lines became `added` lines."""

    first: int
    removed: int
    added: int


@dataclass(frozen=True, slots=True)
class Written:
    """One change that reached the disk."""

    change: str
    """Id in the store's change journal."""
    path: str
    before: str | None
    """SHA-256 (hex) of the bytes before, None = there was no file."""
    after: str | None
    shifts: tuple[Shift, ...] = ()
    """Ascending, in the old numbering. Empty for commands and for whole-file creations and removals."""
    moved_from: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What the person said yes or no to, by its content: the same thing in another dress is known again."""

    yes: bool
    removed: tuple[str, ...] = ()
    """Lines of an edit without their indentation, blank ones left out."""
    added: tuple[str, ...] = ()
    path: str = ""
    """Of a file that was to go away."""
    command: str = ""


@dataclass(frozen=True, slots=True)
class ResultPart:
    """What came of a call. Carries all that the ledger, the repeat guard and the score are computed from."""

    call: str
    tool: str
    text: str
    code: Code = Code.OK
    seen: tuple[Sight, ...] = ()
    written: tuple[Written, ...] = ()
    targets: tuple[str, ...] = ()
    node: str | None = None
    exit: int | None = None
    state: str = ""
    """Digest of what the outcome depended on; an identical call after a failure is run again only if it differs."""
    decided: tuple[Decided, ...] = ()


Part = TextPart | ThinkingPart | CallPart | ResultPart


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of the history. A user message holds text and results, an assistant message all but results."""

    role: Role
    parts: tuple[Part, ...]
    origin: Origin | None = None
    stop_reason: StopReason | None = None
    """None for user messages and for assistant messages that were cut."""
    usage: Usage | None = None
    cut: bool = False
    """The stream broke off: kept for the person, its calls are never run, it is not sent again as it is."""

    @property
    def text(self) -> str:
        return "".join(p.text for p in self.parts if isinstance(p, TextPart))

    @property
    def calls(self) -> tuple[CallPart, ...]:
        return tuple(p for p in self.parts if isinstance(p, CallPart))

    @property
    def results(self) -> tuple[ResultPart, ...]:
        return tuple(p for p in self.parts if isinstance(p, ResultPart))


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as the model is told of it."""

    name: str
    description: str
    schema: Mapping[str, Any] = field(default_factory=dict)
    """JSON Schema of the arguments: a flat object."""


def user(text: str) -> Message:
    """A prompt, or words of the person, as a message."""
    return Message("user", (TextPart(text),))
