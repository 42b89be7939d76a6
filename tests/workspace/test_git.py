"""Git's state, read from real repositories, also hostile ones: nothing that a repository names is ever run."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from flux_tui.workspace.git import parsed, status

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

ENV = {
    "PATH": os.environ.get("PATH", ""),
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "x",
    "GIT_AUTHOR_EMAIL": "x@example.com",
    "GIT_COMMITTER_NAME": "x",
    "GIT_COMMITTER_EMAIL": "x@example.com",
}


def bare(argv: Sequence[str]) -> Sequence[str]:
    return argv


def git(root: Path, *words: str, fails: bool = False) -> None:
    subprocess.run(["git", *words], cwd=root, env=ENV, check=not fails, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    (root / "sub").mkdir(parents=True)
    git(root, "init", "-q")
    for name in ("changed", "gone", "same", "sub/deep", "wéird näme"):
        (root / name).write_text("one\n")
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")
    (root / "changed").write_text("two\n")
    (root / "gone").unlink()
    (root / "added").write_text("")
    git(root, "add", "added")
    (root / "new folder").mkdir()
    (root / "new folder" / "x").write_text("")
    (root / "sub" / "deep").write_text("two\n")
    (root / "wéird näme").write_text("two\n")
    return root


async def test_every_state_by_its_path(repository: Path) -> None:
    assert await status(repository, bare, ENV) == {
        "changed": "M",
        "gone": "D",
        "added": "A",
        "new folder/": "?",
        "sub/deep": "M",
        "wéird näme": "M",
    }


async def test_in_a_folder_below_the_repository_paths_are_the_folders_own(repository: Path) -> None:
    assert await status(repository / "sub", bare, ENV) == {"deep": "M"}


async def test_a_conflict_is_told(repository: Path) -> None:
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "main")
    git(repository, "checkout", "-qb", "side", "HEAD~1")
    (repository / "changed").write_text("three\n")
    git(repository, "commit", "-qam", "side")
    git(repository, "merge", "-", fails=True)
    assert (await status(repository, bare, ENV))["changed"] == "U"


async def test_no_repository_is_no_state(tmp_path: Path) -> None:
    assert await status(tmp_path, bare, ENV) == {}


async def test_no_git_is_no_state(repository: Path) -> None:
    assert await status(repository, bare, {"PATH": "/nonexistent"}) == {}


async def test_the_caller_puts_it_into_a_box(repository: Path) -> None:
    seen: list[Sequence[str]] = []

    def box(argv: Sequence[str]) -> Sequence[str]:
        seen.append(argv)
        return ["false"]

    assert await status(repository, box, ENV) == {}
    assert "--no-optional-locks" in seen[0]


@pytest.mark.parametrize(
    ("section", "key"), [("core", "fsmonitor"), ("core", "hooksPath"), ("core", "pager"), ("diff", "external")]
)
async def test_nothing_the_repository_names_is_run(repository: Path, tmp_path: Path, section: str, key: str) -> None:
    trap = tmp_path / "trap"
    trap.mkdir()
    for name in ("run", "post-index-change", "pre-commit"):
        (trap / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
        (trap / name).chmod(0o755)
    git(repository, "config", f"{section}.{key}", str(trap if key == "hooksPath" else trap / "run"))
    assert "changed" in await status(repository, bare, ENV)
    assert not (tmp_path / "sprung").exists()


async def test_the_index_is_not_written(repository: Path) -> None:
    index = repository / ".git" / "index"
    before = index.read_bytes()
    os.utime(repository / "same", (1, 1))
    await status(repository, bare, ENV)
    assert index.read_bytes() == before


@pytest.mark.parametrize("data", [b"", b"\0\0", b"1 M\0", b"u x\0", b"garbage", b"? \xff\xfe\0", b"# branch.head x\0"])
def test_odd_answers_are_no_crash(data: bytes) -> None:
    assert [state for _, state in parsed(data)] in ([], ["?"])
