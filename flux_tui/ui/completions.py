"""What the popup offers: commands by name, files of the folder by fuzzy match. File names are listed in a thread."""

import asyncio
from pathlib import Path
from time import monotonic

from flux_tui.ui.fuzzy import rank
from flux_tui.ui.widgets.completion import Choice

MOST = 50
FRESH = 5.0
"""Seconds that a list of files is used before the folder is walked again."""


class Completions:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: list[str] = []
        self._read_at = -FRESH

    async def choices(self, sign: str, query: str) -> tuple[Choice, ...]:
        if sign == "/":
            return command_choices(query)
        return await asyncio.to_thread(self._file_choices, query)

    def _file_choices(self, query: str) -> tuple[Choice, ...]:
        if monotonic() - self._read_at > FRESH:
            self._files = sorted(listed(self._root))
            self._read_at = monotonic()
        return tuple(Choice(f"@{path}") for path in rank(query, self._files, MOST))


def command_choices(query: str) -> tuple[Choice, ...]:
    from flux_tui.ui.commands import by_any_name

    known = by_any_name()
    chosen: dict[str, str] = {}
    # Each command once: under its own name where that fits, else under the other name that does.
    for name in [*rank(query, [one for one in known if known[one].name == one], MOST), *rank(query, known, MOST)]:
        chosen.setdefault(known[name].name, name)
    return tuple(Choice(f"/{name}", known[name].summary) for name in chosen.values())


def listed(root: Path) -> list[str]:
    from flux_tui.workspace.files import Workspace
    from flux_tui.workspace.walk import files

    return list(files(Workspace(root)))
