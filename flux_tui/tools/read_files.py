"""The tool that shows files to the model, and with it decides what the model has seen."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import ClassVar

from flux_tui.config.settings import Reading
from flux_tui.protocol.blocks import Block, ExcerptBlock, NoteBlock
from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Outcome, Refusal
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import Kind, Tool
from flux_tui.workspace.excerpts import Shown, Source, heading, load, named, select
from flux_tui.workspace.files import Workspace
from flux_tui.workspace.notices import following, notice, outline_text


@dataclass(frozen=True, kw_only=True)
class ReadFiles(Tool):
    """Show text files as numbered lines, `12|text`. Only lines shown whole can be edited. A long file comes as an
    outline and its first lines; a range is grown to whole functions and statements."""

    name: ClassVar[str] = "read_files"
    kind: ClassVar[Kind] = "read"
    verb: ClassVar[str] = "read"

    files: list[str] = field(metadata={"name": "paths", "doc": "One call for all files you need."})
    start_line: int | None = field(default=None, metadata={"doc": "First line, from 1. Lines go with one path only."})
    end_line: int | None = field(default=None, metadata={"doc": "Last line, inclusive."})
    symbols: list[str] | None = field(
        default=None,
        metadata={"doc": "Instead of lines: definitions to show whole, named as in the outline: Cart.price"},
    )

    def paths(self) -> tuple[str, ...]:
        return tuple(self.files)

    def title(self) -> str:
        names = " ".join(named(path) for path in self.files)
        if self.symbols:
            return f"{names} {' '.join(self.symbols)}"
        if self.start_line is None and self.end_line is None:
            return names
        return f"{names} {self.start_line or 1}-{self.end_line or ''}"

    def run(self, context: ToolContext) -> Outcome:
        sources, refusals = _loaded(context.workspace, self.files)
        if not sources:
            raise _joined(refusals)
        shown = self._shown(sources, context.reading)
        width = len(str(max(excerpt.main[1] for one in shown for excerpt in one.excerpts)))
        parts = [_part(context, one, width, bool(self.symbols)) for one in shown]
        ahead = ((one.source.path, following(one, context.ledger)) for one in shown)
        return Outcome(
            Code.OK,
            "\n\n".join((*parts, *(refusal.text for refusal in refusals))),
            (*(_block(one) for one in shown), *(NoteBlock(refusal.text, "error") for refusal in refusals)),
            seen=tuple(one.sight() for one in shown),
            outline=tuple((one.name, one.first, one.last) for source in sources for one in source.definitions),
            next=next(((path, line) for path, line in ahead if line is not None), None),
        )

    def _shown(self, sources: list[Source], reading: Reading) -> list[Shown]:
        ranged = self.start_line is not None or self.end_line is not None
        if self.symbols and ranged:
            raise _invalid("give symbols or lines, not both")
        if self.symbols:
            return list(_symbols(sources, self.symbols, reading))
        if not ranged:
            return list(_files(sources, reading))
        if len(self.files) > 1:
            raise _invalid(f"start_line and end_line go with one path; {_counts(sources)}")
        return [self._range(sources[0], reading)]

    def _range(self, source: Source, reading: Reading) -> Shown:
        first = 1 if self.start_line is None else self.start_line
        last = source.total if self.end_line in (None, -1) else self.end_line or 0
        if first > max(source.total, 1):
            raise _invalid(f"start_line {first} is past the end; {_counts([source])}")
        if first < 1 or (last < first and source.total):
            raise _invalid(f"{first} to {last} is no range of lines; {_counts([source])}")
        wanted = (first, min(last, source.total))
        lines = _lines(source, reading)
        if self.end_line not in (None, -1):
            lines = max(lines, min(2 * (wanted[1] - first + 1), reading.whole_lines))
        excerpt = select(source, wanted, lines, reading.whole_bytes, reading.line_characters)
        exact = first if first == wanted[1] and source.size([wanted])[0] <= reading.whole_bytes else 0
        return Shown(source, (wanted,), (excerpt,), reading.line_characters, exact)


def _loaded(workspace: Workspace, paths: list[str]) -> tuple[list[Source], list[Refusal]]:
    """The files in the order asked, each once, and what could not be read."""
    if not paths:
        raise _invalid("'paths' is empty")
    sources: dict[str, Source] = {}
    refusals = []
    for given in paths:
        try:
            path = workspace.locate(given)
            if path not in sources:
                sources[path] = load(workspace, path)
        except Refusal as refusal:
            refusals.append(refusal)
    return list(sources.values()), refusals


def _joined(refusals: list[Refusal]) -> Refusal:
    """All failed: the first one's code, every one's words."""
    if len(refusals) == 1:
        return refusals[0]
    return Refusal(refusals[0].code, "\n".join(refusal.text for refusal in refusals))


def _fits(source: Source, lines: int, size: int) -> bool:
    return source.total <= lines and len(source.data) <= size


def _lines(source: Source, reading: Reading) -> int:
    """The budget of a read that names no end."""
    fits = _fits(source, reading.whole_lines, reading.whole_bytes)
    return reading.whole_lines if fits else min(reading.cut_lines, reading.whole_lines)


def _files(sources: list[Source], reading: Reading) -> Iterator[Shown]:
    """One budget for all: the small files whole, an equal share of what is left for the others."""
    lines, size = reading.whole_lines, reading.whole_bytes
    shown = {}
    for left, source in zip(range(len(sources), 0, -1), sorted(sources, key=lambda one: len(one.data)), strict=True):
        share = max(lines // left, 1), max(size // left, 1)
        budget = share[0] if _fits(source, *share) else min(share[0], reading.cut_lines)
        wanted = (1, source.total)
        excerpt = select(source, wanted, budget, share[1], reading.line_characters)
        shown[source.path] = Shown(source, (wanted,), (excerpt,), reading.line_characters)
        lines -= excerpt.main[1]
        size -= sum(source.size([excerpt.main], reading.line_characters))
    return (shown[source.path] for source in sources)


def _symbols(sources: list[Source], symbols: list[str], reading: Reading) -> Iterator[Shown]:
    known = {one.name for source in sources for one in source.definitions}
    for symbol in symbols:
        if symbol not in known:
            raise _invalid(_unknown(symbol, sources))
    lines, size = reading.whole_lines, reading.whole_bytes
    for source in sources:
        asked = tuple((one.first, one.last) for one in source.definitions if one.name in symbols)
        excerpts = []
        for wanted in asked:
            excerpt = select(source, wanted, max(lines, 1), max(size, 1), reading.line_characters)
            lines -= excerpt.main[1] - excerpt.main[0] + 1
            size -= sum(source.size([excerpt.main], reading.line_characters))
            excerpts.append(excerpt)
        if asked:
            yield Shown(source, asked, tuple(excerpts), reading.line_characters)


def _unknown(symbol: str, sources: list[Source]) -> str:
    """What to ask for instead of a name that no file defines."""
    lines = {one.name: f"{one.name} ({one.first}-{one.last})" for source in sources for one in source.definitions}
    if not lines:
        return f"{_counts(sources)} and no definitions that Flux knows; use start_line and end_line"
    last = symbol.rsplit(".", 1)[-1]
    near = [name for name in lines if name.rsplit(".", 1)[-1] == last]
    near += [name for name in get_close_matches(symbol, lines, 5, 0.3) if name not in near]
    found = ", ".join(lines[name] for name in near[:5]) or ", ".join(list(lines.values())[:5])
    return (
        f"there is no definition {symbol!r} in {', '.join(named(source.path) for source in sources)}; nearest: {found}"
    )


def _counts(sources: list[Source]) -> str:
    return ", ".join(f"{named(source.path)} has {source.total} lines" for source in sources)


def _part(context: ToolContext, shown: Shown, width: int, by_name: bool) -> str:
    head = heading(shown)
    around = {one.name: one for excerpt in shown.excerpts for one in excerpt.around}
    if around:
        head += "; inside " + ", ".join(f"{one.name} ({one.first}-{one.last})" for one in around.values())
    outline = "" if by_name and not shown.missing else outline_text(shown, context.ledger)
    lines = shown.printed(width) if shown.source.total else "The file is empty."
    said = notice(shown, context.ledger, context.reading)
    return "\n".join(part for part in (head, outline, lines, said) if part)


def _block(shown: Shown) -> Block:
    first, last = shown.excerpts[0].main
    return ExcerptBlock(shown.source.path, first, "\n".join(shown.source.text.lines[first - 1 : last]))


def _invalid(what: str) -> Refusal:
    return Refusal(Code.INVALID_ARGUMENTS, f"INVALID_ARGUMENTS: {what}. Nothing was read.")
