"""Lines as tests compare them: text, or text with styles."""

from collections.abc import Iterable

from rich.segment import Segment
from textual.strip import Strip

from flux_tui.ui.styles import Styles, resolve

STYLES: Styles = resolve(
    frozenset(
        {
            "background": "#101010",
            "foreground": "#e0e0e0",
            "accent": "#40a0ff",
            "primary": "#4080ff",
            "secondary": "#40ffff",
            "success": "#40ff40",
            "warning": "#ffff40",
            "error": "#ff4040",
        }.items()
    )
)


def texts(strips: Iterable[Strip]) -> list[str]:
    return [strip.text.rstrip() for strip in strips]


def rows(lines: Iterable[Iterable[Segment]]) -> list[str]:
    return ["".join(segment.text for segment in line).rstrip() for line in lines]


def looks(strips: Iterable[Strip]) -> list[list[tuple[str, str]]]:
    """Each line as (text, style), neighbours of one style joined."""
    return [[(text, str(style)) for text, style, _ in Segment.simplify(strip)] for strip in strips]
