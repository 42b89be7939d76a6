"""Colours by role, resolved once per theme for whoever draws lines. Never a fixed colour, never a widget.

A theme sets a role with a variable `flux-NAME` (a colour, optionally with `NN%` and with bold, italic, underline, dim);
what it leaves out is derived from the theme's own foreground, background, accent, success, warning and error.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.style import Style
from textual.color import Color, ColorParseError

if TYPE_CHECKING:
    from textual.app import App

_PLAIN = Style()
_ATTRIBUTES = {
    "bold": Style(bold=True),
    "italic": Style(italic=True),
    "underline": Style(underline=True),
    "dim": Style(dim=True),
    "reverse": Style(reverse=True),
    "strike": Style(strike=True),
}

SYNTAX: Mapping[str, str] = {
    "keyword": "flux-accent",
    "string": "success",
    "escape": "warning",
    "comment": "italic flux-muted",
    "number": "warning",
    "constant": "warning",
    "function": "primary",
    "type": "secondary",
    "decorator": "secondary",
    "tag": "primary",
    "attribute": "secondary",
    "property": "flux-text",
    "variable": "flux-text",
    "operator": "flux-muted",
    "punctuation": "flux-muted",
}
"""Capture name -> what it looks like where the theme has no `flux-syntax-NAME`."""


@dataclass(frozen=True, slots=True, eq=False)
class Styles:
    """One style a role. Diff lines, cursor, selection, `..._background` set a background: add them to a text style."""

    text: Style
    strong: Style
    emphasis: Style
    strike: Style
    muted: Style
    faint: Style
    rule: Style
    accent: Style
    good: Style
    warning: Style
    error: Style
    heading: Style
    code: Style
    fence_background: Style
    quote: Style
    link: Style
    gutter: Style
    prompt: Style
    prompt_bar: Style
    cursor: Style
    added: Style
    removed: Style
    added_word: Style
    removed_word: Style
    added_sign: Style
    removed_sign: Style
    hunk: Style
    unseen: Style
    stale: Style
    edited: Style
    selection: Style
    captures: Mapping[str, Style]
    dark: bool
    ansi: bool

    def syntax(self, capture: str) -> Style:
        """The style of a tree-sitter capture; `keyword.return` falls back to `keyword`, an unknown one to text."""
        while capture:
            if (style := self.captures.get(capture)) is not None:
                return style
            capture = capture.rpartition(".")[0]
        return self.text


def styles_of(app: "App[object]") -> Styles:
    """The styles of the app's theme. About 10 us once the theme is known: ask once a frame, not once a line."""
    return resolve(frozenset(app.theme_variables.items()))


@lru_cache(maxsize=8)
def resolve(variables: frozenset[tuple[str, str]]) -> Styles:
    """Styles from a theme's variables, as `App.theme_variables` holds them."""
    return _Palette(dict(variables)).styles()


class _Palette:
    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.open: set[str] = set()
        """Names being looked up, so that a theme that defines a name by itself ends."""
        self.background = self.parse(variables.get("background", "")) or Color(16, 16, 16)
        self.ansi = self.background.ansi is not None
        self.foreground = self.parse(variables.get("foreground", "")) or self.background.inverse

    def styles(self) -> Styles:
        text, accent = self.fore("flux-text"), self.fore("flux-accent")
        return Styles(
            text=text,
            strong=text + Style(bold=True),
            emphasis=text + Style(italic=True),
            strike=self.fore("flux-muted") + Style(strike=True),
            muted=self.fore("flux-muted"),
            faint=self.fore("flux-faint"),
            rule=self.fore("flux-rule"),
            accent=accent,
            good=self.fore("flux-good"),
            warning=self.fore("flux-warning"),
            error=self.fore("flux-error"),
            heading=self.fore("flux-heading") + Style(bold=True),
            code=self.fore("flux-code") + self.back("flux-code-background"),
            fence_background=self.back("flux-fence-background"),
            quote=self.fore("flux-quote"),
            link=self.fore("flux-link") + Style(underline=True),
            gutter=self.fore("flux-gutter"),
            prompt=self.fore("flux-prompt") + Style(bold=True) + self.back("flux-prompt-background"),
            prompt_bar=self.fore("flux-prompt-bar") + self.back("flux-prompt-background"),
            cursor=self.back("flux-cursor-background"),
            added=self.back("flux-added"),
            removed=self.back("flux-removed"),
            added_word=self.back("flux-added-word"),
            removed_word=self.back("flux-removed-word"),
            added_sign=self.fore("flux-added-sign"),
            removed_sign=self.fore("flux-removed-sign"),
            hunk=self.fore("flux-hunk") + self.back("flux-hunk-background"),
            unseen=self.back("flux-unseen"),
            stale=self.back("flux-stale"),
            edited=self.back("flux-edited"),
            selection=self.fore("flux-selection-text") + self.back("flux-selection"),
            captures=self.captures(),
            dark=self.background.brightness < 0.5,
            ansi=self.ansi,
        )

    def captures(self) -> dict[str, Style]:
        found = {name: self.fore(f"flux-syntax-{name}", rest) for name, rest in SYNTAX.items()}
        prefix = "flux-syntax-"
        extra = (name for name in self.variables if name.startswith(prefix) and name[len(prefix) :] not in found)
        return found | {name[len(prefix) :].replace("-", "."): self.fore(name) for name in extra}

    def fore(self, name: str, fallback: str = "") -> Style:
        color, attributes = self.look_up(name, fallback)
        return attributes + Style(color=color.rich_color if color else None)

    def back(self, name: str) -> Style:
        """A background. In a terminal's own palette nothing blends: derived ones colour the letters instead."""
        color, attributes = self.look_up(name)
        if color is None:
            return attributes
        if self.ansi and name not in self.variables:
            return attributes + Style(color=color.rich_color)
        return attributes + Style(bgcolor=color.rich_color)

    def look_up(self, name: str, fallback: str = "") -> tuple[Color | None, Style]:
        if (own := self.variables.get(name)) is not None and name not in self.open:
            self.open.add(name)
            found = self.read(own)
            self.open.discard(name)
            return found
        table = _ANSI_ROLES if self.ansi else _ROLES
        return self.read(fallback or table.get(name, "foreground"))

    def read(self, value: str) -> tuple[Color | None, Style]:
        """`bold accent 40%`, `#aabbcc`, `italic flux-muted` -> colour over the background, and attributes."""
        color, attributes, alpha = None, _PLAIN, 1.0
        for word in value.replace("$", "").split():
            if word in _ATTRIBUTES:
                attributes += _ATTRIBUTES[word]
            elif word.endswith("%") and word[:-1].isdigit():
                alpha = int(word[:-1]) / 100
            else:
                color, inherited = self.named(word)
                attributes = inherited + attributes
        if color is None or color.ansi is not None or alpha * color.a == 1.0:
            return color, attributes
        return self.background.blend(color.with_alpha(1.0), alpha * color.a, alpha=1.0), attributes

    def named(self, word: str) -> tuple[Color | None, Style]:
        if word.startswith("flux-"):
            return self.look_up(word)
        if word in ("none", "auto", "transparent"):
            return None, _PLAIN
        if word in self.variables:
            return self.parse(self.variables[word]) or self.foreground, _PLAIN
        return self.parse(word) or self.foreground, _PLAIN

    def parse(self, text: str) -> Color | None:
        try:
            return Color.parse(text)
        except ColorParseError:
            return None


_ROLES: Mapping[str, str] = {
    "flux-text": "foreground",
    "flux-muted": "foreground 62%",
    "flux-faint": "foreground 38%",
    "flux-rule": "foreground 18%",
    "flux-accent": "accent",
    "flux-good": "success",
    "flux-warning": "warning",
    "flux-error": "error",
    "flux-heading": "flux-accent",
    "flux-code": "foreground",
    "flux-code-background": "foreground 10%",
    "flux-fence-background": "foreground 4%",
    "flux-quote": "italic flux-muted",
    "flux-link": "flux-accent",
    "flux-gutter": "foreground 32%",
    "flux-prompt": "foreground",
    "flux-prompt-bar": "flux-accent",
    "flux-prompt-background": "foreground 6%",
    "flux-cursor-background": "flux-accent 13%",
    "flux-added": "success 15%",
    "flux-removed": "error 15%",
    "flux-added-word": "success 38%",
    "flux-removed-word": "error 38%",
    "flux-added-sign": "success",
    "flux-removed-sign": "error",
    "flux-hunk": "flux-muted",
    "flux-hunk-background": "foreground 6%",
    "flux-unseen": "none",
    "flux-stale": "warning 12%",
    "flux-edited": "success 10%",
    "flux-selection": "flux-accent 35%",
    "flux-selection-text": "foreground",
}

_ANSI_ROLES: Mapping[str, str] = {
    **_ROLES,
    "flux-muted": "ansi_bright_black",
    "flux-faint": "ansi_bright_black",
    "flux-rule": "ansi_bright_black",
    "flux-gutter": "ansi_bright_black",
    "flux-code": "ansi_cyan",
    "flux-code-background": "none",
    "flux-fence-background": "none",
    "flux-prompt-background": "none",
    "flux-cursor-background": "reverse",
    "flux-added": "ansi_green",
    "flux-removed": "ansi_red",
    "flux-added-word": "bold reverse ansi_green",
    "flux-removed-word": "bold reverse ansi_red",
    "flux-hunk-background": "none",
    "flux-stale": "ansi_yellow",
    "flux-edited": "ansi_green",
    "flux-selection": "reverse",
    "flux-selection-text": "none",
}
