"""What a Markdown text is made of, each leaf with the marks of the lists and quotes it stands in."""

from dataclasses import dataclass, field
from typing import Literal

Mark = tuple[Literal["quote", "marker", "space"], str]
"""What stands left of a block's first line; on its other lines a marker is as many blanks."""
Marks = tuple[Mark, ...]

LAYOUT_ROWS = 20
"""A table's columns are measured on its first rows, so that the rows drawn before the last one came may stay."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    marks: Marks
    gap: Marks | None
    """The marks of the blank line before this block; None = no blank line."""
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    marks: Marks
    gap: Marks | None
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Rule:
    marks: Marks
    gap: Marks | None


@dataclass(slots=True)
class Code:
    """Grows line by line while it is open."""

    marks: Marks
    gap: Marks | None
    language: str
    lines: list[str] = field(default_factory=list)
    closed: bool = False


@dataclass(slots=True)
class Table:
    """Grows row by row while it is open. Row 0 is the head."""

    marks: Marks
    gap: Marks | None
    alignments: tuple[Literal["left", "center", "right"], ...]
    rows: list[tuple[str, ...]]
    closed: bool = False


Growing = Code | Table
Block = Paragraph | Heading | Rule | Code | Table
