"""What bash fills into words: which expansions only look something up, and which may do more."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    """What bash fills in."""

    doubt: str = ""
    number: bool = False
    """Surely one number: no word more or less."""


def value_of(node: "Node", source: str) -> Value:
    """What is known of it before it runs."""
    source = source.strip()
    if source in _HARMLESS or (node.type == "arithmetic_expansion" and _NUMBERS.fullmatch(source)):
        return Value(number=True)
    if node.type == "arithmetic_expansion":
        return Value(f"{source!r} is arithmetic with variables")
    if node.type in ("simple_expansion", "expansion"):
        found = _LOOKS_UP.fullmatch(source)
        if found is None or "@" in (found["rest"] or "")[:1]:
            return Value(f"the expansion {source!r} may do more than look something up")
    return Value()


def opaque_in(node: "Node", text: str) -> dict[int, tuple[int, bool]]:
    """Where the outermost expansions in a word start: where they end, and whether they are surely one number."""
    found: dict[int, tuple[int, bool]] = {}
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.type in _KINDS:
            source = text[one.start_byte : one.end_byte]
            start = one.start_byte + len(source) - len(source.lstrip(" \t\n"))
            found[start] = (one.end_byte, value_of(one, source).number)
        else:
            waiting.extend(one.named_children)
    return found
