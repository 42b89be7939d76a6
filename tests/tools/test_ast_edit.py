"""Edits by name: one whole definition at a time, known lines only, and nothing else in the file moves."""

from pathlib import Path

import pytest

from flux_tui.agent.gate import check
from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import ResultPart, Sight
from flux_tui.protocol.outcomes import EditFiles, Outcome, Refusal
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import build, specs
from flux_tui.workspace.files import Workspace, digest
from flux_tui.workspace.ledger import Ledger

SHOP = '''"""Shop."""

import os
import sys


class Cart:
    """Doc."""

    size = 1

    @property
    def price(self):
        return self._price

    @price.setter
    def price(self, value):
        self._price = value

    def count(self):
        return os.cpu_count()


def total(cart):
    text = """
left
"""
    return cart.count() + len(text)


def other():
    return total(Cart())
'''


class Desk:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.ledger = Ledger()

    def put(self, path: str, text: str | bytes, seen: tuple[int, int] | None = (1, 10_000)) -> None:
        data = text if isinstance(text, bytes) else text.encode()
        (self.root / path).write_bytes(data)
        total = data.count(b"\n") + (not data.endswith(b"\n"))
        if seen:
            lines = ((seen[0], min(seen[1], total)),)
            self.ledger.note(ResultPart("c", "read", "", seen=(Sight(path, digest(data), lines, total),)))

    def call(self, path: str, operation: str, target: str = "", code: str = "") -> Outcome:
        arguments = {"path": path, "operation": operation, "target": target, "code": code}
        try:
            outcome = build("ast_edit", arguments).run(ToolContext(Workspace(self.root), self.ledger))
            assert isinstance(outcome.effect, EditFiles)
            check(outcome.effect, outcome.node)
        except Refusal as refusal:
            outcome = refusal.outcome()
            assert "Nothing was changed" in outcome.text
        assert outcome.targets == (path,)
        self.ledger.note(ResultPart("c", "ast_edit", outcome.text, outcome.code, outcome.seen))
        return outcome

    def after(self, path: str, operation: str, target: str = "", code: str = "") -> str:
        outcome = self.call(path, operation, target, code)
        assert outcome.code is Code.OK, outcome.text
        assert isinstance(outcome.effect, EditFiles)
        after = outcome.effect.changes[0].after
        assert after is not None
        return after.decode()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.put("shop.py", SHOP)
    return desk


COUNT = "    def count(self):\n        return os.cpu_count()\n"


@pytest.mark.parametrize(
    "code",
    [
        "def count(self):\n    return 2\n",
        "    def count(self):\n        return 2",
        "def count(self):\n        return 2",
        "```python\ndef count(self):\n    return 2\n```",
        "20|    def count(self):\n21|        return 2",
        "\n\tdef count(self):\n\t\treturn 2\n\n",
        "\r\n        def count(self):\r\n            return 2\r\n",
    ],
)
def test_code_comes_at_any_indentation(desk: Desk, code: str) -> None:
    expected = SHOP.replace(COUNT, "    def count(self):\n        return 2\n")
    assert desk.after("shop.py", "replace_node", "Cart.count", code) == expected


def test_a_string_that_stands_at_the_left_stays_there(desk: Desk) -> None:
    code = '@cached\ndef count(self):\n    return """\nleft\n  more"""\n'
    expected = '    @cached\n    def count(self):\n        return """\nleft\n  more"""\n'
    assert desk.after("shop.py", "replace_node", "Cart.count", code) == SHOP.replace(COUNT, expected)
    docstring = 'def count(self):\n    """One.\n\n    Two.\n    """\n'
    expected = '    def count(self):\n        """One.\n\n        Two.\n        """\n'
    assert desk.after("shop.py", "replace_node", "Cart.count", docstring) == SHOP.replace(COUNT, expected)


def test_neighbours_keep_the_distance_the_file_has(desk: Desk) -> None:
    new = "def new(self):\n    pass\n"
    inner = "    def new(self):\n        pass\n"
    outer = "def new(self):\n    pass\n"
    assert desk.after("shop.py", "insert_before", "Cart.count", new) == SHOP.replace(COUNT, f"{inner}\n{COUNT}")
    assert desk.after("shop.py", "insert_after", "Cart.count", new) == SHOP.replace(COUNT, f"{COUNT}\n{inner}")
    assert desk.after("shop.py", "add_member", "Cart", new) == SHOP.replace(COUNT, f"{COUNT}\n{inner}")
    at = SHOP.index("def other")
    assert desk.after("shop.py", "insert_after", "total", new) == SHOP[:at] + outer + "\n\n" + SHOP[at:]
    assert desk.after("shop.py", "insert_before", "other", new) == SHOP[:at] + outer + "\n\n" + SHOP[at:]
    assert desk.after("shop.py", "insert_after", "other", new) == SHOP + "\n\n" + outer
    assert desk.after("shop.py", "remove_node", "Cart.count") == SHOP.replace("\n" + COUNT, "")
    assert desk.after("shop.py", "remove_node", "other") == SHOP[: at - 2]


def test_decorators_belong_to_the_definition(desk: Desk) -> None:
    expected = SHOP.replace("    @price.setter\n    def price(self, value):\n        self._price = value\n\n", "")
    assert desk.after("shop.py", "remove_node", "Cart.price#2") == expected
    assert desk.after("shop.py", "remove_node", "Cart.price@16") == expected


def test_several_of_a_name_are_listed_and_an_unknown_one_is_never_guessed(desk: Desk) -> None:
    several = desk.call("shop.py", "remove_node", "Cart.price")
    assert (several.code, several.node) == (Code.SEARCH_TEXT_NOT_UNIQUE, "Cart.price")
    assert "Cart.price#1  lines 12-14" in several.text
    assert "Cart.price#2  lines 16-18" in several.text
    unknown = desk.call("shop.py", "remove_node", "Cart.cout")
    assert (unknown.code, unknown.node) == (Code.INVALID_ARGUMENTS, "Cart.cout")
    assert unknown.text.index("Cart.count  lines 20-21") < unknown.text.index("total  lines 24-28")
    assert desk.call("shop.py", "remove_node", "count").code is Code.INVALID_ARGUMENTS


@pytest.mark.parametrize(
    ("operation", "target", "code", "expected"),
    [
        (
            "replace_node",
            "total",
            "def total(cart):\n    return 1\n\n\ndef more():\n    return 2\n",
            "INVALID_ARGUMENTS",
        ),
        ("replace_node", "total", "class total:\n    pass\n", "INVALID_ARGUMENTS"),
        ("replace_node", "total", "return 1\n", "SYNTAX_ERROR"),
        ("replace_node", "total", "x = 1\n", "INVALID_ARGUMENTS"),
        ("replace_node", "total", "def total(cart:\n    return 1\n", "SYNTAX_ERROR"),
        ("replace_node", "total", "def sum(cart):\n    return 1\n", "INVALID_ARGUMENTS"),
        ("replace_node", "other", "def another():\n    return 1\n", "OK"),
        (
            "replace_node",
            "total",
            "def total(cart):\n    # ... rest of the code unchanged\n    return 1\n",
            "CODE_LEFT_OUT",
        ),
        ("replace_node", "other", "def other():\n    return total(Cart())\n", "NO_CHANGE"),
        ("insert_after", "total", "def other():\n    return 1\n", "DUPLICATE_DEFINITION"),
        ("insert_after", "total", "a = 1\nb = 2\n", "INVALID_ARGUMENTS"),
        ("add_member", "Cart", "x: int = 0\n", "OK"),
        ("add_member", "Cart", "def new(self):\n", "SYNTAX_ERROR"),
        ("replace", "total", "def total(): ...", "INVALID_ARGUMENTS"),
        ("insert_after", "total", "", "INVALID_ARGUMENTS"),
        ("insert_after", "", "def f(): ...", "INVALID_ARGUMENTS"),
        ("replace_node", "total", 'def total():\n    return "\ud800"', "INVALID_ARGUMENTS"),
    ],
)
def test_only_one_whole_definition_goes_in(desk: Desk, operation: str, target: str, code: str, expected: str) -> None:
    assert desk.call("shop.py", operation, target, code).code == expected


def test_the_only_statement_of_a_body_is_not_replaced_by_an_invented_one(desk: Desk) -> None:
    desk.put("a.py", "class A:\n    def f(self):\n        return 1\n")
    outcome = desk.call("a.py", "remove_node", "A.f")
    assert (outcome.code, outcome.node) == (Code.SYNTAX_ERROR, "A.f")


def test_all_lines_of_the_definition_must_be_known(desk: Desk) -> None:
    call = ("shop.py", "replace_node", "total", "def total(cart):\n    return 1\n")
    desk.ledger.forget()
    unread = desk.call(*call)
    assert (unread.code, unread.node) == (Code.NOT_READ, "total")
    assert "24|def total(cart):" in unread.text
    assert desk.call(*call).code is Code.OK
    desk.put("shop.py", SHOP.replace("import sys", "import abc\nimport sys"), seen=None)
    assert desk.call(*call).code is Code.STALE_FILE
    desk.ledger.forget()
    desk.put("shop.py", SHOP, seen=(1, 26))
    assert desk.call(*call).code is Code.UNSEEN_LINES
    assert desk.call(*call).code is Code.OK


def test_line_ends_and_the_last_newline_are_the_files(desk: Desk) -> None:
    text = "def f():\r\n    return 1\r\n\r\n\r\ndef g():\r\n    return 2"
    desk.put("a.py", text)
    assert desk.after("a.py", "replace_node", "g", "def g():\n    return 3\n") == text.replace("2", "3")
    assert desk.after("a.py", "insert_after", "g", "def h():\n    return 3\n") == (
        text + "\r\n\r\n\r\ndef h():\r\n    return 3"
    )
    assert desk.after("a.py", "remove_node", "g") == "def f():\r\n    return 1"
    desk.put("b.py", b"# coding: latin-1\ndef f():\n    return '\xe4'\n\n\ndef g():\n    pass\n")
    outcome = desk.call("b.py", "replace_node", "g", "def g():\n    return 'ö'\n")
    assert isinstance(outcome.effect, EditFiles)
    assert outcome.effect.changes[0].after == (
        b"# coding: latin-1\ndef f():\n    return '\xe4'\n\n\ndef g():\n    return '\xf6'\n"
    )


def test_code_that_shares_its_lines_is_left_to_edit_file(desk: Desk) -> None:
    desk.put("a.js", "const f = () => 1, g = () => 2;\nclass A { a() {} b() {} }\nclass B {}\n")
    for target in ("f", "g", "A.a", "A.b"):
        outcome = desk.call("a.js", "remove_node", target)
        assert (outcome.code, "edit_file" in outcome.text) == (Code.INVALID_ARGUMENTS, True)
    assert desk.after("a.js", "add_member", "B", "c() {\n  return 1;\n}").endswith(
        "class B {\n    c() {\n      return 1;\n    }\n}\n"
    )


MEMBERS = {
    "a.go": (
        "T",
        "func (t *T) B() int {\n    return 2\n}",
        "func (t *T) A() {}\n\nfunc (t *T) B() int {\n\treturn 2\n}\n",
    ),
    "b.go": ("T", "b string", "\ta int\n\tb string\n}"),
    "a.rs": ("T", "fn b(&self) {\n    x();\n}", "    fn a(&self) {}\n\n    fn b(&self) {\n        x();\n    }\n}"),
    "a.ts": ("T", "b(): void {}", "  a(): void {}\n\n  b(): void {}\n}"),
    "A.java": (
        "T",
        "@Override\npublic int b() {\n  return 1;\n}",
        "  }\n\n  @Override\n  public int b() {\n    return 1;\n  }\n}",
    ),
    "a.cpp": ("T", "int b;", "  int a;\n  int b;\n};"),
    "a.rb": ("T", "def b\n  1\nend", "  end\n\n  def b\n    1\n  end\nend"),
}
GO = "package x\n\ntype T struct {\n\ta int\n}\n\nfunc (t *T) A() {}\n\nfunc f() {\n\tx()\n}\n"
TYPES = {
    "a.go": GO,
    "b.go": GO,
    "a.rs": "struct T {\n    a: u8,\n}\n\nimpl T {\n    fn a(&self) {}\n}\n",
    "a.ts": "/** Doc. */\nexport class T {\n  x = 1;\n\n  a(): void {}\n}\n",
    "A.java": "class T {\n  int x;\n\n  int a() {\n    return x;\n  }\n}\n",
    "a.cpp": "struct T {\n  int a;\n};\n",
    "a.rb": "class T < B\n  def a\n    1\n  end\nend\n",
}


@pytest.mark.parametrize("path", TYPES)
def test_a_member_is_appended_in_each_language(desk: Desk, path: str) -> None:
    target, code, expected = MEMBERS[path]
    desk.put(path, TYPES[path])
    after = desk.after(path, "add_member", target, code)
    assert expected in after
    if path != "b.go":
        assert after.count(expected) == 1
    assert len(after) > len(TYPES[path])


def test_rust_without_an_impl_block_says_so(desk: Desk) -> None:
    desk.put("a.rs", "struct T {\n    a: u8,\n}\n")
    assert "impl block" in desk.call("a.rs", "add_member", "T", "fn b(&self) {}").text


def test_a_key_of_json_with_its_commas(desk: Desk) -> None:
    text = '{\n  "a": 1,\n  "b": {\n    "c": 2\n  }\n}\n'
    desk.put("a.json", text)
    assert desk.after("a.json", "insert_after", "b", '"d": 3') == text.replace("  }\n}", '  },\n  "d": 3\n}')
    assert desk.after("a.json", "insert_before", "a", '"d": 3') == text.replace('  "a"', '  "d": 3,\n  "a"')
    assert desk.after("a.json", "remove_node", "b") == '{\n  "a": 1\n}\n'
    assert desk.after("a.json", "replace_node", "a", '"a": 5') == text.replace("1", "5")


def test_an_import_goes_where_imports_are(desk: Desk) -> None:
    added = desk.call("shop.py", "add_import", code="import re")
    assert (added.code, added.node) == (Code.OK, "")
    assert desk.after("shop.py", "add_import", code="import re") == SHOP.replace("os\n", "os\nimport re\n", 1)
    assert desk.call("shop.py", "add_import", code="import sys").code is Code.NO_CHANGE
    assert desk.call("shop.py", "add_import", code="x = 1").code is Code.INVALID_ARGUMENTS
    assert desk.call("shop.py", "add_import", code="import a\nimport b").code is Code.INVALID_ARGUMENTS
    assert desk.call("shop.py", "add_import", code="from x import (").code is Code.SYNTAX_ERROR
    desk.ledger.forget()
    assert desk.call("shop.py", "add_import", code="import re").code is Code.NOT_READ


def test_what_no_parser_knows_is_refused(desk: Desk) -> None:
    desk.put("a.txt", "text\n")
    assert desk.call("a.txt", "remove_node", "text").code is Code.INVALID_ARGUMENTS
    assert desk.call("a.txt", "add_import", code="import x").code is Code.INVALID_ARGUMENTS


def test_the_tools_stay_within_their_share_of_the_prompt() -> None:
    sizes = {spec.name: len(spec.name) + len(spec.description) + len(str(spec.schema)) for spec in specs()}
    assert sizes["ast_edit"] / 4 <= 180
    assert sum(sizes.values()) / 4 <= 2500
