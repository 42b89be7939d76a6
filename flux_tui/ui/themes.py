"""Themes from TOML files. A broken file must never end the app.

A file holds the fields of `textual.theme.Theme` and three tables, which become variables named `flux-*`: `[variables]`
(our roles, and Textual's own CSS variables as they are), `[syntax]` (capture name -> style) and `[diff]` (the roles of
a diff). The file's name is the theme's name.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import fields
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import Theme

from flux_tui.protocol.errors import UsageError

DEFAULT = "flux-dark"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


DIFF = _names("added removed added-word removed-word added-sign removed-sign gutter hunk hunk-background")
ROLES = _names(
    """text muted faint rule accent good warning error heading code code-background fence-background quote link
    prompt prompt-bar prompt-background cursor-background unseen stale edited selection selection-text"""
)
"""What may stand in `[variables]` with `flux-` before it."""
SYNTAX = _names(
    """keyword string escape comment number constant function type decorator tag attribute property parameter variable
    builtin operator punctuation heading link"""
)

_TABLES = ("variables", "syntax", "diff")
_FLAGS = {"dark", "ansi"}
_NUMBERS = {"luminosity_spread", "text_alpha"}
_COLORS = {field.name for field in fields(Theme)} - _FLAGS - _NUMBERS - {"name", "variables"}
_ATTRIBUTES = {"bold", "italic", "underline", "dim", "reverse", "strike", "not", "none", "b", "i", "u", "d", "r"}
# Textual's own stylesheets use these, but it makes none of them for an ANSI theme: without them the app ends.
_ANSI_DEFAULTS = {
    "ansi-background": "ansi_black",
    "ansi-foreground": "ansi_white",
    "surface-active": "ansi_default",
    "foreground-disabled": "ansi_bright_black",
}
_WORDS = {"none", "auto", "transparent", "initial"}


def themes(extra: Path | None = None, problems: list[str] | None = None) -> dict[str, Theme]:
    """All themes by name, ours first; a file in `extra` replaces ours of the same name.

    A file that can't be used is left out and the sentence that says why is put into `problems`.
    """
    found: dict[str, Theme] = {}
    for path in files(extra):
        try:
            found[path.stem] = load(path)
        except UsageError as error:
            if problems is not None:
                problems.append(str(error))
    return found


def files(extra: Path | None = None) -> Iterator[Path]:
    """The theme files, ours first. In a wheel they lie in the package, in a checkout beside it."""
    package = Path(__file__).parent.parent
    inside = package / "_themes"
    for folder in (inside if inside.is_dir() else package.parent / "themes", extra):
        if folder is not None and folder.is_dir():
            yield from sorted(folder.glob("*.toml"))


def load(path: Path) -> Theme:
    """One theme. Raises UsageError that names the file, the key and the nearest valid one."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: this theme can't be read: {error}.") from None
    return read(path.stem, table, str(path))


def read(name: str, table: Mapping[str, Any], where: str) -> Theme:
    """A theme from what a TOML file holds; `where` is named in errors."""
    _known(table, {*_COLORS, *_FLAGS, *_NUMBERS, *_TABLES}, where)
    if "primary" not in table:
        raise UsageError(f"{where}: a theme needs the key 'primary', a color such as \"#6cc5f0\".")
    given = {key: _field(key, value, where) for key, value in table.items() if key not in _TABLES}
    defaults = _ANSI_DEFAULTS if given.get("ansi") else {}
    return Theme(name=name, variables=defaults | _variables(table, where), **given)


def _field(key: str, value: Any, where: str) -> Any:
    if key in _FLAGS:
        return _typed(key, value, (bool,), "true or false", where)
    if key in _NUMBERS:
        return _typed(key, value, (int, float), "a number", where)
    _color(key, value, where)
    return value


def _variables(table: Mapping[str, Any], where: str) -> dict[str, str]:
    variables = _section(table, "variables", {*_css_variables(), *(f"flux-{role}" for role in ROLES)}, where)
    syntax = _section(table, "syntax", SYNTAX, where)
    diff = _section(table, "diff", DIFF, where)
    return (
        variables
        | {f"flux-syntax-{key}": value for key, value in syntax.items()}
        | {f"flux-{key}": value for key, value in diff.items()}
    )


def _section(table: Mapping[str, Any], name: str, known: Set[str], where: str) -> dict[str, str]:
    section = table.get(name, {})
    if not isinstance(section, dict):
        raise UsageError(f"{where}: '{name}' must be a table, [{name}].")
    # `keyword.return` is a capture of its own below `keyword`.
    heads = {key.partition(".")[0] for key in section} if name == "syntax" else section
    _known(heads, known, f"{where}: [{name}]")
    for key, value in section.items():
        _style(key, value, where)
    return {key.replace(".", "-"): value for key, value in section.items()}


def _known(keys: Iterable[str], known: Set[str], where: str) -> None:
    for key in keys:
        if key not in known:
            near = get_close_matches(key, known, 1, 0.5)
            raise UsageError(f"{where}: unknown key '{key}'." + (f" Did you mean '{near[0]}'?" if near else ""))


def _typed(key: str, value: object, types: tuple[type, ...], words: str, where: str) -> Any:
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise UsageError(f"{where}: '{key}' must be {words}.")
    return value


def _color(key: str, value: object, where: str) -> None:
    if not isinstance(value, str) or not _is_color(value):
        raise UsageError(f'{where}: \'{key}\' = {value!r} is not a color. Write "#rrggbb" or "ansi_cyan".')


def _style(key: str, value: object, where: str) -> None:
    """Attributes, one color, and how much of it (`30%`), in any order; a color may be another variable's name."""
    if not isinstance(value, str) or not value.split():
        raise UsageError(f"{where}: '{key}' must be a style such as \"bold #6cc5f0\".")
    for word in value.split():
        name = word.removeprefix("$")
        known = name in _ATTRIBUTES or name in _WORDS or name in _css_variables() or name.removeprefix("flux-") in ROLES
        if not known and not (word.endswith("%") and word[:-1].isdigit()):
            _color(key, word, where)


def _is_color(text: str) -> bool:
    try:
        Color.parse(text)
    except ColorParseError:
        return False
    return True


@cache
def _css_variables() -> frozenset[str]:
    """The names that Textual itself makes for a theme."""
    made = Theme(name="", primary="#000000").to_color_system().generate()
    return frozenset(made) | frozenset(Theme(name="", primary="ansi_blue", ansi=True).to_color_system().generate())
