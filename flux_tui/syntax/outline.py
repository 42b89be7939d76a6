"""The definitions of a file, by name and line. Text in, structure out; a file without a grammar has none."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flux_tui.syntax.kept import Kept
from flux_tui.syntax.languages import COMMENTS, Language, language_of, parse, query, source

if TYPE_CHECKING:
    from tree_sitter import Node

PARSED_LIMIT = 8_000_000
"""Bytes. A longer file is data, not code, and is treated as having no grammar."""
DENSE_FROM = 100_000
DENSE_LINE = 1000
"""Bytes a line on average from which a file of `DENSE_FROM` bytes is minified: its lines hold no structure to show."""
KEPT_BYTES = 4_000_000
BLANK = b" \t\r\n\f"
ENTRIES = ("_spec", "_alias")
"""Node types that stand side by side in one declaration."""
PARTS = frozenset({"name", "body", "header", "also", "_id"})
"""Captures beside the definition itself. `also`: what distinguishes blocks of one name, as a trait does impls."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A function, class or method. Lines are 1-based and inclusive."""

    name: str
    """Qualified: `Cart.price`, `outer.inner`; the second of that name in the file is `Cart.price#2`."""
    kind: str
    """The capture's name in the query: `function`, `class`, ..."""
    first: int
    """Decorators, attributes and the doc comment directly above are within."""
    last: int
    parent: str
    """Qualified name of the enclosing definition, "" at module level."""
    header: int
    """Last line of the header; the body begins below it or on it."""
    plain: str
    """The qualified name without the number that tells namesakes apart."""
    short: str
    """Its own name, without what is around it."""


def is_unstructured(data: bytes) -> bool:
    """Too long, or too dense, for a parse to be worth its time."""
    dense = len(data) > DENSE_FROM and len(data) > DENSE_LINE * (data.count(b"\n") + 1)
    return dense or len(data) > PARSED_LIMIT


@dataclass(frozen=True, slots=True)
class Found:
    """A definition in the tree."""

    node: "Node"
    own: "Node"
    """The definition with its wrappers."""
    kind: str
    short: str
    scope: str
    """What it is called in the names of those inside it."""
    header: int
    """Row of the header's last line."""
    body: "Node | None"


def outline(path: str, data: bytes) -> tuple[Definition, ...]:
    """Every definition, nested and conditional ones too, by first line; () where there is no grammar."""
    language = language_of(path)
    if language is None or query(language) is None or is_unstructured(data):
        return ()
    return _OUTLINES.get(language.name, data, lambda text: _outline(language, text))


def found(language: Language, data: bytes) -> list[tuple[Definition, Found]]:
    """Every definition with its nodes, in the outline's order."""
    ordered = sorted(_matches(language, data), key=lambda one: (one.own.start_byte, -one.own.end_byte))
    text = source(data)
    pairs: list[tuple[Definition, Found]] = []
    around: list[tuple[tuple[int, int], str, str]] = []
    """(byte range, qualified name without numbers, definition's name) of what encloses the next one."""
    times: Counter[str] = Counter()
    for one in ordered:
        own = one.own.byte_range
        while around and (around[-1][0][1] <= own[0] or around[-1][0] == own):
            around.pop()
        above = f"{around[-1][1]}." if around else ""
        plain = above + one.short
        times[plain] += 1
        name = plain if times[plain] == 1 else f"{plain}#{times[plain]}"
        parent = around[-1][2] if around else ""
        first, last = _top(language, one.own, text) + 1, last_row(one.node, text) + 1
        pairs.append((Definition(name, one.kind, first, last, parent, one.header + 1, plain, one.short), one))
        around.append((own, above + one.scope, name))
    return sorted(pairs, key=lambda pair: (pair[0].first, -pair[0].last))


def _outline(language: Language, data: bytes) -> tuple[Definition, ...]:
    return tuple(definition for definition, _ in found(language, data))


def within(language: Language, data: bytes, definition: Definition) -> tuple[Found, list[Found]]:
    """(its nodes, those of the definitions that share lines with it)."""
    rows = source(data).split(b"\n")
    start = sum(len(row) + 1 for row in rows[: definition.first - 1])
    end = start + sum(len(row) + 1 for row in rows[definition.first - 1 : definition.last])
    text = source(data)
    near = list(_matches(language, data, (start, max(end - 1, start + 1))))
    one = next(one for one in near if _is(language, one, definition, text))
    return one, [other for other in near if other is not one]


def _is(language: Language, one: Found, definition: Definition, text: bytes) -> bool:
    named = (one.short, one.kind, one.header + 1) == (definition.short, definition.kind, definition.header)
    return named and _top(language, one.own, text) + 1 == definition.first


def _matches(language: Language, data: bytes, span: tuple[int, int] | None = None) -> Iterable[Found]:
    from tree_sitter import QueryCursor

    pattern = query(language)
    assert pattern is not None
    root = parse(language, data).root_node
    text = source(data)
    cursor = QueryCursor(pattern)
    if span is not None:
        cursor.set_byte_range(*span)
    for index, captures in cursor.matches(root):
        scope, also = (_said(text, captures.get(part, [])) for part in ("name", "also"))
        bodies, heads = captures.get("body", []), captures.get("header", [])
        kind, node = next((name, nodes[0]) for name, nodes in captures.items() if name not in PARTS)
        header = opening(bodies[0]) if bodies else last_row(heads[0] if heads else node, text)
        word = pattern.pattern_settings(index).get("word")
        short = " ".join(part for part in (word, f"{also} for" if also else None, scope) if part)
        yield Found(node, _wrapped(language, node), kind, short, scope, header, bodies[0] if bodies else None)


def _said(text: bytes, parts: "list[Node]") -> str:
    return b".".join(_bare(text[part.start_byte : part.end_byte]) for part in parts).decode("utf-8", "replace")


def _bare(name: bytes) -> bytes:
    """A name on one line, its parts joined by dots: `Cart<int>::go` is `Cart.go`."""
    if b"::" in name:
        name = re.sub(rb"<.*?>(?=::)", b"", name).replace(b"::", b".")
    return b" ".join(name.split())


def _wrapped(language: Language, node: "Node") -> "Node":
    """With what is around this one definition alone."""
    parent = node.parent if language.wrappers else None
    while parent is not None and parent.type in language.wrappers:
        if sum(child.type.endswith(ENTRIES) or child.type == node.type for child in parent.named_children) > 1:
            break
        node, parent = parent, parent.parent
    return node


def _top(language: Language, node: "Node", text: bytes) -> int:
    """The first row, with the attributes and doc comments directly above."""
    row = node.start_point.row
    if not language.doc and not language.attributes:
        return row
    above = node.prev_sibling
    while above is not None and row - 1 <= last_row(above, text) < node.start_point.row:
        if above.type not in language.attributes and not _is_doc(language, above):
            break
        if above.prev_sibling is not None and last_row(above.prev_sibling, text) == above.start_point.row:
            break  # It trails other code on its line.
        row = above.start_point.row
        above = above.prev_sibling
    return row


def _is_doc(language: Language, node: "Node") -> bool:
    words = node.text or b""
    return node.type in COMMENTS and words.startswith(language.doc or (b"\0",)) and not words.startswith(b"#!")


def last_row(node: "Node", text: bytes) -> int:
    """The row of the node's last character that is no blank and in no trailing comment. `text` is the whole source."""
    here = node
    while here.child_count:
        index = here.child_count - 1
        while index > 0 and here.child(index).type in COMMENTS:
            index -= 1
        child = here.child(index)
        if index == here.child_count - 1 and text[child.end_byte : here.end_byte].strip():
            break  # Its end belongs to none of its children: a string.
        here = child
    end = here.end_byte
    while end > node.start_byte and text[end - 1] in BLANK:
        end -= 1
    return here.end_point.row - text.count(b"\n", end, here.end_byte)


def opening(body: "Node") -> int:
    """The row where the header of a body ends: its brace, or the last token before it."""
    first = body.child(0) if body.child_count else None
    if first is not None and not first.is_named:
        return first.start_point.row
    before = body.prev_sibling
    while before is not None and before.type in COMMENTS:
        before = before.prev_sibling
    return before.end_point.row if before is not None else body.start_point.row


_OUTLINES: Kept[tuple[Definition, ...]] = Kept(KEPT_BYTES)
