"""May this call happen? Decides by mode, rules and names; it never asks and never acts. What is not understood asks."""

import fnmatch
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from flux_tui.config.settings import Rules
from flux_tui.protocol.codes import Code, Mode
from flux_tui.safety import commands, paths
from flux_tui.safety.commands import Words
from flux_tui.safety.proposals import command_proposals, dangerous
from flux_tui.safety.rules import READERS, WRITERS, Rule, catches, command_rules, covers, path_rules

Action = Literal["read", "write"]

_SYSTEM_FOLDERS = ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin")
_FREE = frozenset({"true", "false", ":", "exit", "test", "["})
_SET_OPTIONS = frozenset({"-e", "-u", "-eu", "-ue", "-o", "pipefail", "-euo"})
_GIT_OPTIONS_WITH_VALUE = frozenset(
    {"-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--config-env"}
)


@dataclass(frozen=True, slots=True)
class Verdict:
    verdict: Literal["allow", "ask", "deny"]
    why: str
    """A sentence, without its full stop."""
    code: Code | None = None
    """Set when denied."""
    rules: tuple[str, ...] = ()
    """The narrowest rules that would allow it; empty where none may be offered."""
    dangerous: bool = False


def strength(verdict: Verdict) -> int:
    """For finding the strictest of several."""
    return ("allow", "ask", "deny").index(verdict.verdict)


def judge_command(command: str, mode: Mode, rules: Rules, sandboxed: bool) -> Verdict:
    """`sandboxed`: False where a sandbox was wanted and can't be had; then nothing runs unasked."""
    reading = commands.read(command)
    risk = dangerous(command, reading)
    if hit := _caught(command, reading, rules.deny):
        return Verdict("deny", f"The rule deny {hit.text!r} forbids it", Code.DENIED, dangerous=risk)
    if mode is Mode.PLAN:
        return Verdict("deny", "Mode plan reads and searches only; no command runs", Code.DENIED, dangerous=risk)
    if hit := _caught(command, reading, rules.ask):
        return Verdict("ask", f"The rule ask {hit.text!r} wants a question", dangerous=risk)
    if _is_free(reading):
        return Verdict("allow", "It changes nothing and needs no rule")
    proposals = command_proposals(reading) if sandboxed else ()
    if not sandboxed:
        return Verdict("ask", "There is no sandbox on this system, so every command asks", dangerous=risk)
    if hit := _allowing(reading, rules.allow):
        return Verdict("allow", f"The rule allow {hit.text!r} covers it", dangerous=risk)
    if mode is Mode.FULL:
        return Verdict("allow", "Mode full runs commands in the sandbox", dangerous=risk)
    return Verdict("ask", _unruled(reading), rules=proposals, dangerous=risk)


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
    return action == "write" or mark.kind == "secret"


def _allowed_by(tool: str, tools: frozenset[str]) -> frozenset[str]:
    """The tools whose allow rules hold for this one: a rule for edits does not allow removals."""
    if not tool:
        return tools
    if tool in ("ast_edit", "write_file", "edit_file"):
        return frozenset({tool, "edit_file"})
    return frozenset({tool})


def _first_catching(found: Iterable[Rule], path: str) -> Rule | None:
    return next((one for one in found if catches(one.pattern, path)), None)


def _caught(command: str, reading: commands.Reading, texts: Iterable[str]) -> Rule | None:
    """The first rule that speaks against the command, in any reading of it."""
    found = command_rules(texts)
    if not found:
        return None
    width = 1 + max(len(one.pattern.split()) for one in found)
    candidates = [reached for words in reading.commands or () for reached in _reached(words, width)]
    if reading.commands is None:
        candidates = list(commands.starts(command, width))
    return next((one for one in found if any(_speaks_against(one.pattern, words) for words in candidates)), None)


def _reached(words: Words, width: int) -> list[Words]:
    """The command by its base name, and what a wrapper would run: any of its later words, also inside them."""
    named = (commands.program(words), *words[1:])
    if named[0] in commands.WRAPPERS:
        return [named, *commands.starts(" ".join(words[1:]), width)]
    return [named, _without_git_options(named)] if named[0] == "git" else [named]


def _without_git_options(words: Words) -> Words:
    rest = list(words[1:])
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option in _GIT_OPTIONS_WITH_VALUE and rest:
            rest.pop(0)
    return ("git", *rest)


def _speaks_against(pattern: str, words: Words) -> bool:
    """Such patterns match as a prefix of words, and with `*` as a prefix of text: `rm -rf*` catches `rm -rfv`."""
    text = " ".join(words)
    stem = " ".join(pattern.rstrip("*").split())
    if "*" in stem or "?" in stem:
        return fnmatch.fnmatchcase(text, pattern) or fnmatch.fnmatchcase(text, f"{pattern} *")
    return text == stem or text.startswith(f"{stem} " if not pattern.endswith("*") else stem)


def _allowing(reading: commands.Reading, texts: Iterable[str]) -> Rule | None:
    words = reading.single
    if words is None or not commands.coverable(words):
        return None
    folder, _, name = words[0].rpartition("/")
    named = (name, *words[1:]) if folder in _SYSTEM_FOLDERS else words
    return next((one for one in command_rules(texts) if allows(one.pattern, named)), None)


def allows(pattern: str, words: Words) -> bool:
    """Allow patterns match whole words: `git diff*` is `git diff` and any further words, never `git difftool`."""
    if pattern == "*":
        return words[0] not in commands.WRAPPERS | commands.SHELLS and "/" not in words[0]
    stem = commands.read(pattern.removesuffix("*")).single
    if stem is None or words[: len(stem)] != stem:
        return False
    return pattern.endswith("*") or len(words) == len(stem)


def _is_free(reading: commands.Reading) -> bool:
    words = reading.single
    if words is None:
        return False
    if words[0] == "set":
        return set(words[1:]) <= _SET_OPTIONS and len(words) > 1
    if words[0] == "cd":
        return len(words) == 2 and not paths.outside(words[1]) and not words[1].startswith("-")
    return words[0] in _FREE


def _unruled(reading: commands.Reading) -> str:
    if reading.commands is None:
        return f"No rule can cover this command: {reading.why}"
    if reading.single is None:
        return "No rule can cover a command with shell operators"
    if not commands.coverable(reading.commands[0]):
        return "No rule can cover a command that starts another one"
    return f"No rule allows `{commands.program(reading.commands[0])}` with these words"
