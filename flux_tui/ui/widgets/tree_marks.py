"""What stands behind a name in the tree: a sign for what the model has seen, a letter for git's state. No widget."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rich.style import Style

from flux_tui.ui.styles import Styles

Seen = Callable[[str], str]
"""Path -> what the model knows of it: unseen, seen, partly, stale or edited."""

SIGNS = {"seen": "●", "partly": "◐", "stale": "◌", "edited": "◆"}


@dataclass(slots=True)
class Marks:
    seen: Seen = lambda path: "unseen"
    letters: Mapping[str, str] = field(default_factory=dict)
    """Git's letter by path; a folder that git does not know ends with `/` and stands for all in it."""
    folders: frozenset[str] = frozenset()
    """Folders that hold something with a letter."""

    def read(self, letters: Mapping[str, str]) -> None:
        self.letters = letters
        self.folders = changed_folders(letters)

    def of_file(self, path: str, look: Styles) -> list[tuple[str, Style]]:
        seen, letter = self.seen(path), self.letter(path)
        inks = {"stale": look.warning, "edited": look.good}
        colors = {"M": look.warning, "A": look.good, "D": look.error, "U": look.error}
        return [
            (f" {SIGNS.get(seen, ' ')}", inks.get(seen, look.accent)),
            (f" {letter}", colors.get(letter, look.muted)),
        ]

    def of_folder(self, path: str, look: Styles) -> list[tuple[str, Style]]:
        changed = path in self.folders or f"{path}/" in self.letters
        return [(" •", look.warning)] if changed else []

    def letter(self, path: str) -> str:
        if path in self.letters:
            return self.letters[path]
        parts = path.split("/")
        above = ("/".join(parts[:end]) + "/" for end in range(1, len(parts)))
        return next((self.letters[folder] for folder in above if folder in self.letters), " ")


def changed_folders(letters: Mapping[str, str]) -> frozenset[str]:
    found: set[str] = set()
    for path in letters:
        parts = path.rstrip("/").split("/")
        found.update("/".join(parts[:end]) for end in range(1, len(parts)))
    return frozenset(found)
