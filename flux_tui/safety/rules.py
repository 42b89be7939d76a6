"""The grammar of rules, `tool(pattern)`, and how a pattern is compared with a path. A bare pattern is a command's."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

COMMAND_TOOL = "run_command"
SYSTEM_FOLDERS = frozenset({"/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin"})

WRITERS = frozenset({"edit_file", "ast_edit", "write_file", "move_file", "delete_file"})
READERS = frozenset({"read_files", "list_files", "find_files", "grep_search"})

_RULE = re.compile(r"([a-z_][a-z0-9_]*|\*)\((.*)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rule:
    tool: str
    pattern: str
    text: str
    """As the person wrote it."""


@cache
def rule(text: str) -> Rule:
    """`edit_file(src/**)` -> its parts; `git status*` -> a rule for run_command."""
    found = _RULE.fullmatch(text.strip())
    if found is None:
        return Rule(COMMAND_TOOL, text.strip(), text)
    return Rule(found[1], found[2].strip(), text)


def command_rules(texts: Iterable[str]) -> tuple[Rule, ...]:
    return tuple(one for one in map(rule, texts) if one.tool in (COMMAND_TOOL, "*") and one.pattern)


def path_rules(texts: Iterable[str], tools: frozenset[str]) -> tuple[Rule, ...]:
    return tuple(one for one in map(rule, texts) if (one.tool in tools or one.tool == "*") and one.pattern)


def folded(path: str) -> str:
    """The path as a careless file system sees it: one case, one composition, no ignorable characters."""
    kept = "".join(c for c in path if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFC", kept).casefold()


def covers(pattern: str, path: str) -> bool:
    """Whether an allow rule's pattern holds for a workspace-relative POSIX path: exactly, and nothing beyond.

    `*` and `?` stay within a component, `**` crosses them, a pattern without `/` is compared with the last component,
    and a trailing `/` covers a folder.
    """
    return _compiled(pattern, wide=False).fullmatch(path) is not None


def catches(pattern: str, path: str) -> bool:
    """The same for deny and ask rules: in any spelling, and with all that lies below what matches."""
    return _compiled(folded(pattern), wide=True).fullmatch(folded(path)) is not None


@cache
def _compiled(pattern: str, *, wide: bool) -> re.Pattern[str]:
    anchored = "/" in pattern.rstrip("/")
    below = "(?:/.*)?" if wide else "/.*" if pattern.endswith("/") else ""
    return re.compile(
        ("" if anchored else "(?:.*/)?") + _glob(pattern.removeprefix("./").strip("/")) + below, re.DOTALL
    )


def _glob(pattern: str) -> str:
    out: list[str] = []
    for piece in re.findall(r"\*\*/|/\*\*$|\*\*|\*|\?|[^*?]+", pattern, re.DOTALL):
        match piece:
            case "**/":
                out.append("(?:.*/)?")
            case "/**":
                out.append("/.+")
            case "**":
                out.append(".*")
            case "*":
                out.append("[^/]*")
            case "?":
                out.append("[^/]")
            case _:
                out.append(re.escape(piece))
    return "".join(out)
