"""A change as the model reads it: where its lines went, and what it may count as seen."""

from flux_tui.protocol.messages import Shift
from flux_tui.workspace.changes import numbered, shifts, total_lines, whole, written_lines

BEFORE = b"class A:\n    def f(self):\n        return 1\n\n    def g(self):\n        return 2\n"


def test_lines_are_numbered_raw() -> None:
    assert numbered(["a", "\tb", "c\fd"], 9, 3) == "  9|a\n 10|\tb\n 11|c\fd"
    assert numbered(["\udcff", "x" * 30], 1, 1, 20) == "1|\\xff\n2|" + "x" * 20 + "⟨cut: 30 characters⟩"
    assert whole(["a", "x" * 30, "b"], 5, 20) == ((5, 5), (7, 7))


def test_shifts_are_blocks_in_the_old_numbering() -> None:
    after = BEFORE.replace(b"return 1", b"x = 1\n        return x").replace(b"    def g", b"    def h")
    assert shifts(BEFORE, after) == (Shift(3, 1, 2), Shift(5, 1, 1))
    assert shifts(None, BEFORE) == shifts(BEFORE, None) == ()
    assert shifts(b"a", b"a\n") == (Shift(1, 1, 1),)


def test_written_lines_name_their_place() -> None:
    after = BEFORE.replace(b"return 1", b"x = 1\n        return x")
    text, seen = written_lines("a.py", BEFORE, after)
    assert text == "a.py lines 3-4 of 7 in A.f:\n3|        x = 1\n4|        return x"
    assert seen == ((3, 4),)


def test_removed_lines_have_a_place_too() -> None:
    text, seen = written_lines("a.py", BEFORE, BEFORE.replace(b"        return 1\n", b""))
    assert (text, seen) == ("a.py: 1 line removed after line 2 of 5 in A.f.", ())


def test_a_long_change_is_not_said_back_whole() -> None:
    data = "".join(f"line {number}\n" for number in range(1, 501)).encode()
    text, seen = written_lines("a.txt", None, data)
    assert text.count("\n") < 70
    assert "440 more lines" in text
    assert seen == ((1, 500),)
    assert written_lines("a.txt", None, data, as_sent=False)[1] == ((1, 60),)
    assert total_lines(data) == 500


def test_an_empty_file() -> None:
    assert written_lines("a.txt", b"x\n", b"")[1] == ()
    assert total_lines(b"") == 0
