"""A command line as words: strictly, to know what may run, and loosely, to find what must not. Never runs anything.

The strict reading understands a list of simple commands with literal words; all else is not understood, which is never
taken for harmless. The loose reading takes every place at which a command could start.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flux_tui.safety.visible import hides

LONGEST = 10_000
Words = tuple[str, ...]

KEYWORDS = frozenset({
    "!", "{", "}", "[[", "]]", "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done",
    "case", "esac", "in", "function", "select", "time", "coproc",
})  # fmt: skip

WRAPPERS = frozenset({
    "command", "builtin", "exec", "env", "nohup", "nice", "ionice", "timeout", "stdbuf", "setsid", "xargs",
    "sudo", "doas", "script", "su", "watch", "strace", "ltrace", "flock", "chroot", "busybox", "parallel",
    "find", "fd", "eval", "source", ".", "trap", "bash", "sh", "dash", "zsh", "ksh", "fish", "alias", "hash",
    "enable", "export", "declare", "typeset", "local", "readonly", "unset", "read", "printf", "shopt",
    "mapfile", "readarray", "complete", "unshare", "nsenter", "bwrap", "ssh", "taskset", "chrt", "prlimit",
    "setarch", "runuser", "pkexec", "entr", "tmux", "screen", "at", "batch", "crontab",
})  # fmt: skip
"""Programs that run, or prepare, other commands: no general rule covers them, and deny rules look behind them."""

SHELLS = frozenset({"bash", "sh", "dash", "zsh", "ksh", "fish"})
_SOMETIMES = frozenset({"find", "fd", "printf", "read", "export", *SHELLS})
"""Wrappers that run nothing else in their plain use."""

_RUNS_OTHERS = {
    "find": ("-exec", "-ok", "-delete", "-fprint", "-fls"),
    "fd": ("-x", "-X", "--exec"),
    "git": ("-c", "-C", "--config-env", "--exec-path", "--git-dir", "--work-tree", "--ext-diff", "--output"),
    "rg": ("--pre", "--hostname-bin"),
    "printf": ("-v",),
    "read": ("",),
    "export": ("",),
}

_PLAIN = re.compile(r"[A-Za-z0-9_\-./:=,@%+^]+")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\[[^]]*\])?\+?=")
_OPERATOR = re.compile(r"&&|\|\||;|\||&|\n")
_BLANKS = re.compile(r"[ \t]{16,}")
_BREAKS = re.compile(r"[;&|<>(){}\n`$]+")
_NAME = re.compile(r"[A-Za-z0-9_\-./+\[:]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a command line says. `commands` is None where it was not understood; `why` then has the reason."""

    commands: tuple[Words, ...] | None
    why: str = ""
    single: Words | None = None
    """The one simple command it is, if it is one and has no operator."""


class _NotUnderstoodError(Exception):
    pass


def read(command: str) -> Reading:
    """The strict reading."""
    if len(command) > LONGEST:
        return Reading(None, f"it is longer than {LONGEST} characters")
    if hides(command):
        return Reading(None, "it holds invisible characters")
    if _BLANKS.search(command):
        return Reading(None, "a long run of blanks may hide a part of it")
    try:
        found = tuple(_commands(command.replace("\\\n", "").strip(" \t\n")))
    except _NotUnderstoodError as problem:
        return Reading(None, str(problem))
    if not found:
        return Reading(None, "it is empty")
    (words, operator) = found[0]
    return Reading(tuple(words for words, _ in found), single=None if operator else words)


def program(words: Words) -> str:
    """Base name of what runs."""
    return words[0].rpartition("/")[2] or words[0]


def coverable(words: Words) -> bool:
    """Whether an allow rule can speak for the command at all: not where its words name yet another program."""
    name = program(words)
    if name in SHELLS:
        return len(words) > 1 and not any(word.startswith(("-", "+")) for word in words[1:])
    if name in WRAPPERS - _SOMETIMES:
        return False
    risky = _RUNS_OTHERS.get(name)
    return risky is None or not any(word.startswith(risky) for word in words[1:])


def starts(command: str, width: int) -> Iterator[Words]:
    """Every place at which a command could start, whatever the grammar says: quotes and escapes removed, cut at
    operators. At most `width` words of each.
    """
    joined = command.replace("\\\n", "")
    for text in {re.sub(r"[\"'\\]", "", joined), re.sub(r"[\"'\\]", " ", joined)}:
        for piece in _BREAKS.split(text):
            words = tuple(piece.split())
            for index in range(len(words)):
                yield (program(words[index : index + 1]), *words[index + 1 : index + width])


def _commands(text: str) -> Iterator[tuple[Words, str]]:
    """Each simple command with the operator behind it, "" at the end."""
    words: list[str] = []
    at = 0
    while at < len(text):
        if text[at] in " \t":
            at += 1
        elif operator := _OPERATOR.match(text, at):
            at = operator.end()
            if not words:
                raise _NotUnderstoodError("an operator stands where a command should")
            yield _checked(words), operator[0]
            words = []
        else:
            word, at = _word(text, at)
            words.append(word)
    if words:
        yield _checked(words), ""


def _checked(words: list[str]) -> Words:
    head = words[0]
    if head in KEYWORDS:
        raise _NotUnderstoodError(f"it uses the shell's `{head}`")
    if _ASSIGNMENT.match(head):
        raise _NotUnderstoodError("it sets a variable")
    if not _NAME.fullmatch(head):
        raise _NotUnderstoodError("its program's name is unusual")
    if "[" in words and not (head == "[" and words[-1] == "]" and words.count("[") == 1):
        raise _NotUnderstoodError("it uses a pattern for file names")
    return tuple(words)


def _word(text: str, at: int) -> tuple[str, int]:
    """The word that starts at `at`, after quote removal, and where it ends."""
    out: list[str] = []
    start = at
    while at < len(text) and text[at] not in " \t\n;&|":
        match text[at]:
            case "'":
                end = text.find("'", at + 1)
                if end < 0:
                    raise _NotUnderstoodError("a quote is not closed")
                out.append(text[at + 1 : end])
                at = end + 1
            case '"':
                piece, at = _double_quoted(text, at + 1)
                out.append(piece)
            case "\\":
                if at + 1 == len(text):
                    raise _NotUnderstoodError("it ends in a backslash")
                out.append(text[at + 1])
                at += 2
            case _:
                piece = _bare(text, at, first=at == start)
                out.append(piece)
                at += len(piece)
    return "".join(out), at


def _bare(text: str, at: int, *, first: bool) -> str:
    if plain := _PLAIN.match(text, at):
        return plain[0]
    char = text[at]
    alone = first and (at + 1 == len(text) or text[at + 1] in " \t\n;&|")
    if char in "[]" and alone:
        return char
    if (char == "#" and not first) or (char == "~" and not first and text[at - 1] not in ":="):
        return char
    if char == "!" and not alone:
        return char
    if ord(char) > 127 and not char.isspace():
        return char
    raise _NotUnderstoodError(_reason(char))


def _double_quoted(text: str, at: int) -> tuple[str, int]:
    out: list[str] = []
    while at < len(text):
        char = text[at]
        if char == '"':
            return "".join(out), at + 1
        if char in "$`":
            raise _NotUnderstoodError(_reason(char))
        if char == "\\" and text[at + 1 : at + 2] in ('"', "\\", "$", "`"):
            at += 1
            char = text[at]
        out.append(char)
        at += 1
    raise _NotUnderstoodError("a quote is not closed")


def _reason(char: str) -> str:
    match char:
        case "$" | "`":
            return "it uses an expansion or a substitution"
        case "<" | ">":
            return "it redirects input or output"
        case "(" | ")":
            return "it uses a subshell or a function"
        case "*" | "?" | "[" | "]":
            return "it uses a pattern for file names"
        case "{" | "}":
            return "it uses braces"
        case _:
            return f"it uses `{char}`"
