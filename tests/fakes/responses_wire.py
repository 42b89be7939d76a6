"""OpenAI Responses without stored state: the event stream, and the rules a request must keep."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.fakes.book import Book, blank, canonical, check_ids, check_unique, cut, event
from tests.fakes.script import Heard, Reply

FIELDS = {
    "model",
    "input",
    "instructions",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "stream",
    "store",
    "include",
    "reasoning",
    "prompt_cache_key",
    "max_output_tokens",
    "truncation",
    "metadata",
}
KINDS = {"message", "function_call", "function_call_output", "reasoning"}


def hear(body: Mapping[str, Any], headers: Mapping[str, str], index: int) -> Heard:
    items = body.get("input", [])
    results: list[tuple[str, str]] = []
    replies, inside = 0, False
    for item in items:
        mine = item.get("type") in ("function_call", "reasoning") or item.get("role") == "assistant"
        replies += mine and not inside
        if mine:
            results = []
        if item.get("type") == "function_call_output":
            results.append((item["call_id"], item["output"]))
        inside = mine
    prompts = [_said(item) for item in items if item.get("role") == "user"]
    return Heard("responses", body, headers, index, replies, tuple(results), prompts[-1] if prompts else "")


def _said(item: Mapping[str, Any]) -> str:
    content = item.get("content", "")
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def error(kind: str, message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": kind}}


def events(reply: Reply, heard: Heard, book: Book) -> Iterator[bytes]:
    head: dict[str, Any] = {"id": f"resp_{book.number()}", "object": "response", "model": heard.body.get("model")}
    yield _event("response.created", response={**head, "status": "in_progress", "output": [], "usage": None})
    output: list[dict[str, Any]] = []
    for item, deltas in _items(reply, book):
        at = len(output)
        yield _event("response.output_item.added", output_index=at, item={**item, "status": "in_progress"})
        for name, fields in deltas:
            yield _event(name, output_index=at, item_id=item["id"], **fields)
        yield _event("response.output_item.done", output_index=at, item=item)
        output.append(item)
    yield _end(reply, {**head, "output": output, "usage": _usage(reply.usage)})


def _end(reply: Reply, response: dict[str, Any]) -> bytes:
    match reply.stop_reason:
        case "max_tokens" | "content_filter" | "context_full":
            reason = "content_filter" if reply.stop_reason == "content_filter" else "max_output_tokens"
            detail = {"status": "incomplete", "incomplete_details": {"reason": reason}}
            return _event("response.incomplete", response={**response, **detail})
        case _:
            return _event("response.completed", response={**response, "status": "completed"})


def _event(name: str, **rest: Any) -> bytes:
    return event({"type": name, **rest}, name)


def _usage(usage: Mapping[str, int] | None) -> dict[str, Any] | None:
    if usage is None:
        return None
    read, write = usage.get("cache_read", 0), usage.get("cache_write", 0)
    total = usage.get("input", 0) + read + write
    return {
        "input_tokens": total,
        "input_tokens_details": {"cached_tokens": read, "cache_write_tokens": write},
        "output_tokens": usage.get("output", 0),
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": total + usage.get("output", 0),
    }


def _items(reply: Reply, book: Book) -> Iterator[tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]]:
    if reply.thinking:
        n = book.number()
        summary = [{"type": "summary_text", "text": reply.thinking}]
        item = {"id": f"rs_{n}", "type": "reasoning", "summary": summary, "encrypted_content": f"secret{n}"}
        pieces = cut(reply.thinking, reply.pieces)
        yield _kept(book, item), [("response.reasoning_summary_text.delta", {"delta": p}) for p in pieces]
    if reply.text and reply.stop_reason == "refusal":
        part = {"type": "refusal", "refusal": reply.text}
        item = {"id": f"msg_{book.number()}", "type": "message", "role": "assistant", "content": [part]}
        yield _kept(book, item), [("response.refusal.delta", {"delta": p}) for p in cut(reply.text, reply.pieces)]
    elif reply.text:
        parts = [{"type": "output_text", "text": reply.text, "annotations": []}]
        item = {"id": f"msg_{book.number()}", "type": "message", "role": "assistant", "content": parts}
        item |= {"status": "completed", "phase": "final_answer"}
        yield _kept(book, item), [("response.output_text.delta", {"delta": p}) for p in cut(reply.text, reply.pieces)]
    for call in reply.calls:
        raw = call.raw if call.raw is not None else json.dumps(dict(call.arguments), ensure_ascii=False)
        n = book.number()
        item = {"id": f"fc_{n}", "type": "function_call", "call_id": call.id or f"call_{n}", "name": call.name}
        item |= {"arguments": raw, "status": "completed"}
        deltas = [("response.function_call_arguments.delta", {"delta": p}) for p in cut(raw, reply.pieces)]
        yield _kept(book, item), [*deltas, ("response.function_call_arguments.done", {"arguments": raw})]


def _kept(book: Book, item: dict[str, Any]) -> dict[str, Any]:
    book.items[item["id"]] = canonical(item)
    return item


def check(body: Mapping[str, Any], headers: Mapping[str, str], book: Book) -> list[str]:
    wrong = [f"unknown field {name}" for name in body if name not in FIELDS]
    if body.get("store") is not False:
        wrong.append("store is not false")
    items = body.get("input") or []
    if not items or items[0].get("role") != "user":
        return [*wrong, "the first item is not the user's"]
    if items[-1].get("role") == "assistant":
        wrong.append("the last item is the assistant's")
    calls = [item["call_id"] for item in items if item.get("type") == "function_call"]
    wrong += check_unique(calls)
    for at, item in enumerate(items):
        wrong += _check_item(items, at, item, book)
    wrong += _check_pairs(items)
    wrong += book.check_head(items[0], [body.get("instructions"), body.get("tools")])
    return wrong


def _check_item(items: list[Any], at: int, item: Any, book: Book) -> list[str]:
    where = f"input.{at}"
    kind = item.get("type", "message")
    wrong = [] if kind in KINDS else [f"{where}: unknown item {kind}"]
    if "id" in item and book.items.get(item["id"]) != canonical(item):
        wrong.append(f"{where}: an item that was not said here, or not like this")
    if kind == "message":
        if item.get("role") not in ("user", "assistant"):
            wrong.append(f"{where}: unknown role {item.get('role')}")
        if blank(_said(item)) and "id" not in item:
            wrong.append(f"{where}: blank text")
    if kind == "reasoning":
        if not item.get("encrypted_content"):
            wrong.append(f"{where}: reasoning without its encrypted content")
        follower = items[at + 1] if at + 1 < len(items) else {}
        if "id" not in follower:
            wrong.append(f"{where}: reasoning without the item it belongs to")
    return wrong


def _check_pairs(items: list[Any]) -> list[str]:
    """Each run of calls is followed by exactly its outputs before anybody speaks again."""
    wrong: list[str] = []
    calls: list[str] = []
    outputs: list[str] = []
    for at, item in enumerate([*items, {}]):
        kind = item.get("type", "message")
        if kind == "function_call_output":
            outputs.append(item["call_id"])
            if blank(item.get("output")):
                wrong.append(f"input.{at}: an output without text")
            continue
        if outputs or (calls and item.get("role") == "user") or not item:
            wrong += check_ids(calls, outputs, f"input before {at}")
            calls, outputs = [], []
        if kind == "function_call":
            calls.append(item["call_id"])
    return wrong
