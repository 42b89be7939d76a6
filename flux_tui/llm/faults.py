"""What went wrong with a reply, classified, in one sentence that says what to do. Never raises, never tells a key."""

import email.utils
import json
import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flux_tui.protocol.codes import FaultName
from flux_tui.protocol.stream import Fault

CONTEXT_FULL = re.compile(
    r"prompt is too long|context.?length|context.?window|maximum context|exceed_context_size|too many tokens"
    r"|context size|input is too long|exceeds the (available )?context",
    re.IGNORECASE,
)
NO_TOOLS = re.compile(
    r"(not|n't) support (tools|tool use|function)|tools? (is|are) not supported|no endpoints found that support tool",
    re.IGNORECASE,
)
QUOTA = re.compile(r"insufficient_quota|billing|credit balance|spend.?limit|payment", re.IGNORECASE)
MENDABLE = re.compile(
    r"tool_use.{0,80}(without|tool_result|unique)|unexpected .{0,3}tool_use_id|tool_result|tool_call_id"
    r"|tool_calls.{0,60}followed|response to a prec|tool output found|tool call found|function_call_output|signature"
    r"|redacted_thinking|required following item|\bitems? .{0,80}not found|previous.?response|encrypted.?content"
    r"|roles must alternate|must be non-empty|prefill|reasoning_content",
    re.IGNORECASE,
)
"""Complaints about how calls, results, thoughts and items of a history stand together."""
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")

BY_TYPE: Mapping[str, FaultName] = {
    "authentication_error": FaultName.BAD_KEY,
    "invalid_api_key": FaultName.BAD_KEY,
    "permission_error": FaultName.FORBIDDEN,
    "not_found_error": FaultName.UNKNOWN_MODEL,
    "model_not_found": FaultName.UNKNOWN_MODEL,
    "request_too_large": FaultName.TOO_LARGE,
    "rate_limit_error": FaultName.RATE_LIMITED,
    "rate_limit_exceeded": FaultName.RATE_LIMITED,
    "insufficient_quota": FaultName.QUOTA,
    "billing_error": FaultName.QUOTA,
    "overloaded_error": FaultName.OVERLOADED,
    "overloaded": FaultName.OVERLOADED,
    "timeout_error": FaultName.TIMEOUT,
    "invalid_request_error": FaultName.BAD_REQUEST,
    "invalid_prompt": FaultName.BAD_REQUEST,
    "context_length_exceeded": FaultName.CONTEXT_FULL,
    "exceed_context_size_error": FaultName.CONTEXT_FULL,
}
BY_STATUS: Mapping[int, FaultName] = {
    401: FaultName.BAD_KEY,
    402: FaultName.QUOTA,
    403: FaultName.FORBIDDEN,
    404: FaultName.UNKNOWN_MODEL,
    408: FaultName.SERVER_ERROR,
    409: FaultName.SERVER_ERROR,
    413: FaultName.TOO_LARGE,
    425: FaultName.SERVER_ERROR,
    429: FaultName.RATE_LIMITED,
    503: FaultName.OVERLOADED,
    529: FaultName.OVERLOADED,
}
SAID_BY: Mapping[FaultName, str] = {
    FaultName.UNREACHABLE: "Cause",
    FaultName.TIMEOUT: "Cause",
    FaultName.CUT: "Cause",
    FaultName.REDIRECT: "Target",
}
"""What the detail of a fault is, where it is not the server's words."""
RETRYABLE = frozenset(
    {
        FaultName.RATE_LIMITED,
        FaultName.OVERLOADED,
        FaultName.SERVER_ERROR,
        FaultName.UNREACHABLE,
        FaultName.TIMEOUT,
        FaultName.CUT,
        FaultName.NOT_A_STREAM,
        FaultName.EMPTY_REPLY,
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """Whom a fault is about: for the sentences, and for what must not be in them."""

    provider: str
    model: str
    base_url: str
    key_source: str = ""
    """Variable or config key that the key came from, "" = no key is used."""
    keys: tuple[str, ...] = ()
    bytes_sent: int = 0


class Broken(Exception):
    """Ends an attempt with a fault; never leaves the llm package."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def fault(name: FaultName, place: Place, detail: str = "", status: int | None = None) -> Fault:
    """The sentence for a fault; `detail` is the server's own words."""
    said = _words(detail, place)
    ending = "" if said.endswith((".", "!", "?", "…")) else "."
    told = f" {SAID_BY.get(name, 'It said')}: {said}{ending}" if said else ""
    return Fault(name, f"{_sentence(name, place, status)}{told}", status, retryable=name in RETRYABLE)


def from_status(status: int, headers: Mapping[str, str], body: Any, place: Place) -> Fault:
    """An HTTP error. `body` is parsed JSON or text."""
    kind, message = _error_of(body)
    if 300 <= status < 400:
        where = headers.get("location", "")
        return fault(FaultName.REDIRECT, place, where, status)
    name = BY_STATUS.get(status) or (FaultName.SERVER_ERROR if status >= 500 else FaultName.BAD_REQUEST)
    if status in (400, 413, 422, 429, 500) and (CONTEXT_FULL.search(f"{kind} {message}")) and status != 429:
        name = FaultName.CONTEXT_FULL
    if status in (400, 403, 429) and QUOTA.search(f"{kind} {message}"):
        name = FaultName.QUOTA
    if status == 400 and BY_TYPE.get(kind) in (FaultName.BAD_KEY, FaultName.UNKNOWN_MODEL):
        name = BY_TYPE[kind]
    if name is FaultName.UNKNOWN_MODEL and MENDABLE.search(f"{kind} {message}"):
        name = FaultName.BAD_REQUEST
    found = fault(name, place, message or (body if isinstance(body, str) and "<" not in body else ""), status)
    if status in (400, 404, 422, 500, 501) and NO_TOOLS.search(message):
        told = f"{place.model} can't use tools, which Flux needs: choose another model."
        return replace(found, name=FaultName.BAD_REQUEST, message=told, retryable=False)
    found = replace(found, mendable=name is FaultName.BAD_REQUEST and bool(MENDABLE.search(f"{kind} {message}")))
    retryable = found.retryable and headers.get("x-should-retry") != "false"
    return replace(found, retryable=retryable, retry_after=retry_after(headers) if retryable else None)


def from_error_body(body: Any, place: Place) -> Fault:
    """An error inside a stream that began with status 200: its type counts, not the status."""
    kind, message = _error_of(body)
    code = body.get("code") if isinstance(body, Mapping) else None
    if kind.isdecimal() or isinstance(code, int):
        return from_status(int(kind[:4] if kind.isdecimal() else code or 0), {}, body, place)
    name = BY_TYPE.get(kind, FaultName.SERVER_ERROR)
    if CONTEXT_FULL.search(f"{kind} {message}"):
        name = FaultName.CONTEXT_FULL
    return fault(name, place, message)


def _error_of(body: Any) -> tuple[str, str]:
    """(type or code, message) from any of the shapes that servers use."""
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return "", "" if "<" in body else body
    if isinstance(body, Mapping) and body.get("error"):
        body = body["error"]
    if isinstance(body, str):
        return "", body
    if not isinstance(body, Mapping):
        return "", ""
    code, kind = body.get("code"), body.get("type")
    known = next((str(value) for value in (code, kind) if str(value) in BY_TYPE), "")
    message = body.get("message") or body.get("detail") or ""
    return known or str(code or kind or ""), message if isinstance(message, str) else json.dumps(message)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the server asks for: milliseconds, seconds, or a date."""
    try:
        if "retry-after-ms" in headers:
            seconds = float(headers["retry-after-ms"]) / 1000
        else:
            seconds = float(headers["retry-after"])
    except KeyError:
        return None
    except ValueError:
        return _until(headers.get("retry-after", ""))
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _until(date: str) -> float | None:
    """Seconds until an HTTP date."""
    moment = email.utils.parsedate_tz(date)
    try:
        return max(0.0, email.utils.mktime_tz(moment) - time.time()) if moment else None
    except (ValueError, OverflowError):
        return None


def _words(detail: str, place: Place) -> str:
    from flux_tui.safety.redaction import redact

    text = CONTROLS.sub(" ", redact(detail, place.keys)).strip()
    return text if len(text) <= 300 else text[:300] + "…"


def _sentence(name: FaultName, place: Place, status: int | None) -> str:
    who, model, code = place.provider, place.model, f" ({status})" if status else ""
    key = f"the key from {place.key_source}" if place.key_source else "a request without a key"
    sentences: Mapping[FaultName, str] = {
        FaultName.BAD_KEY: f"{who} refused {key}{code}: set a valid one.",
        FaultName.FORBIDDEN: f"{who} forbids {model} with {key}{code}: choose another model, or a key that may use it.",
        FaultName.UNKNOWN_MODEL: f"{who} has no model {model} at {place.base_url}{code}: choose another with /model.",
        FaultName.TOO_LARGE: f"The request of {place.bytes_sent // 1024} kB is too big for {who}{code}: use /compact.",
        FaultName.CONTEXT_FULL: f"The conversation no longer fits into the context of {model}{code}: use /compact.",
        FaultName.RATE_LIMITED: f"{who} limits the rate of requests{code}.",
        FaultName.QUOTA: f"The account behind {key} at {who} has no quota left{code}: check its plan and billing.",
        FaultName.OVERLOADED: f"{who} is overloaded{code}: try again later, or switch the model.",
        FaultName.SERVER_ERROR: f"{who} failed{code}: try again later, or switch the model.",
        FaultName.BAD_REQUEST: f"{who} did not accept the request for {model}{code}.",
        FaultName.NOT_A_STREAM: f"What answers at {place.base_url} is no model server: check base_url and the network.",
        FaultName.EMPTY_REPLY: f"{model} sent an empty reply: ask again, or switch the model.",
        FaultName.UNREACHABLE: f"{who} can't be reached at {place.base_url}: check the network and base_url.",
        FaultName.TIMEOUT: f"{who} did not answer in time: try again, or raise the time limits under [network].",
        FaultName.CUT: f"The reply of {who} broke off: try again.",
        FaultName.REDIRECT: f"{place.base_url} redirects requests{code}, which Flux never follows: correct base_url.",
    }
    return sentences.get(name, f"{who} failed{code}.")
