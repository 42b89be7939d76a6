"""Finds a second definition of one name in one body: what is left when a new version was put beside the old one.

Decorated definitions, conditional ones and `_` are meant; only what a plain second `def` would silently replace counts.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator

PLAIN = frozenset(
    {"property", "cached_property", "staticmethod", "classmethod", "contextmanager", "dataclass", "abstractmethod"}
)
"""Decorators under which a second definition is as lost as without."""

Definitions = dict[str, list[int]]
"""Qualified name -> lines, for each body on its own."""


def doubled(before: ast.Module | None, after: ast.Module) -> tuple[str, int, int] | None:
    """(qualified name, line of the first, line of the second) of a definition that is doubled more than before."""
    old = definitions(before) if before else {}
    for name, lines in definitions(after).items():
        if len(lines) > max(len(old.get(name, ())), 1):
            return name, lines[-2], lines[-1]
    return None


def definitions(tree: ast.Module) -> Definitions:
    found: Definitions = defaultdict(list)
    for name, line in _in_body(tree.body, ""):
        found[name].append(line)
    return found


def _in_body(body: list[ast.stmt], scope: str) -> Iterator[tuple[str, int]]:
    for node in body:
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if node.name != "_" and all(_is_plain(decorator) for decorator in node.decorator_list):
            yield scope + node.name, node.lineno
        yield from _in_body(node.body, f"{scope}{node.name}.")


def _is_plain(decorator: ast.expr) -> bool:
    name = decorator.func if isinstance(decorator, ast.Call) else decorator
    said = name.attr if isinstance(name, ast.Attribute) else name.id if isinstance(name, ast.Name) else ""
    return said in PLAIN
