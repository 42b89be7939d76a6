"""Roles: a theme's own word wins, the rest is derived, nothing a theme says can hang or crash the screen."""

import pytest
from rich.color import Color
from rich.style import Style

from flux_tui.ui.styles import Styles, resolve

DARK = {
    "background": "#000000",
    "foreground": "#ffffff",
    "accent": "#ff8800",
    "success": "#00ff00",
    "warning": "#ffff00",
    "error": "#ff0000",
    "primary": "#0000ff",
    "secondary": "#00ffff",
}


def styles(**variables: str) -> Styles:
    return resolve(frozenset({**DARK, **{k.replace("_", "-"): v for k, v in variables.items()}}.items()))


def color(style: Style) -> str:
    assert style.color is not None
    return style.color.name


def test_what_a_theme_leaves_out_is_blended_over_its_background() -> None:
    made = styles()
    assert color(made.muted) == "#9e9e9e"
    assert made.added.bgcolor is not None
    assert made.added.bgcolor.name == "#002600"
    assert made.dark


def test_a_role_of_the_theme_wins_and_carries_attributes() -> None:
    made = styles(flux_muted="bold italic #abcdef", flux_accent="error", flux_syntax_keyword="underline flux-muted")
    assert color(made.muted) == "#abcdef"
    assert made.muted.bold
    assert made.muted.italic
    assert color(made.accent) == "#ff0000"
    assert color(made.syntax("keyword.return")) == "#abcdef"
    assert made.syntax("keyword.return").underline


def test_an_unknown_capture_is_plain_text() -> None:
    assert styles().syntax("no.such.thing") == styles().text


def test_a_capture_only_the_theme_knows_is_found_by_its_dotted_name() -> None:
    assert color(styles(flux_syntax_string_regex="#123456").syntax("string.regex")) == "#123456"


@pytest.mark.parametrize("value", ["flux-muted", "nonsense", "", "50%", "$flux-accent 200%", "auto 60%"])
def test_no_value_of_a_theme_hangs_or_raises(value: str) -> None:
    assert isinstance(styles(flux_muted=value, flux_accent="flux-muted").muted, Style)


def test_the_terminals_own_palette_gets_no_blends() -> None:
    made = styles(background="ansi_default", foreground="ansi_default", error="ansi_red", success="ansi_green")
    assert made.ansi
    for style in (made.text, made.muted, made.added, made.removed, made.added_word, made.cursor, made.selection):
        for part in (style.color, style.bgcolor):
            assert part is None or part.type.name in ("DEFAULT", "STANDARD"), style
    assert made.added.color == Color.from_ansi(2)
    assert made.added_word.reverse
