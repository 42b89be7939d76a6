"""The gate: whether a change leaves a file worse than it was. A broken file may be edited if it gets no worse."""

import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from flux_tui.protocol.codes import Code
from flux_tui.syntax import pool
from flux_tui.syntax.duplicates import doubled
from flux_tui.syntax.languages import Language, eased, language_of, parse, source
from flux_tui.syntax.outline import PARSED_LIMIT
from flux_tui.syntax.placeholders import left_out
from flux_tui.syntax.pysource import defines_more, fault, tree
from flux_tui.syntax.said import around, cut_into

if TYPE_CHECKING:
    from tree_sitter import Node

JSON = (".json", ".ipynb", ".geojson", ".webmanifest")
COMMENTED_JSON = re.compile(r"(^|/)(tsconfig[^/]*|jsconfig[^/]*|\.eslintrc|devcontainer)\.json$|(^|/)\.vscode/")
TEMPLATE = re.compile(rb"\{\{|\{%|<%")
JUDGED_WHEN_NEW = frozenset({"python", "javascript", "typescript", "tsx", "go", "rust", "java", "ruby"})
"""Grammars that are complete enough to refuse a file that has no state before."""
ErrorOf = Callable[[bytes], tuple[int, str] | None]
TIMES = 4
"""Lines of the file that may disappear for each line of the search."""


@dataclass(frozen=True, slots=True)
class Problem:
    code: Code
    """SYNTAX_ERROR, DUPLICATE_DEFINITION, CODE_LEFT_OUT or TOO_MUCH_REPLACED."""
    line: int
    """1-based, of the result."""
    text: str


def problem(path: str, before: bytes | None, after: bytes) -> Problem | None:
    """What is wrong with the result and was not wrong before. None for what no grammar knows."""
    return pool.call(_problem, path, before, after)


def too_much(path: str, before: bytes | None, after: bytes, search_lines: int) -> Problem | None:
    """More lines of the file are gone than the search can have named. `search_lines` 0: not judged."""
    gone = _gone(before, after) if before and search_lines else 0
    if gone <= TIMES * search_lines:
        return None
    text = (
        f"TOO_MUCH_REPLACED in {path}. Nothing was changed. The search has {search_lines} lines, but {gone} lines of "
        "the file would be gone. Next: put every line that is to be replaced into search, or edit in steps."
    )
    return Problem(Code.TOO_MUCH_REPLACED, 1, text)


def _problem(path: str, before: bytes | None, after: bytes) -> Problem | None:
    if b"\0" in after[:8192] and not after.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    return _placeholder(path, before, after) or _syntax(path, before, after)


def _placeholder(path: str, before: bytes | None, after: bytes) -> Problem | None:
    old, new = (source(data or b"").decode("utf-8", "replace") for data in (before, after))
    found = left_out(path, old, new)
    if found is None:
        return None
    line, said = found
    text = (
        f"CODE_LEFT_OUT in {path}. Nothing was changed. Line {line} of the result only stands for code: {said[:200]}\n"
        "Next: send the real lines; to keep lines as they are, leave them out of search and replace."
    )
    return Problem(Code.CODE_LEFT_OUT, line, text)


def _syntax(path: str, before: bytes | None, after: bytes) -> Problem | None:
    if len(after) > PARSED_LIMIT or (before is None and (not after.strip() or TEMPLATE.search(after))):
        return None
    language = language_of(path)
    lowered = path.lower()
    if language is not None and language.name == "python":
        return _python(language, path, before, after)
    if lowered.endswith(JSON) and not COMMENTED_JSON.search(lowered):
        return _loaded(path, before, after, _json_error)
    if lowered.endswith(".toml"):
        return _loaded(path, before, after, _toml_error)
    if language is None or (before is None and language.name not in JUDGED_WHEN_NEW):
        return None
    return _grown_worse(language, path, before, after)


def _python(language: Language, path: str, before: bytes | None, after: bytes) -> Problem | None:
    """Compiled if it compiled before; else by the grammar. Doubled definitions only where both sides have a tree."""
    old = fault(before) if before is not None else None
    new = fault(after)
    if new is not None:
        if old is not None or new.newer:
            return _grown_worse(language, path, before, after)
        return _error(path, before, after, new.line, new.said)
    if old is not None or not defines_more(before or b"", after):
        return None
    found = doubled(tree(before) if before is not None else None, tree(after))
    if found is None:
        return None
    name, first, second = found
    text = (
        f"DUPLICATE_DEFINITION in {path}. Nothing was changed. The result defines {name} twice, at lines {first} and "
        f"{second}:\n{around(after, first, 1)}\n{around(after, second, 1)}\n"
        "Next: put the whole old definition into search, so that the new one replaces it."
    )
    return Problem(Code.DUPLICATE_DEFINITION, second, text)


def _loaded(path: str, before: bytes | None, after: bytes, error_of: ErrorOf) -> Problem | None:
    found = error_of(after)
    if found is None or (before is not None and before.strip() and error_of(before) is not None):
        return None
    return _error(path, before, after, *found)


def _json_error(data: bytes) -> tuple[int, str] | None:
    try:
        json.loads(data)
    except json.JSONDecodeError as error:
        return error.lineno, error.msg
    except (UnicodeDecodeError, RecursionError) as error:
        return 1, str(error)
    return None


def _toml_error(data: bytes) -> tuple[int, str] | None:
    try:
        tomllib.loads(data.decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        return (int(line[1]) if line else data.count(b"\n") + 1), str(error)
    except UnicodeDecodeError as error:
        return 1, str(error)
    return None


def _grown_worse(language: Language, path: str, before: bytes | None, after: bytes) -> Problem | None:
    """More broken nodes than before, wherever they are."""
    old, new = _both(language, before, after)
    if len(new) > len(old) and language.unknown:
        old, new = _both(language, eased(language, before) if before is not None else None, eased(language, after))
    if len(new) <= len(old):
        return None
    fault = _first_new(new, old)
    said = f"{fault.type!r} is missing" if fault.is_missing else "this does not parse"
    return _error(path, before, after, fault.start_point[0] + 1, said)


def _both(language: Language, before: bytes | None, after: bytes) -> "tuple[list[Node], list[Node]]":
    old = _told(language, before) if before is not None else []
    return old, _told(language, after)


def _told(language: Language, data: bytes) -> "list[Node]":
    """The faults, without those on a line where a macro may stand for anything."""
    faults = _faults(parse(language, data).root_node)
    if not faults or not language.macros:
        return faults
    rows, macro = source(data).decode("utf-8", "replace").split("\n"), re.compile(language.macros)
    spans = ((fault, rows[max(fault.start_point.row - 1, 0) : fault.end_point.row + 2]) for fault in faults)
    return [fault for fault, near in spans if not any(macro.search(row) for row in near)]


def _faults(root: "Node") -> "list[Node]":
    """ERROR and MISSING nodes, outermost ones, in order."""
    found, stack = [], [root]
    while stack:
        node = stack.pop()
        if node.is_error or node.is_missing:
            found.append(node)
        elif node.has_error:
            stack += reversed(node.children)
    return found


def _first_new(new: "list[Node]", old: "list[Node]") -> "Node":
    """The first whose text was not broken before."""
    known = {node.text for node in old}
    return next((node for node in new if node.is_missing or node.text not in known), new[0])


def _error(path: str, before: bytes | None, after: bytes, line: int, said: str) -> Problem:
    parts = [
        f"SYNTAX_ERROR in {path}. Nothing was changed. Line {line} of the result: {said}.",
        f"The result would read:\n{around(after, line, 4)}",
        cut_into(path, before, after) if before is not None else "",
        "Next: send an edit whose result is whole; take the entire statement into search if need be.",
    ]
    return Problem(Code.SYNTAX_ERROR, line, "\n".join(part for part in parts if part))


def _gone(before: bytes, after: bytes) -> int:
    """Lines of the old side that are in no equal block."""
    old, new = before.split(b"\n"), after.split(b"\n")
    for _ in range(2):  # equal heads, then equal tails, cut off
        head = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        old, new = old[head:][::-1], new[head:][::-1]
    matcher = SequenceMatcher(None, old, new, autojunk=len(old) > 400)
    return len(old) - sum(block.size for block in matcher.get_matching_blocks())
