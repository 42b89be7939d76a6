"""Where a new import belongs: beside its like, else in the order of families, else below what opens the file."""

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from flux_tui.syntax.languages import COMMENTS, Language, language_of, parse, source
from flux_tui.syntax.outline import last_row, outline

if TYPE_CHECKING:
    from tree_sitter import Node

QUOTED = re.compile(r"""["'<]([^"'>\n]+)["'>]""")
DOTTED = re.compile(r"(?:\b(?:import|from|use|using|static|pub|extern|crate|namespace|require|load)\b\s+)+([\w.:*]+)")
NAMES = re.compile(r"\{([^}]*)\}")
HEAD = re.compile(r"#!|.*\bcoding[:=]")
GUARDS = ("preproc_ifdef", "preproc_if")
STANDARD = "python: standard library"


@dataclass(frozen=True, slots=True)
class Spot:
    """Behind line `after` (1-based; 0 = the top)."""

    after: int
    blanks_before: int = 0
    blanks_after: int = 0
    inside: bool = False
    """In a list of imports: what is put there is an entry of it, indented by `indent`."""
    indent: str = ""


@dataclass(frozen=True, slots=True)
class _Import:
    text: str
    first: int
    last: int
    family: int
    module: str

    @property
    def top(self) -> str:
        return re.split(r"[./:]", self.module.lstrip("."))[0] if self.module else ""


def knows_imports(path: str) -> bool:
    language = language_of(path)
    return language is not None and bool(language.imports)


def is_import(path: str, statement: str) -> bool:
    """Whether it begins as an import of the file's language does."""
    language = language_of(path)
    return language is not None and bool(language.imports) and bool(re.match(language.imports, statement))


def imported(path: str, data: bytes, statement: str) -> int:
    """The line of an import that brings the same already, 0 if there is none."""
    language = language_of(path)
    assert language is not None
    new = _names(statement)
    same = (one for one in _imports(language, path, data, every=True) if _covers(_names(one.text), new))
    return next((one.first for one in same), 0)


def spot(path: str, data: bytes, statement: str) -> Spot:
    language = language_of(path)
    assert language is not None
    there = _imports(language, path, data)
    rows = source(data).decode("utf-8", "replace").split("\n")
    block = _block(language, data)
    inside = block is not None and bool(there)
    new = _import(language, statement, 0, 0)
    if not there:
        return _first(language, data, rows)
    like = [one for one in there if (one.family, one.top) == (new.family, new.top)]
    like = like or [one for one in there if one.family == new.family]
    indent = rows[there[0].first - 1][: len(rows[there[0].first - 1]) - len(rows[there[0].first - 1].lstrip())]
    if like:
        return Spot(_among(_last_run(like, rows), new), inside=inside, indent=indent)
    gap = _apart(there, rows)
    lower = [one for one in there if one.family < new.family]
    if lower:
        after = max(one.last for one in lower)
        crowded = after < len(rows) and bool(rows[after].strip()) and not inside
        return Spot(after, gap, int(crowded and not any(one.first == after + 1 for one in there)), inside, indent)
    return Spot(there[0].first - 1, 0, gap, inside, indent)


def _imports(language: Language, path: str, data: bytes, every: bool = False) -> list[_Import]:
    """Those at the file's top level before its first definition, or every one of them."""
    text = source(data)
    first = min((one.first for one in outline(path, data) if one.kind in ("function", "class")), default=sys.maxsize)
    found = []
    for node in _statements(language, data):
        said = text[node.start_byte : node.end_byte].decode("utf-8", "replace")
        start = node.start_point.row + 1
        is_one = node.type == "import_spec" or re.match(language.imports, said)
        if is_one and (every or start < first):
            found.append(_import(language, said, start, last_row(node, text) + 1))
    return found


def _statements(language: Language, data: bytes) -> "list[Node]":
    block = _block(language, data)
    top = _top(data, language)
    return list(block.named_children) if block is not None else [node for node in top if node.type not in COMMENTS]


def _top(data: bytes, language: Language) -> "list[Node]":
    """The nodes of the top level; those inside an include guard if all of the file is in one."""
    nodes = parse(language, data).root_node.named_children
    while True:
        plain = [node for node in nodes if node.type not in COMMENTS]
        if len(plain) != 1 or plain[0].type not in GUARDS:
            return nodes
        nodes = plain[0].named_children[1:]


def _block(language: Language, data: bytes) -> "Node | None":
    """A list of imports in brackets, where the language has such."""
    if not language.import_list:
        return None
    for node in parse(language, data).root_node.named_children:
        for child in node.named_children:
            if child.type == language.import_list:
                return child
    return None


def _import(language: Language, text: str, first: int, last: int) -> _Import:
    found = QUOTED.search(text) or DOTTED.search(text)
    orders = (at for at, family in enumerate(language.families) if _is_family(family, text))
    return _Import(text, first, last, next(orders, len(language.families)), found[1] if found else "")


def _is_family(family: str, text: str) -> bool:
    return bool(_standard().match(text) if family == STANDARD else re.search(family, text))


@cache
def _standard() -> re.Pattern[str]:
    return re.compile(rf"\s*(?:import|from)\s+(?:{'|'.join(sorted(sys.stdlib_module_names))})\b")


def _names(statement: str) -> tuple[str, frozenset[str]]:
    """(what it is without the names in its list, these names)."""
    text = " ".join(statement.replace('"', "'").rstrip().rstrip(";").split())
    python = re.fullmatch(r"from (\S+) import \(?([^()]+?),? ?\)?", text)
    if python:
        return python[1], frozenset(name.strip() for name in python[2].split(","))
    plain = re.fullmatch(r"import ([\w., ]+)", text)
    if plain:
        return "import", frozenset(name.strip() for name in plain[1].split(","))
    listed = NAMES.search(text)
    if listed is None:
        return text.removeprefix("import ") if text.startswith("import '") else text, frozenset()
    names = frozenset(name.strip() for name in listed[1].split(",") if name.strip())
    return text[: listed.start()] + "{}" + text[listed.end() :], names


def _covers(old: tuple[str, frozenset[str]], new: tuple[str, frozenset[str]]) -> bool:
    return old[0] == new[0] and new[1] <= old[1]


def _last_run(like: Sequence[_Import], rows: Sequence[str]) -> list[_Import]:
    """The last of those groups of them that stand directly below each other."""
    run = [like[-1]]
    for one in reversed(like[:-1]):
        if any(not row.strip() for row in rows[one.last : run[0].first - 1]):
            break
        run.insert(0, one)
    return run


def _among(run: Sequence[_Import], new: _Import) -> int:
    """The line behind which it goes: in its place if the run is sorted, else at its end."""
    orders: tuple[Callable[[_Import], tuple[bool, str]], ...] = (
        lambda one: (one.text.startswith("from"), one.module.lower()),
        lambda one: (False, one.module.lower()),
    )
    for order in orders:
        if all(order(a) <= order(b) for a, b in pairwise(run)):
            smaller = [one for one in run if order(one) <= order(new)]
            return smaller[-1].last if smaller else run[0].first - 1
    return run[-1].last


def _apart(there: Sequence[_Import], rows: Sequence[str]) -> int:
    """Blank lines between families: none if the file mixes them without."""
    mixed = [(a, b) for a, b in pairwise(there) if a.family != b.family]
    if mixed and not any(not row.strip() for a, b in mixed for row in rows[a.last : b.first - 1]):
        return 0
    return 1


def _first(language: Language, data: bytes, rows: Sequence[str]) -> Spot:
    """Below what opens the file: its head comment, docstring, directive or package clause."""
    after = _opening(language, data)
    below = rows[after] if after < len(rows) else ""
    defines = re.match(r"(def|class|async def|@)", below)
    blanks_after = 0 if not below.strip() else 2 if defines and language.name == "python" else 1
    return Spot(after, 1 if after else 0, blanks_after)


def _opening(language: Language, data: bytes) -> int:
    text, nodes, after = source(data), _top(data, language), 0
    for at, node in enumerate(nodes):
        said = text[node.start_byte : node.end_byte].decode("utf-8", "replace")
        last = last_row(node, text) + 1
        if language.opening and re.match(language.opening, said):
            after = last
        elif node.type in COMMENTS or node.type == "hash_bang_line":
            below = nodes[at + 1].start_point.row + 1 if at + 1 < len(nodes) else last + 2
            if below > last + 1 or HEAD.match(said):
                after = last
        else:
            break
    return after
