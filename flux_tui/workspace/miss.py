"""Why an edit has no one place. For the tool that words the refusal; never shown as it is."""

from dataclasses import dataclass

from flux_tui.protocol.codes import Code


@dataclass(eq=False)
class Miss(Exception):
    code: Code
    """SEARCH_TEXT_NOT_FOUND, SEARCH_TEXT_NOT_UNIQUE or NO_CHANGE."""
    why: str
    places: tuple[tuple[int, int], ...] = ()
    """Lines (1-based, inclusive) of the places that matched, or of the one most likely meant."""
    lines: tuple[str, ...] = ()
    """The search's lines, unwrapped as far as it was."""
