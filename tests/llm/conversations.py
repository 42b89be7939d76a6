"""One table of conversations, played over every protocol: what the server says, and what must have become of it."""

from dataclasses import dataclass, field

from flux_tui.protocol.codes import StopReason
from tests.fakes.script import Call, Protocol, Reply

READ = Call("read_files", {"paths": ["src/shop.py"]})
EDIT = Call("edit_file", {"path": "a.py", "search": "a = 1\n", "replace": "a = “2” ∑\n"})
ALL: tuple[Protocol, ...] = ("messages", "chat", "responses")


@dataclass(frozen=True)
class Said:
    """A reply as Flux must have understood it."""

    text: str = ""
    calls: tuple[tuple[str, object], ...] = ()
    """(tool, arguments); arguments None = never to be run."""
    stop: StopReason = StopReason.END
    thinking: str | None = None


@dataclass(frozen=True)
class Conversation:
    name: str
    script: tuple[Reply, ...]
    said: tuple[Said, ...]
    protocols: tuple[Protocol, ...] = ALL
    skip_usage: bool = field(default=False)


def call(made: Call) -> tuple[str, object]:
    return made.name, dict(made.arguments)


TABLE = (
    Conversation("one answer", (Reply("Hello, world."),), (Said("Hello, world."),)),
    Conversation(
        "text of many scripts in small segments",
        (Reply("naïve “quotes” 漢字 🙂 done", pieces=3, segment=1),),
        (Said("naïve “quotes” 漢字 🙂 done"),),
    ),
    Conversation(
        "thinking comes first",
        (Reply("The answer.", thinking="Let me see. It is simple."),),
        (Said("The answer.", thinking="Let me see. It is simple."),),
    ),
    Conversation(
        "a call, then an answer",
        (Reply("I look.", calls=(READ,)), Reply("Done.")),
        (Said("I look.", (call(READ),), StopReason.TOOL_CALLS), Said("Done.")),
    ),
    Conversation(
        "calls without a word, several at once, thinking kept",
        (Reply(thinking="Two files.", calls=(READ, EDIT)), Reply(thinking="Good.", calls=(READ,)), Reply("Done.")),
        (
            Said("", (call(READ), call(EDIT)), StopReason.TOOL_CALLS, "Two files."),
            Said("", (call(READ),), StopReason.TOOL_CALLS, "Good."),
            Said("Done."),
        ),
    ),
    Conversation(
        "a call without arguments",
        (Reply(calls=(Call("list_files", raw=""),)), Reply("Done.")),
        (Said("", (("list_files", {}),), StopReason.TOOL_CALLS), Said("Done.")),
    ),
    Conversation(
        "arguments that are no object are never run",
        (
            Reply(calls=(Call("write_file", raw='{"path": "a.py", "content": "x'), Call("list_files", raw="[1, 2]"))),
            Reply("I see."),
        ),
        (Said("", (("write_file", None), ("list_files", None)), StopReason.TOOL_CALLS), Said("I see.")),
    ),
    Conversation(
        "cut at the limit: no call is run, be it whole or not",
        (Reply("Writing.", calls=(EDIT,), stop="max_tokens"), Reply("Smaller.")),
        (Said("Writing.", (("edit_file", None),), StopReason.MAX_TOKENS), Said("Smaller.")),
    ),
    Conversation(
        "the same id twice",
        (Reply(calls=(Call("read_files", {}, id="same"), Call("list_files", {}, id="same"))), Reply("Done.")),
        (Said("", (("read_files", {}), ("list_files", {})), StopReason.TOOL_CALLS), Said("Done.")),
    ),
    Conversation(
        "an id used again in a later reply",
        (
            Reply(calls=(Call("read_files", {}, id="c1"),)),
            Reply(calls=(Call("list_files", {}, id="c1"),)),
            Reply("Ok."),
        ),
        (
            Said("", (("read_files", {}),), StopReason.TOOL_CALLS),
            Said("", (("list_files", {}),), StopReason.TOOL_CALLS),
            Said("Ok."),
        ),
    ),
    Conversation(
        "calls although the reply says it ended",
        (Reply(calls=(READ,), stop="end"), Reply("Done.")),
        (Said("", (call(READ),), StopReason.TOOL_CALLS), Said("Done.")),
    ),
    Conversation(
        "says that it calls, but does not",
        (Reply("Nothing to do.", stop="tool_calls"),),
        (Said("Nothing to do."),),
    ),
    Conversation(
        "a refusal",
        (Reply("I can't help.", stop="refusal"),),
        (Said("I can't help.", stop=StopReason.REFUSAL),),
        protocols=("messages", "responses"),
    ),
    Conversation(
        "a content filter",
        (Reply("I ", stop="content_filter"),),
        (Said("I ", stop=StopReason.CONTENT_FILTER),),
        protocols=("chat", "responses"),
    ),
    Conversation(
        "a pause goes on from where it stopped",
        (Reply("Half", stop="pause"), Reply(" whole.")),
        (Said("Half", stop=StopReason.PAUSE), Said(" whole.")),
        protocols=("messages",),
    ),
    Conversation(
        "the context is full",
        (Reply("I was", stop="context_full"),),
        (Said("I was", stop=StopReason.CONTEXT_FULL),),
        protocols=("messages",),
    ),
    Conversation(
        "servers without usage",
        (Reply("Fine.", usage=None),),
        (Said("Fine."),),
        skip_usage=True,
    ),
    Conversation(
        "arguments as an object, all calls on one index",
        (Reply(calls=(READ, EDIT), quirks=frozenset({"dict_arguments", "same_index"})), Reply("Done.")),
        (Said("", (call(READ), call(EDIT)), StopReason.TOOL_CALLS), Said("Done.")),
        protocols=("chat",),
    ),
    Conversation(
        "two calls on one index, no ids, says stop",
        (Reply(calls=(READ, EDIT), quirks=frozenset({"same_index", "no_id", "stop_for_calls"})), Reply("Done.")),
        (Said("", (call(READ), call(EDIT)), StopReason.TOOL_CALLS), Said("Done.")),
        protocols=("chat",),
    ),
    Conversation(
        "no [DONE], null choices",
        (Reply("Fine.", quirks=frozenset({"no_done", "null_choices"})),),
        (Said("Fine."),),
        protocols=("chat",),
    ),
    Conversation(
        "[DONE] without a finish reason",
        (Reply("Fine.", quirks=frozenset({"no_finish"})),),
        (Said("Fine."),),
        protocols=("chat",),
    ),
    Conversation(
        "thinking under its other name",
        (Reply("Fine.", thinking="Hm.", calls=(READ,), quirks=frozenset({"reasoning"})), Reply("Done.")),
        (Said("Fine.", (call(READ),), StopReason.TOOL_CALLS, "Hm."), Said("Done.")),
        protocols=("chat",),
    ),
    Conversation(
        "thinking between tags in the text",
        (
            Reply("Fine.", thinking="Hm, well.", calls=(READ,), quirks=frozenset({"think_tag"}), pieces=5),
            Reply("Done."),
        ),
        (Said("Fine.", (call(READ),), StopReason.TOOL_CALLS, "Hm, well."), Said("Done.")),
        protocols=("chat",),
    ),
    Conversation(
        "a call written as text is text",
        (Reply('<tool_call>{"name": "run_command"}</tool_call>'),),
        (Said('<tool_call>{"name": "run_command"}</tool_call>'),),
    ),
)
