"""One folder's names for the screen, folders first, without what the ignore files leave out. Runs in a thread."""

import os
from dataclasses import dataclass
from pathlib import Path

MOST = 2_000
"""Names of one folder that are shown."""


@dataclass(frozen=True, slots=True)
class Name:
    text: str
    folder: bool
    note: bool = False
    """Not a name but a word on what is not shown."""


def names(root: Path, path: str) -> list[Name]:
    """What lies in a folder ("" = the root). Links are shown but never followed."""
    # Here and not above: the first frame needs neither the door to the disk nor the ignore rules.
    from flux_tui.workspace.files import Workspace
    from flux_tui.workspace.walk import entries

    if not os.access(root / path, os.R_OK | os.X_OK):
        return [Name("this folder can't be read", folder=False, note=True)]
    kept = [entry for entry in entries(Workspace(root), path) if not entry.ignored]
    found = [(entry.kind != "folder", entry.path.rpartition("/")[2]) for entry in kept]
    found.sort(key=lambda one: (one[0], one[1].casefold(), one[1]))
    shown = [Name(name, folder=not file) for file, name in found[:MOST]]
    if len(found) > MOST:
        shown.append(Name(f"… {len(found) - MOST:,} more", folder=False, note=True))
    return shown
