"""The tools that change files: refused until the lines are known, with the lines that are needed to go on."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import ResultPart, Sight
from flux_tui.protocol.outcomes import EditFiles, FileChange, Outcome, Refusal
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import build
from flux_tui.workspace.files import Workspace, digest
from flux_tui.workspace.ledger import Ledger

SHOP = '''"""Shop."""


class Cart:
    def price(self, tax):
        total = 0
        for item in self.items:
            total += item.price
        return total * (1 + tax)

    def count(self):
        total = 0
        for item in self.items:
            total += 1
        return total
''' + "".join(f"\n\ndef helper_{number}(x):\n    y = x + {number}\n    return y\n" for number in range(30))
NUMBERED = re.compile(r"^ *([0-9]+)\|(.*)$")

Call = Callable[..., Outcome]


class Desk:
    """A folder, its ledger, and calls whose results are noted as the session does."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.workspace = Workspace(root)
        self.ledger = Ledger()
        self.failed = 0
        self.missing: frozenset[str] = frozenset()

    def call(self, tool: str, **arguments: Any) -> Outcome:
        context = ToolContext(self.workspace, self.ledger, failures=lambda _: self.failed, told_missing=self.missing)
        try:
            outcome = build(tool, arguments).run(context)
        except Refusal as refusal:
            outcome = refusal.outcome()
        self._check(outcome)
        self.ledger.note(ResultPart("c", tool, outcome.text, outcome.code, outcome.seen))
        return outcome

    def read(self, path: str, first: int = 1, last: int = 10_000) -> None:
        data = (self.root / path).read_bytes()
        total = data.count(b"\n")
        self.ledger.note(
            ResultPart("c", "read", "", seen=(Sight(path, digest(data), ((first, min(last, total)),), total),))
        )

    def _check(self, outcome: Outcome) -> None:
        """What is shown is what is on disk, and exactly that counts as seen."""
        assert outcome.targets
        assert outcome.code is Code.OK or outcome.text.startswith(f"{outcome.code} in ") or outcome.effect is None
        shown = {int(match[1]): match[2] for line in outcome.text.split("\n") if (match := NUMBERED.match(line))}
        lines = {line for sight in outcome.seen for first, last in sight.lines for line in range(first, last + 1)}
        assert set(shown) == lines
        for sight in outcome.seen:
            disk = (self.root / sight.path).read_text().split("\n")
            assert all(disk[number - 1] == text for number, text in shown.items())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "shop.py").write_text(SHOP)
    return Desk(tmp_path)


def change(outcome: Outcome) -> FileChange:
    assert outcome.code is Code.OK, outcome.text
    assert isinstance(outcome.effect, EditFiles)
    return outcome.effect.changes[0]


def test_an_edit_of_known_lines(desk: Desk) -> None:
    desk.read("shop.py")
    outcome = desk.call(
        "edit_file", path="./shop.py", search="            total += 1", replace="            total += 2"
    )
    assert change(outcome) == FileChange("shop.py", SHOP.encode(), SHOP.replace("+= 1", "+= 2").encode())
    assert (outcome.targets, outcome.node) == (("shop.py",), "Cart.count")
    assert "matched exactly" in outcome.text
    assert (desk.root / "shop.py").read_text() == SHOP


def test_an_unread_file_is_refused_and_the_same_call_then_goes_through(desk: Desk) -> None:
    call = {"path": "shop.py", "search": "        return total * (1 + tax)", "replace": "        return total"}
    refused = desk.call("edit_file", **call)
    assert (refused.code, refused.node) == (Code.NOT_READ, "Cart.price")
    assert "|    def price(self, tax):" in refused.text
    assert change(desk.call("edit_file", **call)).after == SHOP.replace(" * (1 + tax)", "").encode()


def test_unseen_lines_are_handed_over_with_their_definition(desk: Desk) -> None:
    desk.read("shop.py", 1, 9)
    call = {"path": "shop.py", "search": "            total += 1", "replace": "            total += 2"}
    refused = desk.call("edit_file", **call)
    assert refused.code is Code.UNSEEN_LINES
    assert refused.seen[0].lines[-1] == (11, 15)
    assert desk.call("edit_file", **call).code is Code.OK


def test_context_lines_must_be_seen_too(desk: Desk) -> None:
    desk.read("shop.py", 8, 8)
    search = "            total += item.price\n        return total * (1 + tax)"
    assert desk.call("edit_file", path="shop.py", search=search, replace="        return 0").code is Code.UNSEEN_LINES


def test_a_file_that_changed_since_is_stale(desk: Desk) -> None:
    desk.read("shop.py")
    (desk.root / "shop.py").write_text("x = 1\n" + SHOP)
    call = {"path": "shop.py", "search": "            total += 1", "replace": "            total += 2"}
    assert desk.call("edit_file", **call).code is Code.STALE_FILE
    assert desk.call("edit_file", **call).code is Code.OK


def test_a_text_that_is_not_there_names_the_first_line_that_differs(desk: Desk) -> None:
    desk.read("shop.py")
    search = "        total = 0\n        for item in self.things:\n            total += item.price"
    outcome = desk.call("edit_file", path="shop.py", search=search, replace="pass")
    assert (outcome.code, outcome.node) == (Code.SEARCH_TEXT_NOT_FOUND, "Cart.price")
    assert "  file 7|        for item in self.items:\n  sent  |        for item in self.things:" in outcome.text
    assert outcome.text.count("\n") < 60
    assert desk.call("edit_file", path="shop.py", search="nowhere_near", replace="x").node == ""


def test_a_text_of_another_file_names_that_file(desk: Desk) -> None:
    desk.read("shop.py")
    (desk.root / "other.py").write_text("class Elsewhere(Thing):\n    pass\n")
    outcome = desk.call("edit_file", path="shop.py", search="class Elsewhere(Thing):", replace="x")
    assert outcome.code is Code.SEARCH_TEXT_NOT_FOUND
    assert "It is in other.py." in outcome.text


def test_the_second_failure_shows_the_whole_file_and_another_way(desk: Desk) -> None:
    desk.read("shop.py")
    desk.failed = 1
    outcome = desk.call("edit_file", path="shop.py", search="        for thing in self.items:", replace="pass")
    assert outcome.seen[0].lines == ((1, SHOP.count("\n")),)
    assert "write_file" in outcome.text


def test_what_is_already_applied_is_said_to_be(desk: Desk) -> None:
    desk.read("shop.py")
    outcome = desk.call("edit_file", path="shop.py", search="    y = x + 70", replace="    y = x + 7")
    assert (outcome.code, outcome.node) == (Code.SEARCH_TEXT_NOT_FOUND, "helper_7")
    assert "Already applied at line" in outcome.text
    near = desk.call("edit_file", path="shop.py", search="def helper_3(x):\n    y = x + 33", replace="    y = x + 7")
    assert "Already applied" not in near.text


def test_several_places_come_with_the_line_that_tells_them_apart(desk: Desk) -> None:
    desk.read("shop.py")
    outcome = desk.call("edit_file", path="shop.py", search="        for item in self.items:", replace="        pass")
    assert outcome.code is Code.SEARCH_TEXT_NOT_UNIQUE
    assert 'to mean line 7 begin search with line 5: "    def price(self, tax):"' in outcome.text
    assert 'to mean line 13 begin search with line 11: "    def count(self):"' in outcome.text
    everywhere = desk.call(
        "edit_file",
        path="shop.py",
        search="        for item in self.items:",
        replace="        for item in ():",
        replace_all=True,
    )
    assert change(everywhere).after == SHOP.replace("self.items", "()").encode()


def test_nothing_to_change_counts_for_its_definition(desk: Desk) -> None:
    desk.read("shop.py")
    outcome = desk.call("edit_file", path="shop.py", search="            total += 1", replace="            total += 1")
    assert (outcome.code, outcome.node) == (Code.NO_CHANGE, "Cart.count")


def test_what_is_no_text_is_not_edited(desk: Desk) -> None:
    (desk.root / "x.png").write_bytes(b"\x89PNG\0\0")
    outcome = desk.call("edit_file", path="x.png", search="a", replace="b")
    assert (outcome.code, outcome.targets) == (Code.BINARY_FILE, ("x.png",))
    assert desk.call("edit_file", path="no.py", search="a", replace="b").code is Code.FILE_NOT_FOUND
    assert desk.call("edit_file", path="shop.py", search="", replace="b").code is Code.INVALID_ARGUMENTS


def test_a_new_file(desk: Desk) -> None:
    outcome = desk.call("write_file", path="a/new.py", content="x = 1\r\n")
    assert change(outcome) == FileChange("a/new.py", None, b"x = 1\r\n")


def test_an_old_file_is_replaced_only_when_all_of_it_is_known(desk: Desk) -> None:
    new = SHOP.replace("total", "sum_")
    assert desk.call("write_file", path="shop.py", content=new).code is Code.NOT_READ
    desk.read("shop.py", 1, 100)
    assert desk.call("write_file", path="shop.py", content=new).code is Code.UNSEEN_LINES
    desk.read("shop.py")
    assert change(desk.call("write_file", path="shop.py", content=new)).after == new.encode()
    assert desk.call("write_file", path="shop.py", content=SHOP).code is Code.NO_CHANGE
    assert desk.call("write_file", path="shop.py", content="x = 1\n").code is Code.TOO_MUCH_REPLACED
    (desk.root / "shop.py").write_text("x")
    assert desk.call("write_file", path="shop.py", content=new).code is Code.STALE_FILE


def test_a_file_that_appeared_is_not_overwritten(desk: Desk) -> None:
    desk.missing = frozenset({"shop.py"})
    assert desk.call("write_file", path="shop.py", content="x\n").code is Code.ALREADY_EXISTS


def test_a_replaced_file_keeps_encoding_and_line_ends(desk: Desk) -> None:
    data = "# coding: latin-1\r\na = 'é'\r\nb = 1\n".encode("latin-1")
    (desk.root / "l.py").write_bytes(data)
    desk.ledger.note(ResultPart("c", "read", "", seen=(Sight("l.py", digest(data), ((1, 3),), 3),)))
    outcome = desk.call("write_file", path="l.py", content="# coding: latin-1\na = 'é'\nc = 'ü'\nb = 1\n")
    assert change(outcome).after == "# coding: latin-1\r\na = 'é'\r\nc = 'ü'\r\nb = 1\n".encode("latin-1")


def test_a_move_and_a_removal(desk: Desk) -> None:
    moved = desk.call("move_file", path="shop.py", to="store/shop.py")
    assert isinstance(moved.effect, EditFiles)
    assert moved.effect.changes == (
        FileChange("store/shop.py", None, SHOP.encode(), "shop.py"),
        FileChange("shop.py", SHOP.encode(), None),
    )
    assert moved.targets == ("shop.py", "store/shop.py")
    (desk.root / "taken.py").write_text("x")
    assert desk.call("move_file", path="shop.py", to="taken.py").code is Code.ALREADY_EXISTS
    assert desk.call("move_file", path="shop.py", to="./shop.py").code is Code.NO_CHANGE
    assert change(desk.call("delete_file", path="shop.py")) == FileChange("shop.py", SHOP.encode(), None)
    desk.read("shop.py")
    (desk.root / "shop.py").write_text("x")
    assert desk.call("delete_file", path="shop.py").code is Code.STALE_FILE
