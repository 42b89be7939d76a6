"""Where an operation on a definition changes the file: whole lines, with the blank lines that the file has there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Refusal
from flux_tui.syntax.outline import Definition
from flux_tui.syntax.shapes import Shape
from flux_tui.workspace import gaps, refusals
from flux_tui.workspace.rebase import indent_of, unit_of
from flux_tui.workspace.source import Source
from flux_tui.workspace.splice import Region, region, splice
from flux_tui.workspace.text import Text

SAMPLE = 2000
"""Lines of a file that tell how it is indented."""


@dataclass(frozen=True, slots=True)
class Site:
    """A definition in its file."""

    source: Source
    definitions: tuple[Definition, ...]
    one: Definition
    shape: Shape
    comma: bool = False
    """Neighbours are separated by commas."""

    @property
    def lines(self) -> tuple[str, ...]:
        return self.source.text.lines

    @property
    def indent(self) -> str:
        return indent_of(self.lines[self.one.first - 1])

    @property
    def unit(self) -> str:
        """Of the file; of the definition itself if that is indented otherwise, as text inside a string can be."""
        file = unit_of(self.lines[:SAMPLE])
        own = unit_of(self.lines[self.one.first - 1 : self.one.last], file)
        return file if own[0] == file[0] else own

    def gap(self, parent: str) -> int:
        fallback = 2 if not parent and self.source.path.endswith((".py", ".pyi")) else 1
        return gaps.usual(self.lines, self.definitions, parent, fallback)


@dataclass(frozen=True, slots=True)
class Plan:
    data: bytes
    """The file afterwards."""
    first: int
    """The code's lines in it (1-based)."""
    last: int
    at: int
    """Lines of the old file up to this one keep their number."""
    gone: int
    """Lines of it that are replaced from there on."""


def replaced(site: Site, code: Sequence[str]) -> Plan:
    first, last = site.one.first, site.one.last
    new = _with_tail(code, site.shape.tail)
    return _plan(site.source.text, first - 1, last, new, (0, len(new)))


def put_before(site: Site, code: Sequence[str]) -> Plan:
    one = site.one
    before, _ = gaps.neighbours(site.definitions, one)
    local = gaps.between(site.lines, before, one) if before else None
    gap = site.gap(one.parent) if local is None else local
    if site.comma:
        code = _with_tail(code, ",")
    return _plan(site.source.text, one.first - 1, one.first - 1, (*code, *[""] * gap), (0, len(code)))


def put_after(site: Site, code: Sequence[str]) -> Plan:
    one, lines = site.one, site.lines
    _, after = gaps.neighbours(site.definitions, one)
    local = gaps.between(lines, one, after) if after else None
    gap = site.gap(one.parent) if local is None else local
    crowded = one.last < len(lines) and bool(lines[one.last].strip()) and _is_sibling(site, one.last + 1)
    tail = gap if local is None and crowded else 0
    if site.comma:
        return _after_with_comma(site, code, gap)
    return _plan(site.source.text, one.last, one.last, (*[""] * gap, *code, *[""] * tail), (gap, len(code)))


def removed(site: Site) -> Plan:
    """Leaves one gap: the one beside what is no definition, so that this keeps its place; else the one below."""
    one, lines = site.one, site.lines
    above, below = gaps.above(lines, one.first), gaps.below(lines, one.last)
    start, end = one.first - 1, one.last
    if _keeps_above(site, above, below):
        end += below
    else:
        start -= above
    if site.comma and not site.shape.tail:
        return _without_comma(site, start, end)
    return _plan(site.source.text, start, end, (), (0, 0))


def _keeps_above(site: Site, above: int, below: int) -> bool:
    one, lines = site.one, site.lines
    before, after = gaps.neighbours(site.definitions, one)
    follows = one.last + below < len(lines) and _is_sibling(site, one.last + below + 1)
    if not follows:
        return False
    if one.first - above - 1 <= _header(site):
        return True
    is_def_above = before is not None and before.last == one.first - above - 1
    is_def_below = after is not None and after.first == one.last + below + 1
    if is_def_above == is_def_below:
        return above > below if not is_def_above or not below else False
    return is_def_below


def added(site: Site, code: Sequence[str], gap: int) -> Plan:
    """As the last member. Refusal where the body has no line of its own."""
    one, shape, lines = site.one, site.shape, site.lines
    if shape.closing is None:
        if not shape.members or shape.members[0][0] <= one.header:
            raise _no_room(site)
        end = one.last
        return _plan(site.source.text, end, end, (*[""] * gap, *code), (gap, len(code)))
    row, column = shape.closing
    closing = lines[row - 1].encode("utf-8", "surrogateescape")
    head, rest = (part.decode("utf-8", "surrogateescape") for part in (closing[:column], closing[column:]))
    if not head.strip():
        end = row - 1 - gaps.above(lines, row)
        gap = gap if shape.members else 0
        return _plan(site.source.text, end, end, (*[""] * gap, *code), (gap, len(code)))
    if shape.members or row != one.header:
        raise _no_room(site)
    new = (head.rstrip(), *code, indent_of(lines[row - 1]) + rest)
    return replace(_plan(site.source.text, row - 1, row, new, (1, len(code))), at=row, gone=0)


def member_indent(site: Site) -> str:
    """Of what is in the definition's body."""
    own = [first for first, _ in site.shape.members if first > site.one.header]
    return indent_of(site.lines[own[0] - 1]) if own else site.indent + site.unit


def inserted(text: Text, after: int, new: Sequence[str], code: tuple[int, int]) -> Plan:
    """Lines put behind line `after` (0 = the top)."""
    return _plan(text, after, after, new, code)


def _plan(text: Text, first: int, last: int, new: Sequence[str], code: tuple[int, int]) -> Plan:
    """Lines `first` to `last` (0-based, half open) become `new`, of which the code is (offset, count)."""
    begin = first
    if first and last == len(text.lines) and not text.endings[-1] and (first == last or not new):
        begin -= 1  # The line before becomes the last one, or no longer is.
    lines = [*text.lines[begin:first], *new]
    part = region(text, begin, last, "\n".join(lines) + "\n") if lines else Region(begin, last, (), ())
    start = first + code[0] + 1
    return Plan(splice(text, (part,)), start, start + code[1] - 1, first, last - first)


def _with_tail(code: Sequence[str], tail: str) -> tuple[str, ...]:
    if not tail or not code or code[-1].rstrip().endswith(tail) or "//" in code[-1]:
        return tuple(code)
    return (*code[:-1], code[-1].rstrip() + tail)


def _after_with_comma(site: Site, code: Sequence[str], gap: int) -> Plan:
    one, tail = site.one, site.shape.tail
    own = site.lines[one.last - 1].rstrip()
    bare = code[-1].rstrip().removesuffix(",")
    new = (own + ("" if tail else ","), *[""] * gap, *code[:-1], bare + tail)
    return replace(_plan(site.source.text, one.last - 1, one.last, new, (1 + gap, len(code))), at=one.last, gone=0)


def _without_comma(site: Site, start: int, end: int) -> Plan:
    above = site.lines[start - 1].rstrip() if start else ""
    if not above.endswith(","):
        return _plan(site.source.text, start, end, (), (0, 0))
    plan = _plan(site.source.text, start - 1, end, (above.removesuffix(","),), (0, 0))
    return replace(plan, at=start, gone=end - start)


def _header(site: Site) -> int:
    """The header line of what is around the definition; 0 at module level."""
    return next((one.header for one in site.definitions if one.name == site.one.parent), 0)


def _is_sibling(site: Site, line: int) -> bool:
    """Whether a line is in the same body: not left of the definition, not its body's end."""
    around = next((one for one in site.definitions if one.name == site.one.parent), None)
    if around is not None and line > around.last:
        return False
    text = site.lines[line - 1]
    return len(indent_of(text)) >= len(site.indent) and not text.lstrip().startswith(("}", ")", "]", "end"))


def _no_room(site: Site) -> Refusal:
    what = f"The body of {site.one.name} has no lines of its own."
    return refusals.refuse(
        Code.INVALID_ARGUMENTS, site.source.path, what, "use replace_node with the whole definition."
    )
