"""Nothing invisible stays invisible, and text that hides nothing comes back as the same object."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_tui.safety.visible import hides, printed, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]52;c;QQ==\x07", "⟨U+001B⟩]52;c;QQ==⟨U+0007⟩"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("rm\u200b -rf", "rm⟨U+200B⟩ -rf"),
        ("x\r\ny", "x⟨U+000D⟩\ny"),
        ("tag\U000e0041", "tag⟨U+E0041⟩"),
        ("\x9b31m\x7f", "⟨U+009B⟩31m⟨U+007F⟩"),
        ("bad \udc80 byte", "bad ⟨U+DC80⟩ byte"),
        ("rm\ufe0f x", "rm⟨U+FE0F⟩ x"),
        ("1\ufe0f x", "1⟨U+FE0F⟩ x"),
        ("\u2028line", "⟨U+2028⟩line"),
    ],
)
def test_what_hides_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert hides(text)


@pytest.mark.parametrize(
    "text", ["", "plain", "tab\tand\nnewline", "Grüße 你好 – “quoted”", "✔\ufe0f 1\ufe0f\u20e3 ❤\ufe0f", "a\u00a0b"]
)
def test_honest_text_is_left_alone(text: str) -> None:
    assert visible(text) is text
    assert not hides(text)


@given(st.text(alphabet=st.characters(), max_size=60))
def test_no_control_or_format_character_survives(text: str) -> None:
    shown = visible(text)
    left = {c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")} - {"\n", "\t"}
    assert left == set()
    assert visible(shown) == shown


@given(st.text(max_size=60))
def test_the_hidden_character_can_be_read_back(text: str) -> None:
    shown = visible(text)
    rest = text
    for piece in text:
        if hides(piece):
            assert f"⟨U+{ord(piece):04X}⟩" in shown
            rest = rest.replace(piece, "")
    assert all(piece in shown for piece in rest)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07rest", "rest"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("a\r\nb\r\n", "a\nb\n"),
        (" 10%\r 50%\r100%\ndone", "100%\ndone"),
        ("100%\r", "100%"),
        ("no escapes", "no escapes"),
    ],
)
def test_output_reads_as_on_a_terminal(text: str, shown: str) -> None:
    assert printed(text) == shown
