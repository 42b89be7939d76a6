"""The one door to the disk: what leads out stays out, what is written is whole, what changed is not overwritten."""

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import FileChange, Refusal
from flux_tui.workspace.files import Workspace, is_protected


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def refused(act: object, *args: object) -> Code:
    assert callable(act)
    with pytest.raises(Refusal) as caught:
        act(*args)
    assert caught.value.text.startswith(caught.value.code)
    return caught.value.code


def test_one_file_has_one_name(place: Path) -> None:
    (place / "pkg").mkdir()
    (place / "pkg/x.py").write_text("x")
    (place / "link.py").symlink_to("pkg/x.py")
    workspace = Workspace(place)
    given = ["pkg/x.py", "./pkg/x.py", "pkg/../pkg/x.py", str(place / "pkg/x.py"), "link.py", "pkg//x.py"]
    assert {workspace.locate(name) for name in given} == {"pkg/x.py"}
    assert workspace.locate("not/there.py") == "not/there.py"


def test_a_folder_reached_by_a_link_is_the_same_workspace(place: Path, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(place)
    assert Workspace(tmp_path / "alias").locate(str(tmp_path / "alias/x")) == "x"


def test_what_leads_out_is_refused(place: Path, tmp_path: Path) -> None:
    (tmp_path / "work-twin").mkdir()
    (tmp_path / "work-twin/x").write_text("x")
    (place / "out").symlink_to(tmp_path / "work-twin")
    workspace = Workspace(place)
    for given in ("../work-twin/x", str(tmp_path / "work-twin/x"), "out/x", "/etc/passwd", "a/../../x"):
        assert refused(workspace.locate, given) is Code.OUTSIDE_WORKSPACE
    for given in ("", "  ", "a\0b", "\ud800"):
        assert refused(workspace.locate, given) is Code.INVALID_ARGUMENTS


def test_a_folder_that_becomes_a_link_is_not_followed(place: Path, tmp_path: Path) -> None:
    (place / "pkg").mkdir()
    workspace = Workspace(place)
    path = workspace.locate("pkg/new.py")
    (place / "pkg").rmdir()
    (place / "pkg").symlink_to(tmp_path)
    with pytest.raises(Refusal):
        workspace.write(FileChange(path, None, b"x"))
    assert not (tmp_path / "new.py").exists()


def test_only_regular_files_of_bounded_size_are_read(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(place / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(place)
        server.bind("socket")
        workspace = Workspace(place)
        assert refused(workspace.read, "pipe") is Code.INVALID_ARGUMENTS
        assert refused(workspace.read, "socket") is Code.INVALID_ARGUMENTS
    assert refused(workspace.read, ".") is Code.INVALID_ARGUMENTS
    with (place / "big").open("wb") as big:
        big.truncate(51 * 1024 * 1024)
    assert refused(workspace.read, "big") is Code.TOO_LARGE


def test_a_missing_file_names_its_neighbour(place: Path) -> None:
    (place / "shop.py").write_text("x")
    with pytest.raises(Refusal) as caught:
        Workspace(place).read("shpo.py")
    assert caught.value.code is Code.FILE_NOT_FOUND
    assert "shop.py" in caught.value.text


def test_a_change_lands_only_on_the_bytes_it_was_made_from(place: Path) -> None:
    file = place / "x.py"
    file.write_bytes(b"old")
    workspace = Workspace(place)
    assert refused(workspace.write, FileChange("x.py", b"other", b"new")) is Code.STALE_FILE
    assert refused(workspace.write, FileChange("x.py", b"other", None)) is Code.STALE_FILE
    assert refused(workspace.write, FileChange("x.py", None, b"new")) is Code.ALREADY_EXISTS
    assert refused(workspace.write, FileChange("gone.py", b"old", b"new")) is Code.STALE_FILE
    assert file.read_bytes() == b"old"
    workspace.write(FileChange("x.py", b"old", b"new"))
    assert file.read_bytes() == b"new"
    workspace.write(FileChange("x.py", b"new", None))
    assert names(place) == []


def test_the_mode_stays(place: Path) -> None:
    file = place / "run.sh"
    file.write_bytes(b"old")
    file.chmod(0o751)
    workspace = Workspace(place)
    workspace.write(FileChange("run.sh", b"old", b"new"))
    assert workspace.mode("run.sh") == 0o751
    workspace.write(FileChange("bin/run", None, b"new", moved_from="run.sh"))
    assert workspace.mode("bin/run") == 0o751
    workspace.write(FileChange("again.sh", None, b"new"), mode=0o700)
    assert workspace.mode("again.sh") == 0o700


def test_a_link_inside_stays_a_link(place: Path) -> None:
    (place / "real.py").write_bytes(b"old")
    (place / "link.py").symlink_to("real.py")
    workspace = Workspace(place)
    workspace.write(FileChange(workspace.locate("link.py"), b"old", b"new"))
    assert (place / "link.py").is_symlink()
    assert (place / "real.py").read_bytes() == b"new"


def test_a_hard_link_keeps_its_other_name(place: Path) -> None:
    (place / "a").write_bytes(b"a longer old text")
    os.link(place / "a", place / "b")
    change = FileChange("a", b"a longer old text", b"new")
    assert "2 names" in Workspace(place).caution("a")
    assert refused(Workspace(place).write, change) is Code.DENIED
    assert (place / "b").read_bytes() == b"a longer old text"
    Workspace(place).write(change, consent=True)
    assert (place / "b").read_bytes() == b"new"
    assert names(place) == ["a", "b"]


def test_a_read_only_file_is_left_alone(place: Path) -> None:
    (place / "x").write_bytes(b"old")
    (place / "x").chmod(0o444)
    workspace = Workspace(place)
    for after in (b"new", None):
        assert refused(workspace.write, FileChange("x", b"old", after)) is Code.DENIED
    assert (place / "x").read_bytes() == b"old"
    assert "read-only (mode 0444)" in workspace.caution("x")
    workspace.write(FileChange("x", b"old", b"new"), consent=True)
    assert (workspace.read("x"), workspace.mode("x")) == (b"new", 0o444)


@pytest.mark.parametrize("path", [".git/config", "a/.GIT/hooks/x", ".git", "vendor/.git/HEAD"])
def test_gits_own_data_is_never_written(place: Path, path: str) -> None:
    assert is_protected(path)
    assert refused(Workspace(place).write, FileChange(path, None, b"x")) is Code.PROTECTED_PATH
    assert not is_protected(path.replace(".git", ".gitignore").replace(".GIT", ".gitx"))


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from flux_tui.protocol.outcomes import FileChange, Refusal
from flux_tui.workspace.files import Workspace
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    Workspace(Path(sys.argv[1])).write(FileChange("x", b"old", b"n" * 5000))
except Refusal as refusal:
    print(refusal.text)
"""
"""The kernel's limit on a file's size stands in for the full disk: the write fails half way."""


def test_a_full_disk_leaves_the_old_file_and_no_litter(place: Path) -> None:
    (place / "x").write_bytes(b"old")
    ran = subprocess.run([sys.executable, "-c", FULL_DISK, place], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("INTERNAL_ERROR: ")
    assert os.strerror(errno.EFBIG) in ran.stdout
    assert (place / "x").read_bytes() == b"old"
    assert names(place) == ["x"]
