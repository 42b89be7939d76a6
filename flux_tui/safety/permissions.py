"""May this call happen? Decides by mode, rules and names; it never asks and never acts. What is not understood asks."""

import posixpath
from collections.abc import Iterable
from typing import Literal

from flux_tui.config.settings import Rules
from flux_tui.protocol.codes import Code, Mode
from flux_tui.safety import paths
from flux_tui.safety.command_verdicts import judge_command
from flux_tui.safety.rules import READERS, WRITERS, Rule, catches, covers, path_rules
from flux_tui.safety.verdicts import Verdict, strength

__all__ = ["Action", "Verdict", "judge_command", "judge_path", "strength"]

Action = Literal["read", "write"]


def judge_path(tool: str, path: str, action: Action, mode: Mode, rules: Rules) -> Verdict:
    """`path`: workspace-relative, links resolved. `tool` may be empty: then every tool of that kind is meant."""
    tools = WRITERS if action == "write" else READERS
    if action == "write" and mode is Mode.PLAN:
        return Verdict("deny", "Mode plan reads and searches only; nothing is written", Code.DENIED)
    if paths.outside(path):
        return Verdict("deny", f"{path!r} is outside the workspace", Code.OUTSIDE_WORKSPACE)
    path = posixpath.normpath(path)
    mark = paths.special(path)
    if mark is not None and mark.kind == "git":
        return Verdict("deny", f"{path} is protected: {mark.why}", Code.PROTECTED_PATH)
    watched = tools if action == "read" else WRITERS | READERS
    if hit := _first_catching(path_rules(rules.deny, watched), path):
        return Verdict("deny", f"The rule deny {hit.text!r} forbids it", Code.DENIED)
    if hit := _first_catching(path_rules(rules.ask, tools), path):
        return Verdict("ask", f"The rule ask {hit.text!r} wants a question")
    hit = next((one for one in path_rules(rules.allow, _allowed_by(tool, tools)) if covers(one.pattern, path)), None)
    if mark is not None and _asks(mark, action):
        return _special_verdict(mark, hit, tool or next(iter(sorted(tools))), path)
    return _plain_verdict(action, mode, hit)


def _plain_verdict(action: Action, mode: Mode, hit: Rule | None) -> Verdict:
    if action == "read":
        return Verdict("allow", "Reading in the workspace needs no rule")
    if hit is not None:
        return Verdict("allow", f"The rule allow {hit.text!r} covers it")
    if mode in (Mode.AUTO_EDIT, Mode.FULL):
        return Verdict("allow", f"Mode {mode} writes workspace files")
    return Verdict("ask", "Mode ask shows every change before it is written")


def _special_verdict(mark: paths.Special, hit: Rule | None, tool: str, path: str) -> Verdict:
    """A general rule, such as `edit_file(**)`, was not written with these files in mind: the rule has to name them."""
    if mark.kind != "flux" and hit is not None and mark.mark in hit.pattern.casefold():
        return Verdict("allow", f"The rule allow {hit.text!r} covers it")
    offered = () if mark.kind == "flux" or set(path) & set("*?()") else (f"{tool}({path})",)
    return Verdict("ask", f"{path} asks in every mode: {mark.why}", rules=offered)


def _asks(mark: paths.Special, action: Action) -> bool:
    return action == "write" or mark.kind in ("secret", "flux", "odd")


def _allowed_by(tool: str, tools: frozenset[str]) -> frozenset[str]:
    """The tools whose allow rules hold for this one: a rule for edits does not allow removals."""
    if not tool:
        return tools
    if tool in ("ast_edit", "write_file", "edit_file"):
        return frozenset({tool, "edit_file"})
    return frozenset({tool})


def _first_catching(found: Iterable[Rule], path: str) -> Rule | None:
    return next((one for one in found if catches(one.pattern, path)), None)
