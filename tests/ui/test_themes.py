"""Our themes can be set live and keep added and removed apart at every colour depth; a bad file is a sentence."""

from pathlib import Path

import pytest
from rich.color import ColorSystem
from rich.style import Style
from textual.app import App
from textual.theme import Theme

from flux_tui.protocol.errors import UsageError
from flux_tui.ui import styles
from flux_tui.ui.themes import DEFAULT, DIFF, ROLES, SYNTAX, load, read, themes

OURS = themes()


def resolved(theme: Theme) -> styles.Styles:
    return styles.resolve(frozenset((theme.to_color_system().generate() | theme.variables).items()))


def test_four_themes_ship() -> None:
    assert sorted(OURS) == ["flux-ansi", "flux-contrast", "flux-dark", "flux-light"]
    assert DEFAULT in OURS


async def test_each_theme_can_be_set_live() -> None:
    app: App[object] = App()
    async with app.run_test() as pilot:
        for name, theme in OURS.items():
            app.register_theme(theme)
            app.theme = name
            await pilot.pause()
            assert styles.styles_of(app) == resolved(theme)


@pytest.mark.parametrize("name", ["flux-dark", "flux-light", "flux-contrast"])
@pytest.mark.parametrize("depth", [ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT])
def test_backdrops_differ_from_each_other_and_the_page(name: str, depth: ColorSystem) -> None:
    look = resolved(OURS[name])
    page = Style(bgcolor=OURS[name].background)
    backdrops = [page, look.added, look.removed, look.removed_word, look.cursor]
    shown = [style.bgcolor.downgrade(depth) for style in backdrops if style.bgcolor is not None]
    assert len({color.number if color.number is not None else color.triplet for color in shown}) == len(backdrops)


def test_words_that_changed_are_stronger_than_their_lines() -> None:
    for theme in OURS.values():
        look = resolved(theme)
        assert look.added_word != look.added
        assert look.removed_word != look.removed


def test_the_ansi_theme_names_no_fixed_color() -> None:
    theme = OURS["flux-ansi"]
    look = resolved(theme)
    assert look.ansi
    assert not [value for value in theme.variables.values() if "#" in value]
    assert look.added.bgcolor is None
    assert look.added != look.removed


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    def luminance(color: tuple[int, int, int]) -> float:
        parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("name", "least"), [("flux-dark", 3.0), ("flux-light", 3.0), ("flux-contrast", 7.0)])
def test_code_stays_readable_on_changed_lines(name: str, least: float) -> None:
    look = resolved(OURS[name])
    page = Style(bgcolor=OURS[name].background)
    for capture, ink in {**look.captures, "text": look.text, "muted": look.muted}.items():
        for backdrop in (page, look.added, look.removed):
            assert ink.color is not None
            assert backdrop.bgcolor is not None
            ratio = contrast(ink.color.get_truecolor(), backdrop.bgcolor.get_truecolor())
            assert ratio >= least, (capture, backdrop, ratio)


def test_every_role_that_is_drawn_can_be_set() -> None:
    roles = {name.removeprefix("flux-") for name in styles._ROLES}
    assert roles == ROLES | DIFF
    assert set(styles.SYNTAX) <= SYNTAX


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"primary": "#12345"}, "'primary'"),
        ({"primary": 7}, "'primary'"),
        ({}, "needs the key 'primary'"),
        ({"primary": "#fff", "acent": "#fff"}, "Did you mean 'accent'?"),
        ({"primary": "#fff", "dark": "yes"}, "'dark' must be true or false"),
        ({"primary": "#fff", "text_alpha": True}, "'text_alpha' must be a number"),
        ({"primary": "#fff", "diff": {"aded": "#fff"}}, "Did you mean 'added'?"),
        ({"primary": "#fff", "diff": "red"}, "must be a table"),
        ({"primary": "#fff", "syntax": {"keyword": "bold blurple"}}, "'keyword'"),
        ({"primary": "#fff", "syntax": {"keyword": ""}}, "'keyword'"),
        ({"primary": "#fff", "variables": {"flux-gutters": "#fff"}}, "unknown key 'flux-gutters'"),
        ({"primary": "#fff", "variables": {"border": "#ggg"}}, "'border'"),
    ],
)
def test_a_bad_theme_is_a_sentence(table: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match="mine") as caught:
        read("mine", table, "mine.toml")
    assert words in str(caught.value)


def test_a_broken_file_is_left_out_and_named(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text('primary = "#ff0000"\n[syntax]\n"keyword.return" = "bold error 50%"\n')
    (tmp_path / "bad.toml").write_text("primary = \n")
    problems: list[str] = []
    found = themes(tmp_path, problems)
    assert set(found) == {*OURS, "good"}
    assert [text.startswith(str(tmp_path / "bad.toml")) for text in problems] == [True]
    assert resolved(found["good"]).syntax("keyword.return") != resolved(found["good"]).syntax("keyword")


def test_a_theme_of_the_person_replaces_ours(tmp_path: Path) -> None:
    (tmp_path / "flux-dark.toml").write_text('primary = "#ff0000"')
    assert themes(tmp_path)["flux-dark"].primary == "#ff0000"


def test_a_file_that_is_no_text_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError):
        load(tmp_path / "x.toml")
