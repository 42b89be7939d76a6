"""`str.splitlines()` cuts at form feeds and U+2028, which are part of a line here; a call of it loses bytes."""

import ast
from pathlib import Path

import flux_tui

ROOMS = ("workspace", "syntax")


def calls(source: str) -> list[int]:
    """Lines on which something named `splitlines` is used."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr == "splitlines"
    ]


def test_no_room_that_handles_lines_uses_splitlines() -> None:
    folder = Path(flux_tui.__file__).parent
    files = [file for room in ROOMS for file in (folder / room).rglob("*.py")]
    assert files
    assert {str(file): found for file in files if (found := calls(file.read_text()))} == {}


def test_the_scan_finds_one() -> None:
    assert calls("x = 1\ny = 'a'.splitlines()\n") == [2]
