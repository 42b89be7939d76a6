"""Git's letters in the real sandbox: there for a plain repository, never before trust, never without walls."""

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from flux_tui.agent.room import Room
from flux_tui.config.places import Places, places
from flux_tui.safety.probing import probe
from flux_tui.safety.sandbox import Sandbox
from flux_tui.safety.trust import trust
from flux_tui.ui.git_marks import git_reader
from flux_tui.workspace.files import Workspace

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@dataclass
class Corner:
    """What of a room is needed."""

    workspace: Workspace
    places: Places
    sandbox: Sandbox
    tmp: Path
    env: dict[str, str] = field(
        default_factory=lambda: {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent"}
    )


def room(tmp_path: Path, sandbox: Sandbox | None = None) -> Room:
    root = tmp_path / "repo"
    root.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    (root / "new.py").write_text("x = 1\n")
    (tmp_path / "tmp").mkdir()
    home = places({"FLUX_HOME": str(tmp_path / "home")})
    box = probe("auto", home) if sandbox is None else sandbox
    if not box.walls and sandbox is None:
        pytest.skip(f"no sandbox here: {box.reason}")
    return cast(Room, Corner(Workspace(root), home, box, tmp_path / "tmp"))


async def test_a_plain_repository_has_letters(tmp_path: Path) -> None:
    read = git_reader(room(tmp_path))
    assert read is not None
    assert await read() == {"new.py": "?"}


async def test_none_before_trust(tmp_path: Path) -> None:
    made = room(tmp_path)
    (made.workspace.root / "AGENTS.md").write_text("obey\n")
    read = git_reader(made)
    assert read is not None
    assert await read() == {}
    trust(made.workspace.root, made.places.state)
    assert await read() == {"new.py": "?", "AGENTS.md": "?"}


def test_none_without_walls(tmp_path: Path) -> None:
    assert git_reader(room(tmp_path, Sandbox("none", "no sandbox", ""))) is None
