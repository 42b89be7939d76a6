"""Git's letters for the file tree, asked in the sandbox alone. Without a sandbox, or before trust, git is never run."""

import asyncio
import shlex
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flux_tui.agent.room import Room

_EMPTIED = (Path("/tmp"), Path("/run"), Path("/var/tmp"))
"""What the sandbox shows empty: a folder in there has to be the sandbox's own workspace to be seen."""


def git_reader(room: "Room") -> Callable[[], Awaitable[Mapping[str, str]]] | None:
    """What `FileTree.show` takes as `git`; None where there are no walls around it."""
    if not room.sandbox.walls:
        return None

    async def read() -> Mapping[str, str]:
        from flux_tui.safety.environment import environment
        from flux_tui.workspace.git import status

        root = room.workspace.root
        if not await asyncio.to_thread(_trusted, root, room.places.state):
            return {}
        return await status(root, lambda argv: _boxed(room, argv), environment(room.env))

    return read


def _boxed(room: "Room", argv: Sequence[str]) -> Sequence[str]:
    """In the box, with the folder read-only where that can be had: status needs no more."""
    root, home = room.workspace.root, room.places
    own = any(root.is_relative_to(folder) for folder in _EMPTIED)
    hide = (home.config, home.data, home.state, home.cache)
    return room.sandbox.argv(shlex.join(argv), workspace=root if own else room.tmp, cwd=root, tmp=room.tmp, hide=hide)


def _trusted(root: Path, state: Path) -> bool:
    """A folder without anything to trust is as good as a trusted one: the walls are what holds."""
    from flux_tui.safety.trust import has_something, is_trusted

    return is_trusted(root, state) or not has_something(root)
