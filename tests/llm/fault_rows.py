"""The faults of the wire by id, as scripts for the fake server, and what must have become of each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flux_tui.protocol.codes import Code, FaultName
from tests.fakes.script import Call, Fault, Protocol, Reply, status
from tests.llm.conversations import ALL

KEY = "sk-canary-abcdefghijklmnopqrstuvwxyz"
WELL = Reply("All is well.")
WRITE = Call("write_file", {"path": "new.py", "content": "import os\n" * 20})
READ = Call("read_files", {"paths": ["a.py"]})
EVIL = "\x1b]52;c;ZXZpbA==\x07\x1b]0;pwned\x07\x1b[2J\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\ \u202egnp.exe"


@dataclass(frozen=True)
class Row:
    id: str
    script: tuple[Reply, ...]
    """Played in order; then everything is well."""
    requests: int
    fault: FaultName | None = None
    """The error that ends the turn; None = it ended well."""
    cut: int = 0
    """Replies kept as cut."""
    codes: tuple[Code, ...] = ()
    """Of the calls that were answered."""
    text: str | None = "All is well."
    """Of the last reply; None = not looked at."""
    protocols: tuple[Protocol, ...] = ALL
    silent: bool = False
    """Nothing comes any more: the watchdogs have short patience."""
    forever: bool = False
    """The last reply of the script is played again and again."""


def event(data: Mapping[str, Any] | str, end: str = "\n") -> str:
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    kind = "" if isinstance(data, str) else data.get("type", "")
    name = f"event: {kind}{end}" if kind else ""
    return f"{name}data: {text}{end}{end}"


def raw(*events: Mapping[str, Any] | str, end: str = "\n", **more: Any) -> Reply:
    return Reply(raw="".join(event(data, end) for data in events).encode(), **more)


START = {
    "type": "message_start",
    "message": {"id": "msg_1", "role": "assistant", "content": [], "usage": {"input_tokens": 9, "output_tokens": 1}},
}
STOP = {"type": "message_stop"}


def ended(reason: str = "end_turn") -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 7}}


def block(at: int, kind: str, **more: Any) -> dict[str, Any]:
    return {"type": "content_block_start", "index": at, "content_block": {"type": kind, **more}}


def delta(at: int, kind: str, **more: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": at, "delta": {"type": kind, **more}}


def said(text: str) -> tuple[dict[str, Any], ...]:
    return (block(0, "text", text=""), delta(0, "text_delta", text=text), {"type": "content_block_stop", "index": 0})


def chunk(finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"id": "c1", "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def tool(at: int, arguments: Any, **more: str) -> dict[str, Any]:
    function = {"arguments": arguments, **({"name": more.pop("name")} if "name" in more else {})}
    return chunk(tool_calls=[{"index": at, "function": function, **more}])


def broken(kind: str, reply: Reply, after: int = 4) -> Reply:
    return replace(reply, fault=Fault(kind, after=after))  # type: ignore[arg-type]


HALF = Reply("word " * 30)
CALLING = Reply(calls=(WRITE,), pieces=40)
ONLY_A: tuple[Protocol, ...] = ("messages",)
ONLY_C: tuple[Protocol, ...] = ("chat",)
ONLY_R: tuple[Protocol, ...] = ("responses",)
TOO_LONG = {"error": {"type": "invalid_request_error", "message": "prompt is too long: 210000 tokens > 200000 maximum"}}
ORPHAN = {
    "error": {
        "type": "invalid_request_error",
        "message": "messages.2: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1",
    }
}
LOST_RESPONSE = {
    "error": {"message": "Previous response with id 'resp_1' not found.", "code": "previous_response_not_found"}
}
NO_TOOLS = {"error": {"message": "registry.ollama.ai/library/x does not support tools", "type": "api_error"}}
FAILED = {
    "type": "response.failed",
    "response": {"status": "failed", "error": {"code": "server_error", "message": "oops"}},
}
INCOMPLETE = {
    "type": "response.incomplete",
    "response": {
        "status": "incomplete",
        "incomplete_details": {"reason": "max_output_tokens"},
        "output": [],
        "usage": {"input_tokens": 5, "output_tokens": 5},
    },
}
NULLS: tuple[dict[str, Any], ...] = ({"choices": [{"delta": None}]}, {"choices": [None]}, {"choices": None}, {})
PIECE = {"type": "response.output_text.delta", "output_index": 0, "delta": "All"}
LONG = Reply("x" * 2_000_000, pieces=20_000)
BEFORE = (
    Row("x00 healthy", (WELL,), 1),
    Row("x01 wait as told", (status(429, retry_after="0.05"), WELL), 2),
    Row("x02 an hour is too long", (status(429, retry_after="3600"),), 1, FaultName.RATE_LIMITED),
    Row("x03 no means no", (status(429, x_should_retry="false"),), 1, FaultName.RATE_LIMITED),
    Row("x04 three times busy, then well", (status(529), status(503), status(529), WELL), 4),
    Row("x05 500 for ever", (status(500),), 6, FaultName.SERVER_ERROR, forever=True),
    Row("x06 401", (status(401, {"error": {"message": f"bad key {KEY}"}}),), 1, FaultName.BAD_KEY),
    Row("x07 403", (status(403),), 1, FaultName.FORBIDDEN),
    Row("x08 404", (status(404),), 1, FaultName.UNKNOWN_MODEL),
    Row("x09 413", (status(413),), 1, FaultName.TOO_LARGE),
    Row("x10 502 and a page", (status(502, "<html>Bad gateway</html>"), WELL), 2),
    Row("x11 200 and a page", (Reply(fault=Fault("html")),), 2, FaultName.NOT_A_STREAM, forever=True),
    Row("x12 200 and an error", (Reply(fault=Fault("json")), WELL), 2),
    Row("x13 200 and nothing", (Reply(fault=Fault("empty")),), 2, FaultName.EMPTY_REPLY, forever=True),
    Row("x14 reset before headers", (Reply(fault=Fault("reset")), WELL), 2),
    Row("x15 accepted, then silent", (Reply(fault=Fault("silent")),), 2, FaultName.TIMEOUT, silent=True, forever=True),
    Row("x16 redirect", (Reply(fault=Fault("redirect")),), 1, FaultName.REDIRECT),
    Row("x17 garbage", (Reply(fault=Fault("garbage")), WELL), 2),
)
STREAMS = (
    Row("A20 C20 R20 cut", (broken("cut", HALF), WELL), 2, cut=1),
    Row("A20 C20 R20 cut for ever", (broken("cut", HALF),), 2, FaultName.CUT, cut=2, text=None, forever=True),
    Row("A21 C21 R21 reset", (broken("drop", HALF), WELL), 2, cut=1),
    Row("A22 C22 stalled", (broken("stall", HALF), WELL), 2, cut=1, silent=True),
    Row("A23 C24 pings", (broken("pings", HALF),), 1, FaultName.TIMEOUT, cut=1, text=None, silent=True),
    Row("A24 C25 overloaded inside", (broken("error_event", HALF), WELL), 2, cut=1),
    Row(
        "A25 a bad request inside",
        (replace(HALF, fault=Fault("error_event", after=4, error="invalid_request_error")),),
        1,
        FaultName.BAD_REQUEST,
        cut=1,
        text=None,
    ),
    Row("A26 C26 R26 no JSON", (broken("bad_json", HALF), WELL), 2, cut=1),
    Row("A28 C35 one byte at a time", (Reply("naïve 漢字 🙂", segment=1),), 1, text="naïve 漢字 🙂"),
    Row("A30 C27 R25 a call", (Reply(calls=(READ,)), WELL), 2, codes=(Code.OK,)),
    Row("A31 C31 R21 a call is cut", (broken("cut", CALLING), WELL), 2),
    Row("A31 C31 R21 a call is reset for ever", (broken("drop", CALLING),), 2, FaultName.CUT, text=None, forever=True),
    Row(
        "A32 C32 at max_tokens inside a call",
        (Reply(calls=(Call("write_file", raw='{"path": "new.py", "content": "x'),), stop="max_tokens"), WELL),
        2,
        codes=(Code.INVALID_ARGUMENTS,),
    ),
    Row(
        "A33 at max_tokens with whole arguments",
        (Reply(calls=(WRITE,), stop="max_tokens"), WELL),
        2,
        codes=(Code.INVALID_ARGUMENTS,),
    ),
    Row(
        "A34 broken arguments",
        (Reply(calls=(Call("write_file", raw='{"path": "new.py", "content": "x'),)), WELL),
        2,
        codes=(Code.INVALID_ARGUMENTS,),
    ),
    Row(
        "A34 broken arguments for ever",
        (Reply(calls=(Call("write_file", raw='{"path": "new.py'),)),),
        5,
        codes=(Code.INVALID_ARGUMENTS,) * 5,
        text=None,
        forever=True,
    ),
    Row(
        "A32 cut at max_tokens for ever",
        (Reply(calls=(WRITE,), stop="max_tokens"),),
        5,
        codes=(Code.INVALID_ARGUMENTS,) * 5,
        text=None,
        forever=True,
    ),
    Row("A35 no arguments", (Reply(calls=(Call("list_files", raw=""),)), WELL), 2, codes=(Code.OK,)),
    Row(
        "A36 a list, a text, null, a number that is none",
        (
            Reply(calls=tuple(Call("write_file", raw=text) for text in ('["new.py"]', '"new.py"', "null", "NaN"))),
            WELL,
        ),
        2,
        codes=(Code.INVALID_ARGUMENTS,) * 4,
    ),
    Row(
        "A37 the same id twice",
        (Reply(calls=(replace(READ, id="t1"), Call("list_files", {}, id="t1"))), WELL),
        2,
        codes=(Code.OK, Code.OK),
    ),
    Row("A38 an unknown tool", (Reply(calls=(Call("frobnicate", {"a": 1}),)), WELL), 2, codes=(Code.UNKNOWN_TOOL,)),
    Row(
        "A38 an unknown tool for ever",
        (Reply(calls=(Call("frobnicate", {"a": 1}),)),),
        5,
        codes=(Code.UNKNOWN_TOOL,) * 5,
        text=None,
        forever=True,
    ),
    Row("A39 says it calls", (Reply("Nothing.", stop="tool_calls"),), 1, text="Nothing."),
    Row("A40 a call, says it ended", (Reply(calls=(READ,), stop="end"), WELL), 2, codes=(Code.OK,)),
    Row("A41 nothing", (Reply(""),), 2, FaultName.EMPTY_REPLY, forever=True),
    Row("A42 blank text", (Reply("  \n"), WELL), 2),
    Row("A46 C36 too long once", (status(400, TOO_LONG),), 2),
    Row("A46 C36 too long after a call", (Reply(calls=(READ,)), status(400, TOO_LONG)), 3, codes=(Code.OK,)),
    Row("A46 C36 too long for ever", (status(400, TOO_LONG),), 2, FaultName.CONTEXT_FULL, forever=True),
    Row("A47 R27 an orphan", (status(400, ORPHAN),), 2),
    Row("A47 R27 an orphan after a call", (Reply(calls=(READ,)), status(400, ORPHAN)), 3, codes=(Code.OK,)),
    Row("A47 R27 an orphan for ever", (status(400, ORPHAN),), 2, FaultName.BAD_REQUEST, forever=True),
    Row("A48 no usage", (Reply("All is well.", usage=None),), 1),
    Row("A49 two million characters", (LONG,), 1, text=None),
    Row("A50 escapes", (Reply(EVIL),), 1, text=EVIL),
    Row("A51 a key", (Reply(f"your key is {KEY}, isn't it", pieces=5),), 1, text="your key is [redacted], isn't it"),
    Row(
        "A51 a key in a call",
        (Reply(calls=(Call("write_file", {"path": "k.txt", "content": KEY}),)), WELL),
        2,
        codes=(Code.OK,),
    ),
)
ANTHROPIC = (
    Row(
        "A27 unknown events, blocks and deltas",
        (
            raw(
                START,
                {"type": "vibe_shift", "index": [0]},
                block(7, "hologram", data=1),
                delta(7, "hologram_delta", data=2),
                delta(9, "text_delta", text="lost"),
                delta([], "text_delta", text="odd"),  # type: ignore[arg-type]
                *said("All is well."),
                ended(),
                STOP,
            ),
        ),
        1,
    ),
    Row("A29 CRLF", (raw(START, *said("All is well."), ended(), STOP, end="\r\n"),), 1),
    Row("A43 refusal", (Reply("I won't.", stop="refusal"),), 1, FaultName.REFUSED, text="I won't."),
    Row("A44 pause", (Reply("All ", stop="pause"), Reply("is well.")), 2, text="is well."),
    Row("A44 pause for ever", (Reply("All ", stop="pause"),), 5, text="All ", forever=True),
    Row("A45 context window exceeded", (Reply("I was", stop="context_full"),), 1, text="I was"),
    Row("no message_stop", (raw(START, *said("All"), ended()), WELL), 2, cut=1),
)
CHAT = (
    Row("C24 comments", (Reply(raw=f": hm\n\n{event(chunk('stop', content='All is well.'))}".encode()),), 1),
    Row("C25 a text as error", (raw({"error": "oops"}), WELL), 2),
    Row("C26 an error as finish", (raw(chunk("error", content="x")), WELL), 2, cut=1),
    Row(
        "C28 interleaved",
        (
            raw(
                tool(0, "", id="a", name="read_files"),
                tool(1, "", id="b", name="list_files"),
                tool(0, '{"paths": '),
                tool(1, "{"),
                tool(0, '["a.py"]}'),
                tool(1, "}"),
                chunk("tool_calls"),
                "[DONE]",
            ),
            WELL,
        ),
        2,
        codes=(Code.OK, Code.OK),
    ),
    Row(
        "C29 a second call on the same index",
        (
            raw(
                tool(0, '{"paths": ["a.py"]}', id="a", name="read_files"),
                tool(0, '{"path": "."}', id="b", name="list_files"),
                chunk("tool_calls"),
                "[DONE]",
            ),
            WELL,
        ),
        2,
        codes=(Code.OK, Code.OK),
    ),
    Row(
        "C30 no id, the name in each piece",
        (
            raw(
                tool(0, '{"paths": ', name="read_files"),
                tool(0, '["a.py"]}', name="read_files"),
                tool(0, "{}", name="list_files"),
                chunk("tool_calls"),
            ),
            WELL,
        ),
        2,
        codes=(Code.OK, Code.OK),
    ),
    Row(
        "C31 an object",
        (raw(tool(0, {"paths": ["a.py"]}, id="a", name="read_files"), chunk("stop")), WELL),
        2,
        codes=(Code.OK,),
    ),
    Row("C34 content filter", (Reply("I ", stop="content_filter"),), 1, FaultName.REFUSED, text="I "),
    Row(
        "C35 null delta",
        (
            raw(
                chunk(content=None),
                {"choices": [{"delta": None}]},
                {"choices": None},
                chunk("stop", content="All is well."),
            ),
        ),
        1,
    ),
    Row("C37 refusal", (raw(chunk(refusal="I won't."), chunk("refusal")),), 1, FaultName.REFUSED, text="I won't."),
    Row("C38 no tools", (status(400, NO_TOOLS),), 1, FaultName.BAD_REQUEST),
    Row("C39 a call as text", (Reply('<tool_call>{"name": "write_file"}</tool_call>'),), 1, text=None),
    Row("whole, then reset", (broken("drop", WELL, after=3),), 1),
)
RESPONSES = (
    Row("R22 failed", (raw(FAILED), WELL), 2),
    Row("R23 incomplete", (raw(PIECE, INCOMPLETE),), 1, text="All"),
    Row("R24 a flat error", (raw({"type": "error", "code": "server_error", "message": "oops"}), WELL), 2),
    Row("R27 previous response unknown", (status(404, LOST_RESPONSE),), 2),
)
TABLE = (
    *BEFORE,
    *STREAMS,
    *(replace(row, protocols=ONLY_A) for row in ANTHROPIC),
    *(replace(row, protocols=ONLY_C) for row in CHAT),
    *(replace(row, protocols=ONLY_R) for row in RESPONSES),
)
