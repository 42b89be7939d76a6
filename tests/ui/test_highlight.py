"""Colours of a text: right on every line whatever group it falls in, and never off by a byte."""

import pytest

from flux_tui.ui.highlight import GROUP, LARGEST, fence_highlighter, highlighter

CODE = '''@app.get("/x")
class Cart(Base):
    async def price(self, rate: int = 3) -> str:
        """Täxt."""
        return f"ü {rate + 1!r}" if rate is not None else "ж"  # why
'''


def words(path: str, text: str, index: int) -> list[tuple[str, str]]:
    lines = text.split("\n")
    colors = highlighter(path, lines)
    assert colors is not None
    return [(lines[index][start:end].strip(), name) for start, end, name in colors.spans(index)]


def test_inner_nodes_win() -> None:
    assert ("rate", "variable") in words("a.py", CODE, 4)
    assert ("!r", "escape") in words("a.py", CODE, 4)
    assert words("a.py", CODE, 0)[:2] == [("@app", "decorator"), (".", "punctuation")]
    assert ("Cart", "type") in words("a.py", CODE, 1)


def test_wide_letters_do_not_shift_what_follows() -> None:
    assert words("a.py", CODE, 4)[-2:] == [('"ж"', "string"), ("# why", "comment")]


def test_spans_are_ascending_and_inside_the_line() -> None:
    lines = (CODE * 60).split("\n")
    colors = highlighter("a.py", lines)
    assert colors is not None
    for index, line in enumerate(lines):
        at = 0
        for start, end, name in colors.spans(index):
            assert at <= start < end <= len(line)
            assert name
            at = end


def test_a_string_over_several_groups_is_one_color() -> None:
    lines = ['x = """', *["def not_code(): pass"] * (GROUP * 2), '"""', "def code(): pass"]
    colors = highlighter("a.py", lines)
    assert colors is not None
    assert colors.spans(GROUP + 3) == ((0, 20, "string"),)
    assert colors.spans(len(lines) - 1)[0] == (0, 3, "keyword")


@pytest.mark.parametrize("path", ["a.unknown", "Makefile", ""])
def test_what_has_no_grammar_is_plain(path: str) -> None:
    assert highlighter(path, ["x = 1"]) is None


def test_what_is_too_large_is_plain() -> None:
    assert highlighter("a.py", ["x" * (LARGEST + 1)]) is None


def test_a_fence_is_known_by_name_and_by_suffix() -> None:
    for name in ("python", "py"):
        colors = fence_highlighter(name, ["return 1"])
        assert colors is not None
        assert colors.spans(0) == ((0, 6, "keyword"), (7, 8, "number"))
    assert fence_highlighter("text", ["return 1"]) is None
