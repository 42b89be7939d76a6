"""Whether Python source compiles, by the interpreter itself; newer syntax than its own is not called wrong."""

import ast
import re
import threading
import warnings
from collections import Counter
from dataclasses import dataclass

from flux_tui.syntax.kept import Kept

KEPT_BYTES = 1_000_000
NEWER = re.compile(
    r"^\s*type\s+\w+.*=|^\s*(?:async\s+)?def\s+\w+\s*\[|^\s*class\s+\w+\s*\[|^\s*except\*?\s+[\w.]+\s*,|\b[tT][rR]?[\"']"
)
"""Lines that later versions of the language allow."""
DEFINING = re.compile(rb"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)
_WARNINGS = threading.Lock()


@dataclass(frozen=True, slots=True)
class Broken:
    line: int
    """1-based."""
    said: str
    newer: bool
    """The line may be of a later version of Python."""


def fault(data: bytes) -> Broken | None:
    """What the compiler says of it; None if it compiles."""
    return _FAULTS.get("python", data, _compile)


def tree(data: bytes) -> ast.Module:
    """Of source that compiles."""
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(data)


def defines_more(before: bytes, after: bytes) -> bool:
    """Some name is defined more often than before, and more than once."""
    now = Counter(DEFINING.findall(after))
    return any(now[name] > 1 for name in now - Counter(DEFINING.findall(before)))


def _compile(data: bytes) -> Broken | None:
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(data, "<edit>", "exec", dont_inherit=True)
        except SyntaxError as error:
            return _broken(data, error)
        except (ValueError, RecursionError, MemoryError) as error:
            return Broken(1, str(error) or "too deeply nested to compile", newer=True)
    return None


def _broken(data: bytes, error: SyntaxError) -> Broken:
    line = error.lineno or 1
    rows = data.split(b"\n")
    text = rows[line - 1].decode("utf-8", "replace") if 0 < line <= len(rows) else ""
    newer = bool(NEWER.search(text)) or (error.msg or "").startswith("f-string")
    return Broken(line, error.msg or "invalid syntax", newer)


_FAULTS: "Kept[Broken | None]" = Kept(KEPT_BYTES)
