"""Markdown blocks from lines, as CommonMark and GitHub's tables read them. A line once taken is never read again.

What a block is depends on complete lines only, so the blocks of a text do not depend on how it was cut on its way here.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

from flux_tui.ui.markdown.blocks import Block, Code, Growing, Heading, Mark, Marks, Paragraph, Rule, Table

_FENCE = re.compile(r"(`{3,})([^`]*)$|(~{3,})(.*)$")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t]*$")
_RULE = re.compile(r"([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*$")
_ITEM = re.compile(r"(?:([-+*])|(\d{1,9})([.)]))(?= |$)")
_DELIMITER = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_BAR = re.compile(r"(?<!\\)\|")
_BULLETS = "•◦▪"
_WIDE = ("heading", "table", "code", "rule")
"""Kinds that stand off from their neighbours whatever the source does."""

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True, eq=False)
class _Quote:
    pass


@dataclass(frozen=True, slots=True, eq=False)
class _Item:
    indent: int
    """Columns that its lines are indented by."""
    key: str
    """Items of one list share it."""
    number: int
    marker: str


@dataclass(slots=True)
class _State:
    stack: list[_Quote | _Item] = field(default_factory=list)
    shown: int = 0
    """How many of the stack, from the outside, some block has carried the mark of."""
    paragraph: list[str] = field(default_factory=list)
    growing: Growing | None = None
    fence: tuple[str, int] | None = None
    """Its characters and its indent, while a fenced block is open."""
    blanks: int = 0
    """Blank lines of an indented code block that belong to it only if more of it comes."""
    blank: bool = False
    """Whether a blank line came since the last block."""
    last: tuple[_Quote | _Item, ...] | None = None
    """Where the last block stood."""
    kind: str = ""


class Parser:
    """Lines in, `blocks` out. The last block may still be growing until `close()`."""

    def __init__(self, outside: Marks = ()) -> None:
        """`outside`: marks that every block gets, left of its own."""
        self.blocks: list[Block] = []
        self._outside = outside
        self._now = _State()

    def line(self, text: str) -> None:
        """Takes one line without its end."""
        now = self._now
        rest, matched = self._descend(text.expandtabs(4))
        if now.fence and matched == len(now.stack):
            self._fence_line(rest)
            return
        if matched < len(now.stack):
            if now.paragraph and rest.strip() and not self._starts(rest, interrupting=False):
                now.paragraph.append(rest.strip())
                return
            self._close_to(matched)
        depth = len(now.stack)
        rest = self._open_containers(rest)
        if rest.strip():
            self._leaf(rest)
        else:
            self._blank_line(opened=len(now.stack) > depth)

    def close(self) -> None:
        """The text has ended."""
        self._close_to(0)

    @contextmanager
    def peek(self, rest: str) -> Iterator[None]:
        """`blocks` as if the text ended after `rest`; afterwards as before."""
        saved = replace(self._now, stack=[*self._now.stack], paragraph=[*self._now.paragraph])
        size = len(self.blocks)
        rows = len(_rows(saved.growing)) if saved.growing else 0
        try:
            if rest:
                self.line(rest)
            self.close()
            yield
        finally:
            del self.blocks[size:]
            self._now = saved
            if saved.growing:
                saved.growing.closed = False
                del _rows(saved.growing)[rows:]

    def _descend(self, rest: str) -> tuple[str, int]:
        """What is left of the line inside the containers that go on, and how many do."""
        now = self._now
        for depth, container in enumerate(now.stack):
            indent = len(rest) - len(rest.lstrip(" "))
            if isinstance(container, _Quote):
                if indent > 3 or rest[indent : indent + 1] != ">":
                    return rest, depth
                rest = rest[indent + 1 :].removeprefix(" ")
            elif indent == len(rest):
                if depth >= now.shown and not now.paragraph:
                    return rest, depth
                rest = rest[container.indent :]
            elif indent >= container.indent:
                rest = rest[container.indent :]
            else:
                return rest, depth
        return rest, len(now.stack)

    def _open_containers(self, rest: str) -> str:
        now = self._now
        while True:
            indent = len(rest) - len(rest.lstrip(" "))
            body = rest[indent:]
            if indent > 3 or (isinstance(now.growing, Code) and now.fence):
                return rest
            if body.startswith(">"):
                self._close_leaf()
                now.stack.append(_Quote())
                rest = body[1:].removeprefix(" ")
                continue
            found = _item_start(body, interrupting=bool(now.paragraph))
            if not found:
                return rest
            self._close_leaf()
            after = body[found.end() :]
            blanks = len(after) - len(after.lstrip(" "))
            taken = blanks if 0 < blanks < 5 and blanks < len(after) else 1
            now.stack.append(self._item(found, indent + found.end() + taken))
            rest = after[taken:]

    def _item(self, found: re.Match[str], indent: int) -> _Item:
        now, depth = self._now, len(self._now.stack)
        key, number = found[1] or found[3], int(found[2] or 0)
        before = now.last[depth] if now.last and len(now.last) > depth else None
        if isinstance(before, _Item) and before.key == key and list(now.last or ())[:depth] == now.stack:
            number = before.number + 1
        bullets = sum(1 for one in now.stack if isinstance(one, _Item) and one.key in "-+*")
        marker = f"{number}{key} " if found[2] else f"{_BULLETS[min(bullets, 2)]} "
        return _Item(indent, key, number, marker)

    def _starts(self, rest: str, *, interrupting: bool) -> bool:
        """Whether the line begins a block that ends a paragraph."""
        indent = len(rest) - len(rest.lstrip(" "))
        if indent > 3:
            return False
        body = rest[indent:]
        return bool(
            body.startswith(">")
            or _HEADING.match(body)
            or _FENCE.match(body)
            or _RULE.match(body)
            or _item_start(body, interrupting=interrupting)
        )

    def _leaf(self, rest: str) -> None:
        now = self._now
        indent = len(rest) - len(rest.lstrip(" "))
        if indent > 3 and not now.paragraph:
            self._indented(rest[4:])
            return
        body = rest[min(indent, 3) :] if indent > 3 else rest[indent:]
        if isinstance(now.growing, Code) or (now.growing and self._starts(rest, interrupting=True)):
            self._close_leaf()
        if isinstance(now.growing, Table):
            now.growing.rows.append(_cells(body, len(now.growing.alignments)))
        elif indent > 3:
            now.paragraph.append(body.strip())
        elif now.paragraph and (found := _UNDERLINE.match(body)):
            self._heading("\n".join(now.paragraph), 1 if found[1][0] == "=" else 2)
        elif _RULE.match(body):
            self._close_leaf()
            self.blocks.append(Rule(*self._place("rule")))
        elif found := _HEADING.match(body):
            self._close_leaf()
            self._heading(found[2] or "", len(found[1]))
        elif found := _FENCE.match(body):
            self._open_fence(found, indent)
        elif not self._table_starts(body):
            now.paragraph.append(body.lstrip(" "))

    def _heading(self, text: str, level: int) -> None:
        self._now.paragraph.clear()
        self.blocks.append(Heading(*self._place("heading"), text.strip(), level))

    def _open_fence(self, found: re.Match[str], indent: int) -> None:
        self._close_leaf()
        info = (found[2] or found[4] or "").strip()
        self._grow(Code(*self._place("code"), info.split()[0] if info else ""))
        self._now.fence = (found[1] or found[3], indent)

    def _fence_line(self, rest: str) -> None:
        now = self._now
        assert now.fence is not None
        assert isinstance(now.growing, Code)
        mark, indent = now.fence
        body = rest.lstrip(" ")
        closes = len(rest) - len(body) < 4 and body.startswith(mark) and not body.strip().strip(mark[0])
        if closes:
            self._close_leaf()
            return
        now.growing.lines.append(rest[min(indent, len(rest) - len(body)) :])

    def _indented(self, text: str) -> None:
        now = self._now
        if not isinstance(now.growing, Code):
            self._close_leaf()
            self._grow(Code(*self._place("code"), ""))
        assert isinstance(now.growing, Code)
        now.growing.lines += [""] * now.blanks + [text]
        now.blanks = 0

    def _table_starts(self, body: str) -> bool:
        now = self._now
        if not now.paragraph or "|" not in now.paragraph[-1] or not _DELIMITER.match(body):
            return False
        alignments = tuple(_alignment(cell) for cell in _cells(body))
        head = _cells(now.paragraph[-1])
        if len(head) != len(alignments):
            return False
        now.paragraph.pop()
        self._close_leaf()
        self._grow(Table(*self._place("table"), alignments, [head]))
        return True

    def _grow(self, block: Growing) -> None:
        self._now.growing = block
        self.blocks.append(block)

    def _blank_line(self, *, opened: bool) -> None:
        now = self._now
        if isinstance(now.growing, Code):
            now.blanks += 1
        else:
            self._close_leaf()
        now.blank = now.blank or not opened

    def _close_leaf(self) -> None:
        now = self._now
        if now.growing:
            now.growing.closed = True
        now.growing, now.fence, now.blanks = None, None, 0
        if now.paragraph:
            text = "\n".join(now.paragraph).rstrip(" ")
            now.paragraph.clear()
            self.blocks.append(Paragraph(*self._place("paragraph"), text))

    def _close_to(self, depth: int) -> None:
        now = self._now
        self._close_leaf()
        if any(isinstance(one, _Item) for one in now.stack[max(depth, now.shown) :]):
            self.blocks.append(Paragraph(*self._place("paragraph"), ""))
        del now.stack[depth:]
        now.shown = min(now.shown, depth)

    def _place(self, kind: str) -> tuple[Marks, Marks | None]:
        """Where the next block stands: its marks, and those of the blank line before it."""
        now = self._now
        own = tuple(_mark(one, shown=depth < now.shown) for depth, one in enumerate(now.stack))
        gap = self._gap(kind)
        now.shown, now.last, now.kind, now.blank = len(now.stack), tuple(now.stack), kind, False
        return self._outside + own, gap

    def _gap(self, kind: str) -> Marks | None:
        now = self._now
        if now.last is None or now.kind == "heading":
            return None
        apart = not now.stack and not now.last and (kind in _WIDE or now.kind in _WIDE)
        if not (now.blank or apart or kind == "heading"):
            return None
        common = 0
        while common < min(len(now.last), len(now.stack)) and now.last[common] is now.stack[common]:
            common += 1
        return self._outside + tuple(_mark(one, shown=True) for one in now.stack[:common])


def _item_start(body: str, *, interrupting: bool) -> re.Match[str] | None:
    found = _ITEM.match(body)
    if not found or _RULE.match(body):
        return None
    if interrupting and (not body[found.end() :].strip() or found[2] not in (None, "1")):
        return None
    return found


def _mark(container: _Quote | _Item, *, shown: bool) -> Mark:
    if isinstance(container, _Quote):
        return "quote", "▌ "
    return ("space", " " * len(container.marker)) if shown else ("marker", container.marker)


def _rows(block: Growing) -> list[str] | list[tuple[str, ...]]:
    return block.lines if isinstance(block, Code) else block.rows


def _cells(line: str, columns: int | None = None) -> tuple[str, ...]:
    body = line.strip().removeprefix("|")
    if body.endswith("|") and not body.endswith("\\|"):
        body = body[:-1]
    cells = [cell.strip().replace("\\|", "|") for cell in _BAR.split(body)]
    if columns is not None:
        cells = (cells + [""] * columns)[:columns]
    return tuple(cells)


def _alignment(cell: str) -> Align:
    if cell.endswith(":"):
        return "center" if cell.startswith(":") else "right"
    return "left"
