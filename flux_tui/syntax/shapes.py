"""What a definition is made of, for those who put code in its place: its lines, its body, the strings inside."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flux_tui.syntax.languages import COMMENTS, Language, language_of, parse, source
from flux_tui.syntax.outline import Definition, last_row, within

if TYPE_CHECKING:
    from tree_sitter import Node

SEPARATORS = b" \t\r\f;,"
STRINGS = ("string", "template", "heredoc", "raw_text", "block_scalar", "char_literal")


@dataclass(frozen=True, slots=True)
class Shape:
    """All lines are 1-based."""

    alone: bool
    """Its lines hold nothing else but separators and comments."""
    tail: str
    """The separators behind it: `;`, `,` or none."""
    members: tuple[tuple[int, int], ...]
    """The statements, members or entries of its body, comments left out."""
    closing: tuple[int, int] | None
    """Line and column (in bytes) of the bracket or word that ends its body; None where indentation does."""


def shape(path: str, data: bytes, definition: Definition) -> Shape:
    """Of one of the definitions of `outline(path, data)`."""
    language = language_of(path)
    assert language is not None
    one, others = within(language, data, definition)
    text = source(data)
    tail = _tail(one.own, text)
    alone = (
        tail is not None and not _before(one.own, text) and not any(_crosses(other.own, one.own) for other in others)
    )
    body = _inner(language, one.body)
    return Shape(alone, tail or "", _members(language, body, text), _closing(body if body is not None else one.node))


def _before(own: "Node", text: bytes) -> bool:
    """Whether something stands before it on its line."""
    return bool(text[text.rfind(b"\n", 0, own.start_byte) + 1 : own.start_byte].strip().removeprefix(b"\xef\xbb\xbf"))


def _tail(own: "Node", text: bytes) -> str | None:
    """The separators behind it; None if other code follows on its line."""
    end = own.start_byte + len(text[own.start_byte : own.end_byte].rstrip())
    stop = text.find(b"\n", end)
    rest = text[end : stop if stop >= 0 else len(text)]
    kept = rest.lstrip(SEPARATORS)
    if kept and not kept.startswith((b"//", b"/*", b"#", b"--", b"<!--")):
        return None
    return rest[: len(rest) - len(kept)].strip().decode()


def _crosses(a: "Node", b: "Node") -> bool:
    """The same code, as two names of one statement are."""
    return a.byte_range == b.byte_range


def _members(language: Language, body: "Node | None", text: bytes) -> tuple[tuple[int, int], ...]:
    if body is None:
        return ()
    kept = (node for node in body.named_children if node.type not in COMMENTS | language.attributes)
    return tuple((node.start_point.row + 1, last_row(node, text) + 1) for node in kept)


def _inner(language: Language, body: "Node | None") -> "Node | None":
    """The list of members inside what a definition is made of: a struct type's fields."""
    while body is not None and body.type not in language.bodies:
        inner = next((child for child in reversed(body.named_children) if child.type in language.bodies), None)
        if inner is None:
            break
        body = inner
    return body


def _closing(body: "Node") -> tuple[int, int] | None:
    last = body.children[-1] if body.children else None
    if last is not None and last.is_named and body.parent is not None:
        last = body.parent.children[-1]
    if last is None or last.is_named or last.is_missing or last.type not in ("}", "end", ")", "]"):
        return None
    return last.start_point.row + 1, last.start_point.column


def pieces(path: str, data: bytes, first: int, last: int) -> int | None:
    """How many statements, members or entries these lines hold, comments and attributes left out.

    None if the lines do not begin and end between such nodes.
    """
    language = language_of(path)
    assert language is not None
    text, skipped = source(data), COMMENTS | language.attributes
    touching = [parse(language, data).root_node]
    while len(touching) == 1 and (touching[0].parent is None or _beyond(touching[0], text, first, last)):
        touching = [child for child in touching[0].children if _touches(child, first, last)]
        touching = [child for child in touching if child.type not in skipped]
    if any(_beyond(node, text, first, last) for node in touching):
        return None
    return sum(node.is_named for node in touching)


def _touches(node: "Node", first: int, last: int) -> bool:
    end = node.end_point
    return node.start_point.row < last and (end.row >= first or (end.row == first - 1 and end.column > 0))


def _beyond(node: "Node", text: bytes, first: int, last: int) -> bool:
    return node.start_point.row + 1 < first or last_row(node, text) + 1 > last


def strings(path: str, data: bytes, first: int, last: int) -> tuple[tuple[int, int], ...]:
    """Strings over several lines between these lines, by the lines they begin and end on; outermost ones."""
    language = language_of(path)
    assert language is not None
    found_spans, waiting = [], [parse(language, data).root_node]
    while waiting:
        for child in waiting.pop().children:
            start, end = child.start_point.row + 1, child.end_point.row + 1
            if end < first or start > last or start == end:
                continue
            if start >= first and end <= last and any(word in child.type for word in STRINGS):
                found_spans.append((start, end))
            else:
                waiting.append(child)
    return tuple(sorted(found_spans))
