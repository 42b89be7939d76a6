"""The door where the file system is not an ordinary one: no way out, no waiting, nothing half, nothing left behind."""

import os
import shutil
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flux_tui.agent.undo import is_torn
from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import FileChange, Outcome, Refusal
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import build
from flux_tui.workspace import beneath
from flux_tui.workspace.files import Workspace
from flux_tui.workspace.ledger import Ledger
from flux_tui.workspace.litter import clean, temporary_name


@pytest.fixture(params=["openat2", "steps"])
def opener(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to open a folder: the kernel's, and ours where it has none."""
    if request.param == "steps":
        monkeypatch.setattr(beneath, "_openat2", lambda: None)
    elif beneath._openat2() is None:
        pytest.skip("no openat2 here")
    return str(request.param)


def opened(root: Path, *parts: str, make: bool = False) -> str:
    descriptor = beneath.open_folder(root, parts, make=make)
    try:
        return os.path.realpath(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


def test_no_way_leads_out(tmp_path: Path, opener: str) -> None:
    root = tmp_path / "root"
    (root / "a" / "b").mkdir(parents=True)
    (tmp_path / "out").mkdir()
    (root / "link").symlink_to(tmp_path / "out")
    (root / "inner").symlink_to("a")
    assert opened(root) == str(root)
    assert opened(root, "a", "b") == str(root / "a" / "b")
    assert opened(root, "new", "er", make=True) == str(root / "new" / "er")
    for parts in (("link",), ("link", "x"), ("inner", "b"), ("a", "..", "..", "out")):
        if opener == "steps" and ".." in parts:
            continue  # `locate` never gives such a path
        with pytest.raises(OSError, match=r"symbolic links|Not a directory|cross-device"):
            opened(root, *parts)
    with pytest.raises(FileNotFoundError):
        opened(root, "missing", "x")
    (tmp_path / "alias").symlink_to(root)
    with pytest.raises(OSError, match=r"Not a directory|symbolic links"):
        opened(tmp_path / "alias")


TOOLS: dict[str, Callable[[str], dict[str, object]]] = {
    "read_files": lambda path: {"paths": [path]},
    "edit_file": lambda path: {"path": path, "search": "a", "replace": "b"},
    "write_file": lambda path: {"path": path, "content": "x"},
    "delete_file": lambda path: {"path": path},
    "move_file": lambda path: {"path": path, "to": "elsewhere"},
    "grep_search": lambda path: {"pattern": "x", "path": path},
}


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[Path]:
    """A folder with everything that is no file."""
    place = tmp_path / "odd"
    place.mkdir()
    os.mkfifo(place / "pipe")
    (place / "folder").mkdir()
    (place / "loop").symlink_to("loop")
    (place / "endless").symlink_to("/dev/zero")
    (place / "proc").symlink_to("/proc/self/environ")
    if os.getuid() == 0:
        os.mknod(place / "device", stat.S_IFCHR | 0o600, os.makedev(1, 5))
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(place)
        server.bind("socket")
        os.chdir(here)
        yield place


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("name", ["pipe", "socket", "device", "folder", "loop", "endless", "proc"])
def test_what_is_no_file_is_refused_at_once(odd: Path, tool: str, name: str) -> None:
    if name == "device" and not (odd / "device").exists():
        pytest.skip("only root makes devices")
    if name == "folder" and tool == "grep_search":
        return
    context = ToolContext(Workspace(odd), Ledger(), failures=lambda _: 0, told_missing=frozenset())
    build(tool, TOOLS[tool]("warm")).title()
    began = time.monotonic()
    outcome = _refused(tool, name, context)
    assert time.monotonic() - began < 1.0, "well below 0.1 s by itself; a wait on a pipe would last for ever"
    wanted = {Code.OUTSIDE_WORKSPACE} if name in ("endless", "proc") else {Code.INVALID_ARGUMENTS}
    assert outcome.code in wanted, outcome.text
    assert sorted(path.name for path in odd.iterdir() if path.name.startswith((".flux", "else"))) == []


def _refused(tool: str, name: str, context: ToolContext) -> Outcome:
    try:
        return build(tool, TOOLS[tool](name)).run(context)
    except Refusal as refusal:
        return refusal.outcome()


def test_attributes_stay(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"old")
    try:
        os.setxattr(file, "user.note", b"kept")
    except OSError:
        pytest.skip("no extended attributes here")
    Workspace(tmp_path).write(FileChange("x", b"old", b"new"))
    assert os.getxattr(file, "user.note") == b"kept"


def test_the_owner_stays(tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root writes for others")
    file = tmp_path / "x"
    file.write_bytes(b"old")
    os.chown(file, 65534, 65534)
    Workspace(tmp_path).write(FileChange("x", b"old", b"new"))
    assert (file.stat().st_uid, file.stat().st_gid) == (65534, 65534)


AS_NOBODY = """
import os, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from flux_tui.protocol.outcomes import FileChange, Refusal
from flux_tui.workspace.files import Workspace
workspace = Workspace(Path(sys.argv[1]))
workspace.read("x")
os.setgroups([]); os.setgid(65534); os.setuid(65534)
changes = (FileChange("x", b"old", b"a longer new text"), FileChange("y", None, b"new"), FileChange("z", b"z", b"y"))
for change in changes:
    try:
        workspace.write(change)
        print("written")
    except Refusal as refusal:
        print(refusal.code, "forbids it on" in refusal.text)
"""


def test_a_folder_that_can_not_be_written_but_its_file_can(tmp_path: Path) -> None:
    """The program is root until all is loaded, since its own files may be out of another user's reach."""
    if os.getuid() != 0:
        pytest.skip("only root can become somebody else")
    place = Path("/var/lib") / f"flux-test-{os.getpid()}"
    place.mkdir(mode=0o755)
    try:
        for name, content, mode in (("x", b"old", 0o666), ("z", b"z", 0o644)):
            (place / name).write_bytes(content)
            (place / name).chmod(mode)
        root = str(Path(__file__).parents[2])
        ran = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, place, root], capture_output=True, text=True, check=False
        )
        assert ran.stdout == "written\nDENIED True\nDENIED True\n", ran.stderr
        assert (place / "x").read_bytes() == b"a longer new text"
        assert sorted(path.name for path in place.iterdir()) == ["x", "z"]
    finally:
        shutil.rmtree(place)


@pytest.mark.parametrize(
    ("found", "torn"),
    [
        (b"new f", False),
        (b"NEW file", True),
        (b"NEW contfile", False),
        (b"NEW content that is longer", True),
        (b"NEW content tha", True),
        (b"mine", False),
        (b"", False),
    ],
)
def test_a_half_written_file_is_told_from_somebodys_work(found: bytes, torn: bool) -> None:
    assert is_torn(found, b"old file", b"NEW content that is longer") is torn


def test_only_what_dead_processes_left_is_removed(tmp_path: Path) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    mine = temporary_name()
    names = (
        mine,
        f".flux-{dead.pid}-0123456789ab",
        ".flux-notes",
        f".flux-{dead.pid}-",
        "x",
        ".flux-99999999999999999999-a",
    )
    for name in names:
        (tmp_path / name).write_text("")
    (tmp_path / f".flux-{dead.pid}-abc").mkdir()
    clean(tmp_path, ("", "missing"))
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {mine, ".flux-notes", f".flux-{dead.pid}-", "x", f".flux-{dead.pid}-abc"}
