"""Small rooms: no file, function or class grows past what a reader can hold. Exceptions are named."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE, FUNCTION, METHODS, PARAMETERS = 400, 50, 20, 6
TIGHTER = {
    "flux_tui/ui/app.py": 300,
    "flux_tui/ui/transcript.py": 250,
    "flux_tui/agent/session.py": 200,
    "flux_tui/agent/loop.py": 150,
}
"""Files that everything wants to grow into."""
EXCUSED: dict[str, str] = {}
"""`path` or `path:name` -> why it may be larger."""

SOURCES = sorted(path for path in (ROOT / "flux_tui").rglob("*.py") if "demo_project" not in path.parts)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_files_are_short() -> None:
    long = {}
    for path in SOURCES:
        name = path.relative_to(ROOT).as_posix()
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > TIGHTER.get(name, FILE) and name not in EXCUSED:
            long[name] = lines
    assert not long


def test_functions_and_classes_are_small() -> None:
    large = []
    for path in SOURCES:
        name = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if f"{name}:{getattr(node, 'name', '')}" in EXCUSED:
                continue
            if isinstance(node, Function) and _length(node) > FUNCTION:
                large.append(f"{name}:{node.lineno} {node.name}: {_length(node)} lines")
            if isinstance(node, Function) and _parameters(node) > PARAMETERS:
                large.append(f"{name}:{node.lineno} {node.name}: {_parameters(node)} parameters")
            if isinstance(node, ast.ClassDef) and _methods(node) > METHODS:
                large.append(f"{name}:{node.lineno} {node.name}: {_methods(node)} methods")
    assert not large


def test_every_module_says_what_it_is() -> None:
    silent = [
        path.relative_to(ROOT).as_posix() for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent


def _length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _parameters(node: Function) -> int:
    count = len(node.args.posonlyargs) + len(node.args.args) + len(node.args.kwonlyargs)
    first = node.args.args[0].arg if node.args.args else ""
    return count - (first in ("self", "cls"))


def _methods(node: ast.ClassDef) -> int:
    return sum(isinstance(child, Function) for child in node.body)
