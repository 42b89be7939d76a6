"""The languages Flux knows the structure of: one row each, with one query in `queries/`.

A grammar that is not installed makes its language unknown; nothing here ever downloads one.
"""

import importlib
import importlib.util
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from flux_tui.syntax.kept import Kept

if TYPE_CHECKING:
    import tree_sitter

COMMENTS = frozenset({"comment", "line_comment", "block_comment"})
KEPT_BYTES = 600_000
"""Source bytes whose trees are kept: a tree takes about fifty times its source."""


@dataclass(frozen=True, slots=True)
class Language:
    """One row. Equal names mean equal rows."""

    name: str
    """Also the name of its query file."""
    module: str
    suffixes: tuple[str, ...]
    bodies: frozenset[str]
    """Node types whose named children are statements, members or entries."""
    wrappers: frozenset[str] = frozenset()
    """Node types around a definition that belong to it: decorators, exports."""
    doc: tuple[bytes, ...] = ()
    """How a comment begins that belongs to the definition directly below it."""
    attributes: frozenset[str] = frozenset()
    """Sibling node types above a definition that belong to it."""
    function: str = "language"
    """The module's function that gives the grammar."""
    filenames: tuple[str, ...] = ()


LANGUAGES: tuple[Language, ...] = (
    Language(
        "python",
        "tree_sitter_python",
        (".py", ".pyi", ".pyw"),
        bodies=frozenset({"module", "block"}),
        wrappers=frozenset({"decorated_definition"}),
    ),
)


@cache
def _rows() -> dict[str, Language]:
    """Suffix or file name -> row."""
    return {key: row for row in LANGUAGES for key in (*row.suffixes, *row.filenames)}


@cache
def _installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def language_of(path: str) -> Language | None:
    """By the file's name alone. None: no row, or its grammar is not installed."""
    name = path.rsplit("/", 1)[-1]
    row = _rows().get(name) or _rows().get("." + name.rsplit(".", 1)[-1].lower() if "." in name else "")
    return row if row is not None and _installed(row.module) else None


@cache
def grammar(row: Language) -> "tree_sitter.Language":
    import tree_sitter

    return tree_sitter.Language(getattr(importlib.import_module(row.module), row.function)())


@cache
def query(row: Language) -> "tree_sitter.Query | None":
    """The row's outline query; None where the language has no definitions."""
    import tree_sitter

    source = resources.files("flux_tui.syntax") / "queries" / f"{row.name}.scm"
    return tree_sitter.Query(grammar(row), source.read_text("utf-8")) if source.is_file() else None


def source(data: bytes) -> bytes:
    """The bytes as UTF-8 with the same lines: what a parser is given."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode()
    return data


def parse(language: Language, data: bytes) -> "tree_sitter.Tree":
    """The tree of these bytes (UTF-8, or UTF-16 with its mark). Rows count LF. The last trees are kept."""
    return _TREES.get(language.name, source(data), lambda text: _parsed(language, text))


def _parsed(language: Language, data: bytes) -> "tree_sitter.Tree":
    import tree_sitter

    return tree_sitter.Parser(grammar(language)).parse(data)


_TREES: "Kept[tree_sitter.Tree]" = Kept(KEPT_BYTES)
