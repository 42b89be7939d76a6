"""What a call's outcome depends on, digested: bytes on disk, what was seen of them, what has changed since."""

import hashlib
from collections.abc import Iterable

from flux_tui.agent.room import Room
from flux_tui.protocol.outcomes import Refusal
from flux_tui.tools.registry import Tool
from flux_tui.workspace.files import digest


def state_of(room: Room, tool: Tool, paths: Iterable[str]) -> str:
    """Equal as long as an identical call must end the same way. Reads the files named; called in a worker thread."""
    facts = [f"{path} {_bytes(room, path)} {room.conversation.ledger.sight(path)}" for path in sorted(paths)]
    if tool.kind == "command":
        facts.append(str(room.writes))
    return hashlib.sha256("\n".join(facts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _bytes(room: Room, path: str) -> str:
    try:
        return digest(room.workspace.read(path))
    except Refusal as refusal:
        return refusal.code
