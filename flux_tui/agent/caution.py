"""What of a change needs a question whatever rules and mode say: files with other names, and read-only ones."""

from dataclasses import replace

from flux_tui.agent.room import Room
from flux_tui.protocol.outcomes import EditFiles
from flux_tui.safety.permissions import Verdict


def cautious(room: Room, effect: EditFiles, verdict: Verdict | None) -> tuple[Verdict | None, bool]:
    """The verdict, stricter where the files themselves call for it, and whether they do. Called in a worker thread."""
    told = [
        (change.path, room.workspace.caution(change.path)) for change in effect.changes if change.before is not None
    ]
    found = [f"{path} {why}" for path, why in told if why]
    if not found:
        return verdict, False
    why = f"This asks in every mode: {'; '.join(found)}"
    if verdict is None:
        return Verdict("ask", why), True
    return replace(verdict, verdict="ask", why=why, rules=()), True
