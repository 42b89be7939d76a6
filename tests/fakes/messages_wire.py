"""Anthropic Messages: the event stream, and the rules a request must keep."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.fakes.book import Book, blank, check_ids, check_unique, cut, digest, event
from tests.fakes.script import Call, Heard, Reply

STOPS: Mapping[str, str] = {
    "end": "end_turn",
    "tool_calls": "tool_use",
    "max_tokens": "max_tokens",
    "refusal": "refusal",
    "content_filter": "refusal",
    "pause": "pause_turn",
    "context_full": "model_context_window_exceeded",
}
FIELDS = {
    "model",
    "max_tokens",
    "messages",
    "system",
    "tools",
    "tool_choice",
    "stream",
    "thinking",
    "output_config",
    "cache_control",
    "metadata",
    "stop_sequences",
}
BLOCKS = {"text", "thinking", "redacted_thinking", "tool_use", "tool_result"}


def hear(body: Mapping[str, Any], headers: Mapping[str, str], index: int) -> Heard:
    messages = body.get("messages", [])
    last = blocks(messages[-1]) if messages else []
    results = tuple((b["tool_use_id"], result_text(b)) for b in last if b.get("type") == "tool_result")
    prompts = [b["text"] for m in messages if m["role"] == "user" for b in blocks(m) if b.get("type") == "text"]
    replies = sum(m["role"] == "assistant" for m in messages)
    return Heard("messages", body, headers, index, replies, results, prompts[-1] if prompts else "")


def blocks(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    content = message["content"]
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)


def result_text(block: Mapping[str, Any]) -> str:
    content = block.get("content", "")
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def error(kind: str, message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_fake"}


def events(reply: Reply, heard: Heard, book: Book) -> Iterator[bytes]:
    usage = reply.usage
    start: dict[str, Any] = {
        "id": f"msg_{book.number()}",
        "type": "message",
        "role": "assistant",
        "model": heard.body.get("model"),
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
    }
    if usage is not None:
        start["usage"] = {**_input(usage), "output_tokens": 1}
    yield _event("message_start", message=start)
    yield _event("ping")
    for index, (block, deltas) in enumerate(_blocks(reply, heard, book)):
        yield _event("content_block_start", index=index, content_block=block)
        for delta in deltas:
            yield _event("content_block_delta", index=index, delta=delta)
        yield _event("content_block_stop", index=index)
    last = {"stop_reason": STOPS[reply.stop_reason], "stop_sequence": None}
    output = {} if usage is None else {"usage": {"output_tokens": usage.get("output", 0)}}
    yield _event("message_delta", delta=last, **output)
    yield _event("message_stop")


def _event(name: str, **rest: Any) -> bytes:
    return event({"type": name, **rest}, name)


def _input(usage: Mapping[str, int]) -> dict[str, Any]:
    return {
        "input_tokens": usage.get("input", 0),
        "cache_read_input_tokens": usage.get("cache_read", 0),
        "cache_creation_input_tokens": usage.get("cache_write", 0),
    }


def _blocks(reply: Reply, heard: Heard, book: Book) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    if reply.thinking:
        signature = f"sig{book.number()}"
        book.signatures[signature] = bound(heard.body, heard.body["messages"], reply.thinking)
        yield (
            {"type": "thinking", "thinking": "", "signature": ""},
            [{"type": "thinking_delta", "thinking": piece} for piece in cut(reply.thinking, reply.pieces)]
            + [{"type": "signature_delta", "signature": signature}],
        )
    if reply.text:
        yield {"type": "text", "text": ""}, [{"type": "text_delta", "text": p} for p in cut(reply.text, reply.pieces)]
    for call in reply.calls:
        yield _call(call, reply, book)


def _call(call: Call, reply: Reply, book: Book) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    block = {"type": "tool_use", "id": call.id or f"toolu_{book.number()}", "name": call.name, "input": {}}
    raw = call.raw if call.raw is not None else json.dumps(dict(call.arguments), ensure_ascii=False)
    return block, [{"type": "input_json_delta", "partial_json": p} for p in cut(raw, reply.pieces)]


def bound(body: Mapping[str, Any], before: list[Any], thought: str) -> str:
    """What a signature is bound to: the model and all that stood before it."""
    return digest(body.get("model"), body.get("system"), body.get("tools"), before, thought)


def check(body: Mapping[str, Any], headers: Mapping[str, str], book: Book) -> list[str]:
    wrong = [f"unknown field {name}" for name in body if name not in FIELDS]
    wrong += [f"field {name} is missing" for name in ("model", "max_tokens", "messages", "stream") if name not in body]
    if not headers.get("anthropic-version"):
        wrong.append("no anthropic-version header")
    messages = body.get("messages") or []
    if not messages:
        return [*wrong, "no messages"]
    if messages[0]["role"] != "user":
        wrong.append("the first message is not the user's")
    if messages[-1]["role"] != "user" and not book.paused:
        wrong.append("the last message is the assistant's (prefill)")
    calls = [b["id"] for m in messages for b in blocks(m) if b.get("type") == "tool_use"]
    wrong += check_unique(calls)
    for at, message in enumerate(messages):
        wrong += _check_message(body, messages, at, message, book)
    wrong += book.check_head(messages[0], [body.get("system"), body.get("tools")])
    return wrong


def _check_message(body: Mapping[str, Any], messages: list[Any], at: int, message: Any, book: Book) -> list[str]:
    where = f"messages.{at}"
    content = blocks(message)
    kinds = [block.get("type") for block in content]
    wrong = [f"{where}: unknown block {kind}" for kind in kinds if kind not in BLOCKS]
    if not content:
        wrong.append(f"{where}: empty content")
    wrong += [f"{where}: blank text" for block in content if block.get("type") == "text" and blank(block.get("text"))]
    if message["role"] == "user":
        if any(kind not in ("text", "tool_result") for kind in kinds):
            wrong.append(f"{where}: a block that is not the user's")
        if "text" in kinds and "tool_result" in kinds[kinds.index("text") :]:
            wrong.append(f"{where}: tool results must come first")
        before = blocks(messages[at - 1]) if at and messages[at - 1]["role"] == "assistant" else []
        asked = [block["id"] for block in before if block.get("type") == "tool_use"]
        return wrong + check_ids(asked, [b["tool_use_id"] for b in content if b.get("type") == "tool_result"], where)
    if at + 1 == len(messages) and "tool_use" in kinds:
        wrong.append(f"{where}: calls without results")
    return wrong + _check_assistant(body, messages, at, content, book)


def _check_assistant(
    body: Mapping[str, Any], messages: list[Any], at: int, content: list[Any], book: Book
) -> list[str]:
    wrong = []
    if at + 1 < len(messages) and messages[at + 1]["role"] == "assistant" and any("id" in block for block in content):
        wrong.append(f"messages.{at}: calls followed by another assistant message")
    for block in content:
        if block.get("type") == "tool_use" and not isinstance(block.get("input"), dict):
            wrong.append(f"messages.{at}: the input of a call is no object")
        if block.get("type") == "thinking":
            known = book.signatures.get(block.get("signature", ""))
            if known is None:
                wrong.append(f"messages.{at}: a thought that was not signed here")
            elif known != bound(body, messages[:at], block["thinking"]):
                wrong.append(f"messages.{at}: a signature bound to another conversation")
        if block.get("type") == "tool_result":
            wrong.append(f"messages.{at}: a result said by the assistant")
    return wrong
