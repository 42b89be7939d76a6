"""What bash fills into words: which expansions only look something up, and which may do more."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flux_tui.syntax.shell.words import UNKNOWN

if TYPE_CHECKING:
    from tree_sitter import Node

_KINDS = frozenset({"simple_expansion", "expansion", "command_substitution", "process_substitution",
                    "arithmetic_expansion"})  # fmt: skip
_HARMLESS = frozenset({"$?", "$#", "$$", "${#}", "${?}", "${$}"})
_LOOKS_UP = re.compile(
    r"\$[A-Za-z_][A-Za-z0-9_]*|\$[0-9@*!_-]"
    r"|\$\{#?[A-Za-z_][A-Za-z0-9_]*\}|\$\{[0-9@*!-]\}"
    r"|\$\{[A-Za-z_][A-Za-z0-9_]*(?::?[-+?]|%%?|\#\#?|//?|\^\^?|,,?)(?P<rest>[^`]*)\}",
    re.DOTALL,
)
_NUMBERS = re.compile(r"\$\(\([0-9+\-*/%<>=!&|() \t]*\)\)")


@dataclass(frozen=True, slots=True)
class Value:
    text: str
    doubt: str = ""


def value_of(node: "Node", source: str) -> Value:
    """What stands there when the command runs: a harmless number, or UNKNOWN, perhaps with a doubt."""
    source = source.strip()
    if source in _HARMLESS or (node.type == "arithmetic_expansion" and _NUMBERS.fullmatch(source)):
        return Value("0")
    if node.type == "arithmetic_expansion":
        return Value(UNKNOWN, f"{source!r} is arithmetic with variables")
    if node.type in ("simple_expansion", "expansion"):
        found = _LOOKS_UP.fullmatch(source)
        if found is None or "@" in (found["rest"] or "")[:1]:
            return Value(UNKNOWN, f"the expansion {source!r} may do more than look something up")
    return Value(UNKNOWN)


def opaque_in(node: "Node", text: str) -> dict[int, tuple[int, str]]:
    """Where the outermost expansions in a word start, with their ends and values."""
    found: dict[int, tuple[int, str]] = {}
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.type in _KINDS:
            source = text[one.start_byte : one.end_byte]
            start = one.start_byte + len(source) - len(source.lstrip(" \t\n"))
            found[start] = (one.end_byte, value_of(one, source).text)
        else:
            waiting.extend(one.named_children)
    return found
