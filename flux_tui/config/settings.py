"""Every setting: its name, type, default and, in the docstring below it, its meaning.

Checking, `flux config`, the table in the docs and the settings screen are made from this file alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flux_tui.protocol.codes import Mode

SandboxSetting = Literal["auto", "require", "off"]
Effort = Literal["", "none", "minimal", "low", "medium", "high", "xhigh", "max"]
ProviderType = Literal["anthropic", "openai", "demo"]

ABOVE_ZERO: Mapping[str, Any] = {"above": 0}
"""Metadata of numbers that must be greater than 0; all other numbers may be 0."""
URL: Mapping[str, Any] = {"format": "url"}
VARIABLE: Mapping[str, Any] = {"format": "variable"}


@dataclass(frozen=True, slots=True)
class Rules:
    """What needs no question, always one, or never happens. Deny beats ask, ask beats allow."""

    allow: tuple[str, ...] = ()
    """Calls that need no question, such as `run_command(git status*)` or `edit_file(src/**)`."""
    ask: tuple[str, ...] = ()
    """Calls that always ask, whatever the mode."""
    deny: tuple[str, ...] = ()
    """Calls that never happen. Deny always wins."""


@dataclass(frozen=True, slots=True)
class Network:
    """Patience with a provider. Times are seconds."""

    connect_timeout: float = field(default=10.0, metadata=ABOVE_ZERO)
    """How long a connection may take to open."""
    first_event_timeout: float = field(default=120.0, metadata=ABOVE_ZERO)
    """How long a reply may take to begin."""
    idle_timeout: float = field(default=90.0, metadata=ABOVE_ZERO)
    """How long a reply that has begun may be silent."""
    request_timeout: float = field(default=900.0, metadata=ABOVE_ZERO)
    """How long one request may take as a whole."""
    max_tries: int = field(default=6, metadata=ABOVE_ZERO)
    """Requests for one reply, the first included."""
    cut_tries: int = field(default=2, metadata=ABOVE_ZERO)
    """Of these, how many after a stream that had begun and broke off."""
    backoff_first: float = 0.5
    """The longest first wait between tries; it doubles, with full jitter."""
    backoff_max: float = 30.0
    """The longest wait between tries."""
    retry_after_max: float = 60.0
    """A server that asks for a longer wait than this ends the turn; the time is named."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run and a session may use before they are ended with a summary. 0 = no limit."""

    max_turns: int = 0
    """Model replies in one run."""
    max_calls: int = 0
    """Tool calls in one run."""
    max_tokens: int = 0
    """Tokens in one run, cached ones included."""
    max_cost: float = 0.0
    """US dollars in one run."""
    max_minutes: float = 0.0
    """Minutes of one run in which turns were at work."""
    max_session_turns: int = 0
    """Model replies in one session, over all its runs."""
    max_session_calls: int = 0
    """Tool calls in one session."""
    max_session_tokens: int = 0
    """Tokens in one session, cached ones included."""
    max_session_cost: float = 0.0
    """US dollars in one session."""
    max_session_minutes: float = 0.0
    """Minutes of one session in which turns were at work."""


@dataclass(frozen=True, slots=True)
class Context:
    """How much of the conversation the model is sent."""

    most_tokens: int = 0
    """The size at which old results are left out. 0 = near the model's window, or where its price rises."""


@dataclass(frozen=True, slots=True)
class Commands:
    """What commands get besides the folder itself. Set by your own config and profiles alone."""

    network: bool = False
    """Whether commands reach the network."""
    environment: tuple[str, ...] = ()
    """Names of further environment variables that commands get. Never name one that holds a key."""
    writable: tuple[str, ...] = ()
    """Further folders that commands may write, such as `~/.cache/go-build`."""


@dataclass(frozen=True, slots=True)
class Verify:
    """The checks that Flux itself runs after a turn that changed files."""

    commands: tuple[str, ...] = ()
    """Shell commands, run one after the other in the sandbox, such as `pytest -q`. `[*.py src/** 60s]` before one binds
    it to changed files and gives it its own time; `{files}` stands for these files."""
    timeout: float = field(default=120.0, metadata=ABOVE_ZERO)
    """Seconds for each of them that has no time of its own."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How much of a file one read shows the model."""

    whole_lines: int = field(default=1000, metadata=ABOVE_ZERO)
    """A file of up to this many lines (and `whole_bytes`) is shown whole."""
    whole_bytes: int = field(default=40_000, metadata=ABOVE_ZERO)
    """A file of up to this many bytes (and `whole_lines`) is shown whole."""
    cut_lines: int = field(default=400, metadata=ABOVE_ZERO)
    """Lines that are shown of a longer file, beside its outline."""
    line_characters: int = field(default=2000, metadata=ABOVE_ZERO)
    """A longer line is cut and does not count as seen."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Models by role, each as `provider:model`. Empty = the session's model."""

    strong: str = ""
    """For edits, and for what the others failed at."""
    strong_effort: Effort = ""
    """How hard the strong model thinks. Empty = as `effort` says."""
    everyday: str = ""
    """For most work."""
    everyday_effort: Effort = ""
    """How hard the everyday model thinks. Empty = as `effort` says."""
    cheap: str = ""
    """For reading, searching and summaries."""
    cheap_effort: Effort = ""
    """How hard the cheap model thinks. Empty = as `effort` says."""


RoutingPolicy = Literal["auto", "off", "read-cheap", "plan-strong", "escalate"]


@dataclass(frozen=True, slots=True)
class Routing:
    """Which of the models under `[roles]` speaks when."""

    policy: RoutingPolicy = "auto"
    """`read-cheap`: reading on the cheap model, from the first edit or command on the strong one; `plan-strong`: the
    strong one plans, the cheap one edits; `escalate`: the strong one only where the everyday one is stuck; `off`: the
    session's model alone; `auto`: `read-cheap` where a cheap and a strong model are set, else `off`."""
    max_switches: int = 2
    """Changes of the model within one turn."""


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """One account or server, under `[providers.NAME]`; its models are `NAME:model`."""

    type: ProviderType = "openai"
    """Which protocol it speaks. `anthropic` and `demo` are of their own type unless told otherwise."""
    base_url: str = field(default="", metadata=URL)
    """Where it is, with or without `/v1`. Empty = the vendor's own endpoint."""
    api: Literal["", "responses", "chat"] = ""
    """OpenAI's protocol variant. Empty = `responses` on OpenAI's own host, else `chat`."""
    key_env: str = field(default="", metadata=VARIABLE)
    """Name of the environment variable that holds the key."""
    key_command: tuple[str, ...] = ()
    """A command (program and arguments, no shell) that prints the key."""
    auth: Literal["", "bearer", "x-api-key"] = ""
    """The header that carries the key. Empty = the one that the vendor's API uses."""
    window: int = 0
    """Tokens that fit into its models' context. 0 = as known for the model."""
    max_output: int = 0
    """Most tokens of one reply. 0 = as known for the model."""
    fields: tuple[str, ...] = ()
    """What the server knows beyond the basics of the protocol, such as `reasoning_effort`; nothing else is sent."""
    price_input: float | None = None
    """US dollars per million tokens sent. Empty = not known, and then no cost is shown."""
    price_output: float | None = None
    """US dollars per million tokens received."""
    price_cache_read: float | None = None
    """US dollars per million tokens that the server read from its cache. Empty = as `price_input`."""
    price_cache_write: float | None = None
    """US dollars per million tokens that the server wrote to its cache. Empty = as `price_input`."""


@dataclass(frozen=True, slots=True)
class Ui:
    """The screen."""

    tree: bool = True
    """Whether the file tree is open at the start."""
    mouse: bool = True
    """Whether the mouse is used."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, merged and checked."""

    model: str = ""
    """`provider:model`, split at the first colon. Empty = chosen by the keys that are there."""
    effort: Effort = ""
    """How hard the model thinks. Empty = the model's own default; a level it has not is not sent."""
    mode: Mode = Mode.ASK
    """How much happens without a question: `plan` reads only, `ask` asks, `auto-edit` edits, `full` runs too."""
    sandbox: SandboxSetting = "auto"
    """`auto`: what the system offers, without it every command asks; `require`: else no command runs; `off`: none."""
    theme: str = "flux-dark"
    """Name of the theme."""
    profile: str | None = None
    """Name of the profile in use."""
    rules: Rules = field(default_factory=Rules)
    network: Network = field(default_factory=Network)
    limits: Limits = field(default_factory=Limits)
    context: Context = field(default_factory=Context)
    commands: Commands = field(default_factory=Commands)
    verify: Verify = field(default_factory=Verify)
    reading: Reading = field(default_factory=Reading)
    roles: Roles = field(default_factory=Roles)
    routing: Routing = field(default_factory=Routing)
    providers: Mapping[str, ProviderSettings] = field(default_factory=dict)
    ui: Ui = field(default_factory=Ui)
