"""Which files are walked: git's rules at every depth, nothing through links, one order."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from flux_tui.workspace.files import Workspace
from flux_tui.workspace.walk import entries, files, matches


def make(root: Path, rows: dict[str, str]) -> Workspace:
    for path, text in rows.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return Workspace(root)


RULES = {
    ".gitignore": "*.log\n!keep.log\n/build/\ndocs/*.tmp\nout\n# no\n\\#odd\ntrail \n**/deep/**\n[ab]?.o\n",
    "a.py": "",
    "a.log": "",
    "keep.log": "",
    "build/x.py": "",
    "src/build/x.py": "",
    "src/a.log": "",
    "src/keep.log": "",
    "docs/a.tmp": "",
    "docs/sub/a.tmp": "",
    "src/out/x": "",
    "src/outer/x": "",
    "#odd": "",
    "trail": "",
    "x/deep/y/z": "",
    "x/deeper/z": "",
    "a1.o": "",
    "c1.o": "",
    "src/.gitignore": "!a.log\nonly/*\n!only/this\n",
    "src/only/this": "",
    "src/only/that": "",
    "node_modules/m/a.js": "",
    ".github/ci.yml": "",
    "white/.gitignore": "*\n!*/\n!*.py\n",
    "white/a.py": "",
    "white/b": "",
    "dirs/.gitignore": "*/\n/**/x\n",
    "dirs/a/b": "",
    "dirs/x": "",
    "dirs/c": "",
    "white/a.txt": "",
    "white/sub/b.py": "",
    "white/sub/b.txt": "",
    "crlf/.gitignore": "*.bak\r\n",
    "crlf/a.bak": "",
}


def test_git_itself_agrees(tmp_path: Path) -> None:
    workspace = make(tmp_path, RULES)
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "nowhere"), "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run([git, "init", "-q"], cwd=tmp_path, check=True, env=environment)
    told = subprocess.run(
        [git, "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=tmp_path,
        check=True,
        env=environment,
        capture_output=True,
    )
    expected = {path for path in told.stdout.decode().split("\0") if path and not path.startswith("node_modules/")}
    assert set(files(workspace)) == expected


def test_the_order_is_folder_by_folder_by_bytes(tmp_path: Path) -> None:
    workspace = make(tmp_path, {"b": "", "a/z": "", "a.py": "", "a/é": "", "B": "", "a-": ""})
    assert list(files(workspace)) == ["B", "a/z", "a/é", "a-", "a.py", "b"]
    assert list(files(workspace, limit=2)) == ["B", "a/z"]


def test_dot_ignore_wins_over_gitignore_at_any_depth(tmp_path: Path) -> None:
    workspace = make(
        tmp_path, {".ignore": "!*.log\nx\n", "s/.gitignore": "*.log\n!x\n", "s/a.log": "", "s/x": "", "s/y": ""}
    )
    assert list(files(workspace)) == [".ignore", "s/.gitignore", "s/a.log", "s/y"]


def test_a_folder_asked_for_by_name_is_walked_by_its_own_rules(tmp_path: Path) -> None:
    rows = {
        ".gitignore": "build\n*.o\n",
        "build/a.o": "",
        "build/sub/.gitignore": "x\n",
        "build/sub/x": "",
        "src/a.o": "",
        "src/b": "",
    }
    workspace = make(tmp_path, rows)
    assert list(files(workspace, "build")) == ["build/a.o", "build/sub/.gitignore"]
    assert list(files(workspace, "src")) == ["src/b"]


def test_no_link_is_followed_and_only_regular_files_are_given(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    make(outside, {"secret": "x"})
    workspace = make(tmp_path / "root", {"real/a": ""})
    (workspace.root / "link").symlink_to(outside)
    (workspace.root / "file-link").symlink_to(outside / "secret")
    (workspace.root / "real/loop").symlink_to(workspace.root)
    os.mkfifo(workspace.root / "pipe")
    assert list(files(workspace)) == ["real/a"]
    assert [(one.path, one.kind) for one in entries(workspace)] == [
        ("file-link", "link"),
        ("link", "link"),
        ("pipe", "other"),
        ("real", "folder"),
    ]


def test_names_that_are_no_utf8_come_through(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    workspace = make(tmp_path, {".gitignore": "*.log\n", name: "x"})
    assert list(files(workspace)) == [".gitignore", name]


@pytest.mark.parametrize(
    ("pattern", "path", "under", "expected"),
    [
        ("*.py", "a/b.py", "", True),
        ("*.py", "a/b.pyi", "", False),
        ("src/*.py", "src/a.py", "", True),
        ("src/*.py", "src/x/a.py", "", False),
        ("src/**/*.py", "src/a.py", "", True),
        ("src/**", "src/x/y", "", True),
        ("./src/*.py", "src/a.py", "", True),
        ("*/a.py", "src/a.py", "src", True),
        ("x/*.py", "src/x/a.py", "src", True),
        ("*.{ts,tsx}", "a.tsx", "", True),
        ("{a,b}.{c,d}", "b.c", "", True),
        ("{a,b", "{a,b", "", False),
        ("a,b", "a,b", "", True),
        ("[!a]?.py", "bc.py", "", True),
        ("[!a]?.py", "ac.py", "", False),
        ("a+(b).py", "a+(b).py", "", True),
        ("*", "a\nb", "", True),
    ],
)
def test_globs(pattern: str, path: str, under: str, expected: bool) -> None:
    assert matches(pattern, path, under) is expected
