"""Checks kept with a yes: in a profile of Flux's own, bound to the folder. A hand-written file stays as it is."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flux_tui.config import profiles
from flux_tui.config.places import Places
from flux_tui.protocol.errors import UsageError

KEY = "verify.commands"


def save_checks(places: Places, workspace: Path, profile: str | None, commands: Sequence[str]) -> Path:
    """Set the checks of the profile in use, or of a new one for this folder. UsageError if that one is hand-written."""
    name = profile or free_name(places, workspace)
    there = profiles.read(places.config / "profiles" / f"{name}.toml")
    values: dict[str, Any] = {"folders": [str(workspace)]}
    if there is not None:
        values = {**there.layer.values, "folders": list(there.folders), "description": there.description}
    try:
        return profiles.save_profile(places, name, {**values, KEY: tuple(commands)})
    except UsageError as error:
        raise UsageError(f"{error} What to add: [verify] commands = {list(commands)!r}") from error


def free_name(places: Places, workspace: Path) -> str:
    """After the folder; numbered, if another profile has the name."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", workspace.name).strip("-._")[:80] or "folder"
    taken = {one.name for one in profiles.profiles(places)}
    return next(name for name in (plain, *(f"{plain}-{n}" for n in range(2, 1000))) if name not in taken)
