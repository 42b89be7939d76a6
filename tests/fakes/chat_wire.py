"""Chat Completions as compatible servers speak it, quirks included, and the rules a request must keep."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.fakes.book import Book, blank, check_ids, check_unique, cut, event
from tests.fakes.script import Heard, Reply

STOPS: Mapping[str, str] = {
    "end": "stop",
    "tool_calls": "tool_calls",
    "max_tokens": "length",
    "refusal": "content_filter",
    "content_filter": "content_filter",
    "pause": "stop",
    "context_full": "length",
}
FIELDS = {"model", "messages", "tools", "stream", "stream_options", "max_tokens"}
"""What every compatible server knows; anything else is a 400 on some of them."""


def hear(body: Mapping[str, Any], headers: Mapping[str, str], index: int) -> Heard:
    messages = body.get("messages", [])
    results: list[tuple[str, str]] = []
    for message in reversed(messages):
        if message["role"] == "assistant":
            break
        if message["role"] == "tool":
            results.insert(0, (message["tool_call_id"], message["content"]))
    prompts = [m["content"] for m in messages if m["role"] == "user"]
    replies = sum(m["role"] == "assistant" for m in messages)
    return Heard("chat", body, headers, index, replies, tuple(results), prompts[-1] if prompts else "")


def error(kind: str, message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": kind}}


def events(reply: Reply, heard: Heard, book: Book) -> Iterator[bytes]:
    base = {
        "id": f"chatcmpl-{book.number()}",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": heard.body.get("model"),
    }

    def chunk(delta: Mapping[str, Any], finish: str | None = None) -> bytes:
        return event({**base, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    yield chunk({"role": "assistant", "content": ""})
    yield from (chunk(delta) for delta in _deltas(reply, book))
    if "no_finish" not in reply.quirks:
        yield chunk({}, "stop" if "stop_for_calls" in reply.quirks else STOPS[reply.stop_reason])
    if reply.usage is not None and "no_usage" not in reply.quirks:
        choices: list[Any] | None = None if "null_choices" in reply.quirks else []
        yield event({**base, "choices": choices, "usage": _usage(reply.usage)})
    if "no_done" not in reply.quirks:
        yield b"data: [DONE]\n\n"


def _usage(usage: Mapping[str, int]) -> dict[str, Any]:
    prompt = usage.get("input", 0) + usage.get("cache_read", 0)
    output = usage.get("output", 0)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": output,
        "total_tokens": prompt + output,
        "prompt_tokens_details": {"cached_tokens": usage.get("cache_read", 0)},
    }


def _deltas(reply: Reply, book: Book) -> Iterator[dict[str, Any]]:
    text = reply.text
    if reply.thinking:
        if "think_tag" in reply.quirks:
            text = f"<think>{reply.thinking}</think>{text}"
        else:
            book.thoughts.add(reply.thinking)
            name = "reasoning" if "reasoning" in reply.quirks else "reasoning_content"
            yield from ({name: piece} for piece in cut(reply.thinking, reply.pieces))
    yield from ({"content": piece} for piece in cut(text, reply.pieces))
    for index, call in enumerate(reply.calls):
        raw = call.raw if call.raw is not None else json.dumps(dict(call.arguments), ensure_ascii=False)
        head: dict[str, Any] = {"index": 0 if "same_index" in reply.quirks else index, "type": "function"}
        if "no_id" not in reply.quirks:
            head["id"] = call.id or f"call_{book.number()}"
        if "dict_arguments" in reply.quirks or "same_index" in reply.quirks:
            arguments = dict(call.arguments) if "dict_arguments" in reply.quirks else raw
            yield {"tool_calls": [{**head, "function": {"name": call.name, "arguments": arguments}}]}
            continue
        yield {"tool_calls": [{**head, "function": {"name": call.name, "arguments": ""}}]}
        for piece in cut(raw, reply.pieces):
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def check(body: Mapping[str, Any], headers: Mapping[str, str], book: Book) -> list[str]:
    wrong = [f"unknown field {name}" for name in body if name not in FIELDS]
    messages = body.get("messages") or []
    spoken = [m for m in messages if m["role"] != "system"]
    if not spoken or spoken[0]["role"] != "user":
        return [*wrong, "the first message is not the user's"]
    if any(m["role"] == "system" for m in messages[1:]):
        wrong.append("a system message in the middle")
    if spoken[-1]["role"] == "assistant":
        wrong.append("the last message is the assistant's (prefill)")
    wrong += check_unique([call["id"] for m in messages for call in m.get("tool_calls", [])])
    for at, message in enumerate(messages):
        wrong += _check_message(messages, at, message, book)
    calling = [m for m in messages if m.get("tool_calls")]
    if any(m.get("reasoning_content") for m in calling) and any("reasoning_content" not in m for m in calling):
        wrong.append("a reply with calls goes back without its thoughts")
    system = [m for m in messages if m["role"] == "system"]
    return wrong + book.check_head(spoken[0], [system, body.get("tools")])


def _check_message(messages: list[Any], at: int, message: Any, book: Book) -> list[str]:
    where = f"messages.{at}"
    wrong = []
    calls = message.get("tool_calls", [])
    if message["role"] not in ("system", "user", "assistant", "tool"):
        wrong.append(f"{where}: unknown role {message['role']}")
    if not isinstance(message.get("content"), str):
        wrong.append(f"{where}: content is no string")
    if message["role"] in ("system", "user") and blank(message.get("content")):
        wrong.append(f"{where}: blank text")
    if message["role"] == "assistant" and not calls and blank(message.get("content")):
        wrong.append(f"{where}: an empty assistant message")
    if "tool_calls" in message and not calls:
        wrong.append(f"{where}: an empty list of calls")
    thought = message.get("reasoning_content")
    if thought and thought not in book.thoughts:
        wrong.append(f"{where}: a thought that did not come from here")
    for call in calls:
        wrong += _check_call(call, where)
    if message["role"] == "assistant":
        after = []
        for later in messages[at + 1 :]:
            if later["role"] != "tool":
                break
            after.append(later["tool_call_id"])
        wrong += check_ids([call["id"] for call in calls], after, where)
    if message["role"] == "tool" and messages[at - 1]["role"] not in ("assistant", "tool"):
        wrong.append(f"{where}: a result that follows no call")
    return wrong


def _check_call(call: Any, where: str) -> list[str]:
    try:
        arguments = json.loads(call["function"]["arguments"])
    except (ValueError, TypeError):
        return [f"{where}: the arguments of {call['id']} are no JSON"]
    return [] if isinstance(arguments, dict) else [f"{where}: the arguments of {call['id']} are no object"]
