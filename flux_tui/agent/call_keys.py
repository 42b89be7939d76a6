"""When two calls are the same call: whatever names their arguments went by, whatever path led to the file."""

import dataclasses
import json
import posixpath
import re
from typing import Any

from flux_tui.protocol.messages import CallPart, ResultPart
from flux_tui.protocol.outcomes import Refusal
from flux_tui.tools.registry import build

COMMENT = re.compile(r"(^|\s)#[^\n'\"]*$", re.MULTILINE)
DIGITS = re.compile(r"\d+")
PATHS = frozenset({"path", "paths", "files", "to"})


def exact(call: CallPart, root: str) -> str:
    """Equal for calls that must do the same: aliases, defaults, order and the spelling of paths make no difference."""
    return f"{call.tool} {json.dumps(_arguments(call, root), sort_keys=True, ensure_ascii=False)}"


def loose(call: CallPart, root: str) -> str:
    """Equal as well for calls that differ in white space, comments and quotes only."""
    arguments = _arguments(call, root)
    plain = {name: _plain(name, value) for name, value in arguments.items()}
    return f"{call.tool} {json.dumps(plain, sort_keys=True, ensure_ascii=False)}"


def said(result: ResultPart) -> str:
    """What a result tells. Numbers are left out of a command's output: durations and addresses differ each time."""
    text = DIGITS.sub("0", result.text) if result.exit is not None else result.text
    return f"{result.code} {result.exit} {text}"


def _arguments(call: CallPart, root: str) -> dict[str, Any]:
    try:
        tool = build(call.tool, call.arguments)
    except Refusal:
        return {"_raw": call.raw} if call.arguments is None else dict(call.arguments)
    values = {field.name: getattr(tool, field.name) for field in dataclasses.fields(tool)}
    return {name: _located(value, root) if name in PATHS else value for name, value in values.items()}


def _located(value: Any, root: str) -> Any:
    if isinstance(value, (list, tuple)):
        return [_located(item, root) for item in value]
    if not isinstance(value, str):
        return value
    path = posixpath.normpath(value)
    return path[len(root) + 1 :] if path.startswith(root + "/") else path


def _plain(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if name == "command":
        value = COMMENT.sub("", value).translate({ord(sign): " " for sign in "'\";"})
    return " ".join(value.split())
