"""The gate refuses what makes a file worse and nothing else."""

import pytest

from flux_tui.protocol.codes import Code
from flux_tui.syntax.check import problem, too_much

SHOP = '''"""Shop."""


class Cart:
    def price(self, items):
        text = """
        first
        second
        third
        """
        return text

    @property
    def size(self):
        return 1

    @size.setter
    def size(self, value):
        self.value = value
'''


def verdict(before: str | None, after: str, path: str = "shop.py") -> Code | None:
    found = problem(path, None if before is None else before.encode(), after.encode())
    if found is not None:
        assert found.text.startswith(f"{found.code} in {path}. Nothing was changed.")
        assert found.text.count("\n") < 60
    return found.code if found else None


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("return text", "return text.strip()", None),
        ("return text", "return (text", Code.SYNTAX_ERROR),
        ("return text", "  return text", Code.SYNTAX_ERROR),
        ("second\n", 'second"""\n', Code.SYNTAX_ERROR),
        ('    def price(self, items):\n        text = """', '    text = """', Code.SYNTAX_ERROR),
        ("return text", "return await text", Code.SYNTAX_ERROR),
        ("return text", "return '\\d'", None),
        ("return text\n", "return text\n\n    def price(self):\n        pass\n", Code.DUPLICATE_DEFINITION),
        ("return 1\n", "return 1\n\n    @property\n    def size(self):\n        return 2\n", Code.DUPLICATE_DEFINITION),
        ("return 1\n", "return 1\n\n    @functools.singledispatch\n    def price(self):\n        pass\n", None),
        ("return 1\n", "return 1\n\n    if True:\n        def price(self):\n            pass\n", None),
        ("return text\n", "# ... existing code ...\n        return text\n", Code.CODE_LEFT_OUT),
        ("return text\n", "...  # rest of the method unchanged\n        return text\n", Code.CODE_LEFT_OUT),
        ("return text\n", "# remaining code unchanged ...\n        return text\n", Code.CODE_LEFT_OUT),
        ("return text\n", "# Walk the remaining items...\n        return text\n", None),
        ("return text\n", "...\n        return text\n", None),
    ],
)
def test_an_edit_of_python(old: str, new: str, code: Code | None) -> None:
    assert SHOP.count(old) == 1
    assert verdict(SHOP, SHOP.replace(old, new)) is code


@pytest.mark.parametrize(
    ("path", "before", "after", "code"),
    [
        ("a.py", "def f(:\n", "def f(:\n\n\nx = 1\n", None),
        ("a.py", "def f(:\n", "def f(:\n\n\ndef g(:\n", Code.SYNTAX_ERROR),
        ("a.py", "def f(:\n", "def f():\n    pass\n", None),
        ("a.py", None, "def f(:\n", Code.SYNTAX_ERROR),
        ("a.py", None, "type X = int\n\n\ndef f[T](x: T) -> T: ...\n", None),
        ("a.py", "def _(): ...\ndef _(): ...\n", "def _(): ...\ndef _(): ...\ndef _(): ...\n", None),
        ("a.py", "def f(): ...\ndef f(): ...\n", "x = 1\ndef f(): ...\ndef f(): ...\n", None),
        ("a.py", None, "", None),
        ("a.json", '{"a": 1}', '{"a": 1,}', Code.SYNTAX_ERROR),
        ("a.json", '{"a": 1,}', '{"a": 2,}', None),
        ("a.json", None, '{"a": {{ name }} }', None),
        ("tsconfig.json", None, '{"a": 1, // why\n}', None),
        ("nb.ipynb", '{"cells": []}', '{"cells": [}', Code.SYNTAX_ERROR),
        ("a.toml", "a = 1\n", "a = 1\na = 2\n", Code.SYNTAX_ERROR),
        ("a.toml", None, "[x]\na = 1\n", None),
        ("notes.md", "# Title\n", "# Title\n\nAnd so on... the rest of it remains.\n", None),
        ("notes.md", "# Title\n", "# Title\n\n... existing content ...\n", Code.CODE_LEFT_OUT),
        ("a.py", "x = 1\n", "x = 1\n# >>> f(\ny = '''\n... 'the existing' in d\n'''\n", None),
        ("a.unknown", "x", "((((", None),
    ],
)
def test_other_files_and_files_that_were_broken(path: str, before: str | None, after: str, code: Code | None) -> None:
    assert verdict(before, after, path) is code


def test_a_refusal_names_the_statement_that_was_cut() -> None:
    found = problem("shop.py", SHOP.encode(), SHOP.replace("second\n", 'second"""\n').encode())
    assert found is not None
    assert "inside the string at 6-10" in found.text
    assert "file  7:         first" in found.text
    assert "result" in found.text


def test_no_line_of_a_refusal_looks_like_one_that_was_read() -> None:
    found = problem("shop.py", SHOP.encode(), SHOP.replace("return text", "return (").encode())
    assert found is not None
    assert not any(line.split("|")[0].strip().isdigit() for line in found.text.split("\n"))


def test_other_encodings_are_read_as_the_language_reads_them() -> None:
    latin = "# coding: latin-1\nx = 'é'\n".encode("latin-1")
    assert problem("a.py", latin, latin.replace(b"x", b"y")) is None
    found = problem("a.py", latin, latin.replace(b"x =", b"x = ("))
    assert found is not None
    assert found.code is Code.SYNTAX_ERROR


def test_more_lines_may_not_go_than_were_named() -> None:
    before = "".join(f"line {number}\n" for number in range(30)).encode()
    after = before.split(b"\n", 1)[0] + b"\n"
    found = too_much("a.py", before, after, 7)
    assert found is not None
    assert found.code is Code.TOO_MUCH_REPLACED
    assert too_much("a.py", before, after, 8) is None
    assert too_much("a.py", before, after, 0) is None
    assert too_much("a.py", before, before + before, 1) is None


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("a.d.ts", 'export declare const a: import("./types.ts").Fn<\n  string\n>;\n'),
        ("a.ts", 'export type * from "./types";\n'),
        ("a.ts", "interface Z<\n  out Output = unknown,\n  in Input = unknown,\n> {}\n"),
        ("a.d.ts", "export default function (): {\n  a: string;\n};\n"),
        ("a.js", "const a = 1;\nexport { a as null };\n"),
        ("a.rs", "impl !Send for A {}\nfn f() { try!(g()); let raw = 1; }\n"),
    ],
)
def test_valid_code_that_a_grammar_does_not_know_is_no_error(path: str, code: str) -> None:
    assert problem(path, None, code.encode()) is None
    assert problem(path, b"const x = 1;\n", code.encode()) is None
    assert problem(path, None, code.encode() + b"function ( {\n") is not None
