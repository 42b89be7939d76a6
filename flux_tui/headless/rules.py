"""`flux rules check`: the verdict on a command or a path, one JSON object a line, as if the sandbox stood."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from flux_tui.config.load import load
from flux_tui.config.places import places
from flux_tui.config.settings import Rules
from flux_tui.headless.lines import answer
from flux_tui.headless.tool import rules_from
from flux_tui.protocol.codes import Mode
from flux_tui.protocol.outcomes import Refusal
from flux_tui.safety.permissions import Verdict, judge_command, judge_path, strength
from flux_tui.workspace.files import Workspace


def run() -> int:
    workspace = Workspace(Path.cwd())
    own = load(places(os.environ), os.environ, {}, None).settings
    for line in sys.stdin.buffer:
        if line.strip():
            answer(_answer(workspace, line, own.rules, Mode(own.mode)))
    return 0


def _answer(workspace: Workspace, line: bytes, own: Rules, own_mode: Mode) -> dict[str, Any]:
    try:
        data = json.loads(line)
        if not isinstance(data, dict):
            raise ValueError("a line is one JSON object")
        rules = rules_from(data["rules"]) if "rules" in data else own
        mode = Mode(data["mode"]) if "mode" in data else own_mode
        return shown(_verdict(workspace, data, mode, rules))
    except (ValueError, RecursionError) as error:
        return {"error": str(error)}


def _verdict(workspace: Workspace, data: dict[str, Any], mode: Mode, rules: Rules) -> Verdict:
    if isinstance(command := data.get("command"), str):
        return judge_command(command, mode, rules, True, workspace.root)
    path, action = data.get("path"), data.get("action")
    if not isinstance(path, str) or action not in ("read", "write"):
        raise ValueError('a line has "command", or "path" and "action" (read or write)')
    try:
        found = workspace.locate(path)
        names = filter(None, (found, workspace.lexical(path)))
        verdict = max((judge_path("", name, action, mode, rules) for name in names), key=strength)
        if action == "write" and verdict.verdict == "allow" and (why := workspace.caution(found)):
            return Verdict("ask", f"{found} {why}")
        return verdict
    except Refusal as refusal:
        return Verdict("deny", refusal.text, refusal.code, (), False)


def shown(verdict: Verdict) -> dict[str, Any]:
    return {"verdict": verdict.verdict, "why": verdict.why, **({"code": verdict.code} if verdict.code else {})}
