"""`flux config` and `flux profile`: every setting in force, with its source and its meaning."""

import json
import os

from flux_tui.agent.assembly import survey
from flux_tui.agent.opening import Opening
from flux_tui.config.describe import describe
from flux_tui.config.places import places
from flux_tui.config.profiles import named
from flux_tui.config.profiles import profiles as all_profiles
from flux_tui.headless.lines import answer, out, tell
from flux_tui.protocol.errors import UsageError


def run(opening: Opening, as_json: bool) -> int:
    ground = survey(opening)
    rows = describe(ground.loaded)
    if as_json:
        answer({"settings": [{"key": r.key, "value": r.value, "source": r.source, "doc": r.doc} for r in rows]})
        return 0
    out(f"# {ground.places.config / 'config.toml'}")
    for row in rows:
        shown = f"# {row.key} =" if row.value is None else f"{row.key} = {json.dumps(row.value, ensure_ascii=False)}"
        out(shown + (f"    # {row.source}" if row.source != "default" else ""))
    for note in ground.loaded.notes:
        tell(f"flux: {note}")
    return 0


def profiles(action: str, name: str | None) -> int:
    home = places(os.environ)
    if action == "list":
        found = all_profiles(home)
        for profile in found:
            out(f"{profile.name:<20} {profile.description or ', '.join(profile.folders)}")
        if not found:
            tell(f"There are no profiles yet. A profile is a file {home.config / 'profiles'}/NAME.toml.")
        return 0
    if not name:
        raise UsageError("which profile? flux profile show NAME")
    out(named(name, home, None, False).path.read_text(encoding="utf-8").rstrip("\n"))
    return 0
