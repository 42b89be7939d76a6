"""The outline against the truth of Python's own parser."""

import ast
import random
import sysconfig
import warnings
from collections import Counter
from pathlib import Path

import pytest

from flux_tui.syntax.outline import outline
from flux_tui.syntax.structure import enclosing, node_name

LIBRARY = Path(sysconfig.get_path("stdlib"))


def library_files(seed: int, count: int) -> list[Path]:
    files = [path for path in LIBRARY.glob("*.py") if path.stat().st_size < 120_000]
    files += [
        path for name in ("asyncio", "email", "json", "unittest", "logging") for path in LIBRARY.glob(f"{name}/*.py")
    ]
    return random.Random(seed).sample(sorted(files), count)


def truth(data: bytes) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    times: Counter[str] = Counter()

    def walk(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = prefix + child.name
                times[name] += 1
                shown = name if times[name] == 1 else f"{name}#{times[name]}"
                first = min([child.lineno, *(one.lineno for one in child.decorator_list)])
                found.append((shown, first, child.end_lineno or 0))
                walk(child, f"{name}.")
            else:
                walk(child, prefix)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        walk(ast.parse(data), "")
    return sorted(found, key=lambda one: (one[1], -one[2]))


@pytest.mark.parametrize("path", library_files(seed=1, count=60), ids=lambda path: path.name)
def test_every_definition_with_its_exact_lines(path: Path) -> None:
    data = path.read_bytes()
    assert [(one.name, one.first, one.last) for one in outline(path.name, data)] == truth(data)


SOURCE = b"""\
import x

@x.wraps(
    x)
def outer(a,
          b):  # comment
    def inner():
        return 1
    # trailing
    return inner

if x:
    class Cart:
        size = 1

        @property
        def price(self): return 1

        @price.setter
        def price(self, to): pass
"""


def test_names_kinds_parents_and_headers() -> None:
    rows = [(one.name, one.kind, one.first, one.last, one.parent, one.header) for one in outline("a.py", SOURCE)]
    assert rows == [
        ("outer", "function", 3, 10, "", 6),
        ("outer.inner", "function", 7, 8, "outer", 7),
        ("Cart", "class", 13, 20, "", 13),
        ("Cart.price", "function", 16, 17, "Cart", 17),
        ("Cart.price#2", "function", 19, 20, "Cart", 20),
    ]


def test_a_line_is_in_its_smallest_definition() -> None:
    assert node_name("a.py", SOURCE, 8) == "outer.inner"
    assert node_name("a.py", SOURCE, 3) == "outer"
    assert node_name("a.py", SOURCE, 1) == ""
    around = enclosing("a.py", SOURCE, 14, 17)
    assert around is not None
    assert around.name == "Cart"
    assert enclosing("a.py", SOURCE, 1, 14) is None


def test_no_grammar_no_definitions() -> None:
    assert outline("notes.unknown", b"def f(): pass\n") == ()
    assert outline("Makefile", b"all:\n") == ()


def test_broken_utf16_and_empty_sources_still_give_an_outline() -> None:
    assert outline("a.py", b"") == ()
    assert [one.name for one in outline("a.py", b"def f():\n    return (\n\ndef g():\n    pass\n")] != []
    text = "def größe():\n    pass\n"
    assert [(one.name, one.last) for one in outline("a.py", text.encode("utf-16"))] == [("größe", 2)]
    assert [one.name for one in outline("a.py", b"def f():\r\n    pass\r\n")] == ["f"]
