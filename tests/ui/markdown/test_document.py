"""The lines of a Markdown text: what they say, and that they do not depend on the pieces it came in."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_tui.ui.markdown.document import Document
from tests.ui.lines import STYLES, looks, texts

PIECES = [
    "- a", "  - b", "1. x", "2) y", "> q", "> - in", "", "text **bold", "`code", "```", "```python", "~~~", "    deep",
    "| a | b |", "|---|:-:|", "| 1 | 2 |", "# h", "---", "===", "* * *", "  more", "a\tb", "x = '''", "def f(): pass",
    "漢字漢字漢字", "end\r", "-", "1.", "&#x202e;", "[a](b)", "   - deep", "> > qq", "+ p", "word " * 12, "🙂 ok",
]  # fmt: skip


def drawn(text: str, width: int = 40) -> list[str]:
    document = Document()
    document.feed(text)
    document.finish()
    return texts(document.lines(width, STYLES))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map("\n".join),
    st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1),
    st.sampled_from([8, 20, 60]),
)
def test_streamed_lines_are_those_of_the_whole(text: str, cuts: Sequence[tuple[int, bool]], width: int) -> None:
    whole = Document()
    whole.feed(text)
    whole.finish()
    streamed, at, number = Document(), 0, 0
    while at < len(text):
        size, looked_at = cuts[number % len(cuts)]
        streamed.feed(text[at : at + size])
        if looked_at:
            streamed.lines(width, STYLES)
        at, number = at + size, number + 1
    streamed.finish()
    assert looks(streamed.lines(width, STYLES)) == looks(whole.lines(width, STYLES))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=20).map("\n".join), st.integers(1, 30))
def test_no_line_is_wider_than_the_pane_allows(text: str, width: int) -> None:
    document = Document()
    document.feed(text)
    for strip in document.lines(width, STYLES):
        nested = 24  # marks stay, however narrow it gets
        assert strip.cell_length <= max(width, 8 + nested)
        assert not {character for character in strip.text if ord(character) < 32}


def test_a_resize_in_the_middle_draws_everything_anew() -> None:
    text = "# Title\n\nA paragraph of several words that has to be wrapped somewhere.\n\n- one\n- two"
    document = Document()
    document.feed(text[:40])
    document.lines(80, STYLES)
    document.feed(text[40:])
    document.lines(30, STYLES)
    document.finish()
    assert texts(document.lines(20, STYLES)) == drawn(text, 20)


def test_finished_lines_are_never_drawn_again() -> None:
    document = Document()
    document.feed("- one\n- two\n- three\n- fo")
    before = [*document.lines(40, STYLES)]
    document.feed("ur and more\n- five")
    after = document.lines(40, STYLES)
    # Nobody could know yet that the third item had ended.
    assert [one is other for one, other in zip(before, after, strict=False)] == [True, True, False, False]


def test_rows_of_a_long_table_and_lines_of_a_long_fence_stay_too() -> None:
    for head, row in (("| a | b |\n|---|---|\n", "| 1 | 2 |\n"), ("```\n", "x = 1\n"), ("```python\n", "x = 1\n")):
        document = Document()
        document.feed(head + row * 60)
        before = [*document.lines(40, STYLES)]
        document.feed(row)
        after = document.lines(40, STYLES)
        assert before[30] is after[30], head
        assert len(after) == len(before) + 1


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("one\ntwo", ["one", "two"]),
        ("# A\ntext\n## B\nmore", ["A", "text", "", "B", "more"]),
        ("text\n---\nmore", ["text", "more"]),
        ("- a\n  - b\n    - c\n- d", ["• a", "  ◦ b", "    ▪ c", "• d"]),
        ("1. a\n1. b\n\n3. c", ["1. a", "2. b", "", "3. c"]),
        ("7. a\n8. b", ["7. a", "8. b"]),
        ("- a\n\n  b\n- c", ["• a", "", "  b", "• c"]),
        ("- [ ] open\n- [x] done", ["• ☐ open", "• ☑ done"]),
        ("-\n- b", ["•", "• b"]),
        ("text\n- a", ["text", "• a"]),
        ("text\n2. no list", ["text", "2. no list"]),
        ("> a\n> b\n>\n> c", ["▌ a", "▌ b", "▌", "▌ c"]),
        ("> a\nlazy\n\nout", ["▌ a", "▌ lazy", "", "out"]),
        ("```py\nx = 1\n\n- no list\n```\nafter", [" x = 1", "", " - no list", "", "after"]),
        ("- a\n  ```\n  code\n  ```\n- b", ["• a", "   code", "• b"]),
        ("````\n```\n````", [" ```"]),
        ("```\nopen", [" open"]),
        ("text\n\n    code\n\n    more\n\ntext", ["text", "", " code", "", " more", "", "text"]),
        ("* * *", ["─" * 40]),
        ("[/] [bold]x[/bold]", ["[/] [bold]x[/bold]"]),
        ("a\x1b[31mb\x07", ["a⟨U+001B⟩[31mb⟨U+0007⟩"]),
        ("", []),
    ],
)
def test_blocks(text: str, wanted: list[str]) -> None:
    assert drawn(text) == wanted


def test_a_table_shares_the_width_among_its_columns() -> None:
    table = "| Name | Count | What it is |\n|:--|--:|:-:|\n| a\\|b | 7 | a long text that wraps |\n| `c` |\n"
    assert drawn(table, 32) == [
        "Name │ Count │    What it is",
        "─────┼───────┼──────────────────",
        "a|b  │     7 │ a long text that",
        "     │       │       wraps",
        "c    │       │",
    ]


def test_a_line_that_may_still_become_anything_is_not_drawn_yet() -> None:
    document = Document()
    document.feed("A sentence.\n-")
    assert texts(document.lines(40, STYLES)) == ["A sentence."]
    document.feed(" item")
    assert texts(document.lines(40, STYLES)) == ["A sentence.", "• item"]


def test_code_is_coloured_once_its_fence_has_ended_as_a_whole() -> None:
    inside = "```python\ndef f():\n    return '''\n" + "x\n" * 300 + "'''\n```\n"
    document = Document()
    for at in range(0, len(inside), 50):
        document.feed(inside[at : at + 50])
        document.lines(40, STYLES)
    document.finish()
    strips = document.lines(40, STYLES)
    keyword = STYLES.syntax("keyword").color
    string = STYLES.syntax("string").color
    assert any(segment.text == "def" and segment.style and segment.style.color == keyword for segment in strips[0])
    assert any(segment.text == "x" and segment.style and segment.style.color == string for segment in strips[200])


@pytest.mark.parametrize(
    "hostile",
    ["*a " * 20_000, "a* " * 20_000, "[" * 30_000, "[a](" * 15_000, "> " * 1_500 + "x", "- " * 1_500 + "x"],
)
def test_hostile_text_is_cut_or_drawn_but_never_hangs(hostile: str) -> None:
    assert drawn(hostile, 80)


def test_a_line_nobody_reads_to_its_end_is_cut_in_view() -> None:
    assert drawn("x" * 10_500)[-1].endswith("+500 characters")
