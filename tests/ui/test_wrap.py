"""Wrapping: nothing lost but the blanks at a break, nothing too wide, styles kept."""

import sys

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size
from rich.segment import Segment
from rich.style import Style

from flux_tui.ui import wrap

TEXT = st.text(alphabet="ab  é—漢🙂\u0301", max_size=60)


def words(lines: list[wrap.Line]) -> list[str]:
    return ["".join(segment.text for segment in line) for line in lines]


@given(TEXT, st.integers(2, 12))
def test_wrapped_lines_fit_and_lose_only_blanks(text: str, width: int) -> None:
    lines = words(wrap.wrap([Segment(text)], width))
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(TEXT, st.integers(2, 12))
def test_folded_lines_lose_nothing(text: str, width: int) -> None:
    lines = words(wrap.fold([Segment(text)], width))
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines) == text


@given(st.lists(st.text(alphabet="ab 漢", max_size=8), max_size=6), st.integers(2, 9))
def test_styles_stay_with_their_characters(pieces: list[str], width: int) -> None:
    styled = [Segment(piece, Style(meta={"at": at})) for at, piece in enumerate(pieces)]
    before = [(character, at) for at, piece in enumerate(pieces) for character in piece if character != " "]
    after = [
        (character, segment.style.meta["at"] if segment.style else None)
        for line in wrap.wrap(styled, width)
        for segment in line
        for character in segment.text
        if character != " "
    ]
    assert after == before


def test_breaks_are_at_blanks_and_a_word_too_long_is_cut() -> None:
    assert words(wrap.wrap([Segment("one two three")], 8)) == ["one two", "three"]
    assert words(wrap.wrap([Segment("a\n\nb")], 8)) == ["a", "", "b"]
    assert words(wrap.wrap([Segment("abcdefghij kl")], 4)) == ["abcd", "efgh", "ij", "kl"]
    assert words(wrap.wrap([Segment("")], 4)) == [""]


@given(st.lists(st.text(alphabet="ab", min_size=1, max_size=7), max_size=9).map(" ".join), st.integers(1, 9))
def test_both_ways_of_measuring_break_at_the_same_places(text: str, width: int) -> None:
    for by_words in (True, False):
        fast = [text[a:b] for a, b in wrap._single_pieces(text, width, words=by_words)]
        assert [text[a:b] for a, b in wrap._wide_pieces(text, width, words=by_words)] == fast


def test_a_wide_character_is_never_split() -> None:
    assert words(wrap.fold([Segment("漢字漢")], 3)) == ["漢", "字", "漢"]
    assert words(wrap.fold([Segment("漢")], 1)) == ["漢"]


def test_the_fast_path_knows_only_characters_of_one_cell() -> None:
    single = (chr(point) for point in range(32, min(sys.maxunicode, 0x3000)) if wrap._SINGLE.fullmatch(chr(point)))
    assert not [character for character in single if get_character_cell_size(character) != 1]


def test_what_is_cropped_says_so() -> None:
    assert wrap.crop("short", 5) == "short"
    assert wrap.crop("too long", 5) == "too …"
    assert wrap.crop("漢字", 3) == "漢…"
    assert wrap.crop("x", 0) == ""


def test_foreign_text_is_harmless() -> None:
    assert wrap.clean("a\tb\x1b[2J\u202e") == "a   b⟨U+001B⟩[2J⟨U+202E⟩"
