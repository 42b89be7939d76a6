"""Moves a whole definition to another indentation. Strings that don't follow the code's indentation stay as sent."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from math import gcd

from flux_tui.workspace.indent import Shift
from flux_tui.workspace.miss import Miss
from flux_tui.workspace.unwrap import pairs

NUMBERED = re.compile(r"^ *\d+\|", re.MULTILINE)
HEADS = ("@", "#", "//", "/*")
CLOSERS = ("}", ")", "]", "end", "</")


@dataclass(frozen=True, slots=True)
class Frame:
    """How the place is indented."""

    indent: str
    """Of the first line."""
    unit: str
    """One step deeper: a tab or some blanks."""
    old: frozenset[str] = frozenset()
    """The lines that are there now: what is still among them was not meant to move."""


def unwrapped(code: str) -> tuple[str, ...]:
    """The code's lines, without fence, line numbers and blank lines at the edges."""
    taken = code
    for pair in pairs(code, code):
        fenced, numbered = "fence" in pair.note, "line numbers" in pair.note
        if (fenced or numbered) and pair.replacement is not None and (not numbered or NUMBERED.search(code)):
            taken = pair.replacement
    lines = [line.rstrip("\r") for line in taken.split("\n")]
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return tuple(lines)


def rebased(lines: Sequence[str], frame: Frame, strings: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """`strings`: the first and last line (1-based, in `lines`) of each string over several lines. Raises Miss."""
    if frame.old.issuperset(lines):
        return tuple(lines)
    fixed = _fixed(lines, frame, strings)
    bare = [line for at, line in enumerate(lines) if at not in fixed]
    style = _style(bare, frame)
    if style is not None:
        lines = [line if at in fixed else style.apply(line) for at, line in enumerate(lines)]
        bare = [line for at, line in enumerate(lines) if at not in fixed]
    if _is_bare_head(bare, frame):
        return (frame.indent + lines[0], *lines[1:])
    shift = _shift(indent_of(lines[0]), frame.indent)
    if shift is None:
        return tuple(lines)
    return tuple(line if at in fixed else _moved(shift, line, frame) for at, line in enumerate(lines))


def indent_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def unit_of(lines: Sequence[str], fallback: str = "    ") -> str:
    """One step of indentation: the one that most lines take to go deeper."""
    indents = [indent_of(line) for line in lines if line.strip()]
    steps = Counter(b[len(a) :] for a, b in pairwise(indents) if len(b) > len(a) and b.startswith(a))
    return max(steps, key=lambda step: (steps[step], -len(step))) if steps else fallback


def _fixed(lines: Sequence[str], frame: Frame, strings: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Indexes of the lines inside strings that go further left than the line they begin on, or are there already."""
    found: set[int] = set()
    for first, last in strings:
        inside = [line for line in lines[first:last] if line.strip()]
        left = len(indent_of(lines[first - 1]))
        known = all(line in frame.old for line in inside) and indent_of(lines[0]) != frame.indent
        if known or any(len(indent_of(line)) < left for line in inside):
            found.update(range(first, last))
    return frozenset(found)


def _style(bare: Sequence[str], frame: Frame) -> Shift | None:
    """Tabs for blanks or blanks for tabs, if all of the code is indented the other way."""
    indents = [indent_of(line) for line in bare if line.strip() and line[0] in " \t"]
    if not indents or any(line in frame.old for line in bare if line[:1] in (" ", "\t") and line.strip()):
        return None
    if frame.unit == "\t" and not any("\t" in indent for indent in indents):
        width = reduce(gcd, (len(indent) for indent in indents))
        return Shift("tabs", " " * width) if width > 1 else None
    if frame.unit != "\t" and all(indent[0] == "\t" for indent in indents):
        return Shift("blanks", frame.unit)
    return None


def _is_bare_head(bare: Sequence[str], frame: Frame) -> bool:
    """The first line came without its indentation, the others with theirs."""
    rest = [line for line in bare[1:] if line.strip()]
    if not frame.indent or not rest or indent_of(bare[0]) or not all(line.startswith(frame.indent) for line in rest):
        return False
    if bare[0].startswith(HEADS):
        header = next((line for line in rest if not line.lstrip().startswith((*HEADS, "*"))), "")
        return indent_of(header) == frame.indent
    at_level = [line for line in rest if indent_of(line) == frame.indent]
    if at_level:
        return at_level[-1].lstrip().startswith(CLOSERS) and not bare[0].rstrip().endswith(("=>", "="))
    least = min(len(indent_of(line)) for line in rest)
    return least == len(frame.indent + frame.unit) and least != len(frame.unit)


def _shift(sent: str, wanted: str) -> Shift | None:
    if sent == wanted:
        return None
    if wanted.endswith(sent):
        return Shift("add", wanted[: len(wanted) - len(sent)])
    return Shift("remove", sent[: len(sent) - len(wanted)])


def _moved(shift: Shift, line: str, frame: Frame) -> str:
    try:
        return shift.apply(line)
    except Miss:
        if line in frame.old or line.startswith("#"):
            return line
        raise
