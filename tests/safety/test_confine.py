"""The wall without bubblewrap (Landlock, seccomp, no capabilities), tried by hostile commands; as a plain user too."""

import asyncio
import os
import shutil
import socket
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from flux_tui.safety.confine import filter_program, shown
from flux_tui.safety.probing import breach
from flux_tui.safety.sandbox import STATUS_OPTION, Sandbox, environment
from flux_tui.safety.seatbelt import argv as seatbelt_argv
from flux_tui.workspace.processes import Ended, run
from tests import sandboxes

BOX = Sandbox("landlock", "sandboxed, no .git protection")
FULL = Sandbox("bwrap", "sandboxed")
SYSTEM_PYTHON = "/usr/bin/python3"


def needs(box: Sandbox) -> None:
    """Skips where the kernel can't do it, but never in CI."""
    if problem := breach(box):
        if os.environ.get("CI") == "true":
            pytest.fail(problem)
        pytest.skip(problem)


@pytest.fixture
def work() -> Iterator[Path]:
    """Not below pytest's own folder, which another user can't enter."""
    folder = Path(os.path.realpath(tempfile.mkdtemp(prefix="flux-test-")))
    for name in ("work", "tmp"):
        (folder / name).mkdir()
    yield folder / "work"
    shutil.rmtree(folder)


def inside(command: str, work: Path, box: Sandbox = BOX, **more: tuple[Path, ...]) -> Ended:
    argv = box.argv(command, workspace=work, cwd=work, tmp=work.parent / "tmp", **more)
    return asyncio.run(run(argv, env=environment(os.environ), cwd=work, timeout=30))


def outside_folder() -> Path:
    return next(path for path in (Path.home(), Path("/var/lib")) if os.access(path, os.W_OK))


@pytest.mark.parametrize(
    "attempt",
    [
        "echo x > {outside}",
        "ln -s {outside} link && echo x > link",
        "mkdir {outside}",
        "mv inside {outside}",
        "ln inside {outside}",
        "mount -o remount,rw,bind / ; mount --bind . {folder}; echo x > {outside}",
        "unshare -Ur sh -c 'mount --bind . {folder}; echo x > {outside}'",
        "echo x > /proc/1/root{outside}",
        "echo x > /proc/self/cwd/../../../../..{outside}",
        "setsid sh -c 'echo x > {outside}'",
    ],
)
def test_nothing_is_written_outside(work: Path, attempt: str) -> None:
    needs(BOX)
    outside = outside_folder() / f"flux-test-{os.getpid()}"
    (work / "inside").write_text("x")
    try:
        ended = inside(attempt.format(outside=outside, folder=outside.parent), work)
        assert ended.started
        assert not outside.exists()
    finally:
        outside.unlink(missing_ok=True)


def test_the_folder_and_the_temporary_one_are_writable(work: Path) -> None:
    needs(BOX)
    ended = inside(
        "echo a > a && mkdir d && mv a d/b && mv d/b c && cat c && echo t > $TMPDIR/t && echo n >/dev/null", work
    )
    assert (ended.exit, ended.output) == (0, "a\n")
    assert (work.parent / "tmp" / "t").read_text() == "t\n"


def test_what_is_hidden_is_not_read_and_the_rest_is(work: Path) -> None:
    needs(BOX)
    secret, open_one = work.parent / "secret", work.parent / "open"
    for path in (secret, open_one):
        path.mkdir()
        (path / "x").write_text("canary")
    home = outside_folder()
    ended = inside(
        f"cat {secret}/x; cat /etc/passwd | wc -l; ls {home} >/dev/null && echo listed", work, hide=(secret,)
    )
    assert "canary" not in ended.output
    assert "listed" in ended.output


def test_there_is_no_network_and_no_socket_to_other_programs(work: Path) -> None:
    needs(BOX)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        local.bind(str(work / "s"))
        local.listen()
        port = server.getsockname()[1]
        code = "import socket; socket.socketpair(); socket.socket(socket.AF_UNIX).connect('s')"
        ended = inside(f'exec 3<>/dev/tcp/127.0.0.1/{port} && echo reached; python3 -c "{code}" && echo reached', work)
    assert "reached" not in ended.output


def test_the_network_by_the_persons_own_setting(work: Path) -> None:
    needs(BOX)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        box = Sandbox("landlock", "x", network=True)
        assert "reached" in inside(f"exec 3<>/dev/tcp/127.0.0.1/{port} && echo reached", work, box).output
        if sandboxes.found().kind.startswith("bwrap"):
            box = Sandbox("bwrap", "x", network=True)
            assert "reached" in inside(f"exec 3<>/dev/tcp/127.0.0.1/{port} && echo reached", work, box).output


def test_other_processes_are_neither_read_nor_ended_and_no_capability_is_left(work: Path) -> None:
    needs(BOX)
    canary = f"canary{os.getpid()}"
    other = subprocess.Popen(["sleep", "60"], env={"CANARY": canary})
    try:
        ended = inside(
            f"cat /proc/{other.pid}/environ; kill -9 {other.pid} $PPID; "
            "grep -E 'Cap(Eff|Bnd|Prm)' /proc/self/status | cut -f2 | sort -u",
            work,
        )
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
    assert canary not in ended.output
    assert "0000000000000000" in ended.output
    assert ended.exit == 0, "the launcher lives and reports"


def test_without_the_wall_the_command_does_not_run(work: Path) -> None:
    argv = BOX.argv("echo ran; touch ran", workspace=work, cwd=work, tmp=work.parent / "tmp")
    argv[argv.index("--hide")] = "--hidden"
    ended = asyncio.run(run(argv, env=environment(os.environ), cwd=work, timeout=30))
    assert not ended.started
    assert not (work / "ran").exists()


def test_the_trees_that_are_shown_hold_nothing_hidden(tmp_path: Path) -> None:
    (tmp_path / "home" / ".ssh").mkdir(parents=True)
    (tmp_path / "home" / "src").mkdir()
    found = set(shown([str(tmp_path / "home" / ".ssh")]))
    assert str(tmp_path / "home" / "src") in found
    hidden = tmp_path / "home" / ".ssh"
    assert not [path for path in found if hidden.is_relative_to(path)]


def test_an_unknown_machine_has_no_wall() -> None:
    with pytest.raises(OSError, match="no filter"):
        filter_program("m68k", ())
    assert len(filter_program("aarch64", (2,))) == len(filter_program("x86_64", ())) + 8


PLAIN = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")


@pytest.mark.parametrize("kind", ["bwrap", "landlock"])
def test_as_a_plain_user(work: Path, kind: str) -> None:
    """The same walls without root's rights: outside, `.git`, network, and files that the user itself may write."""
    box = FULL if kind == "bwrap" else BOX
    needs(box)
    if os.getuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root can become somebody else")
    outside = Path(tempfile.mkdtemp(prefix="flux-outside-", dir="/var/lib"))
    (work / ".git").mkdir()
    for path in (work, work / ".git", work.parent / "tmp", outside):
        os.chown(path, 65534, 65534)
    work.parent.chmod(0o755)
    command = (
        f"echo x > {outside}/x; echo x > .git/config; exec 3<>/dev/udp/192.0.2.1/9 && echo net; "
        "id -u; echo x > in; nice; ulimit -c"
    )
    argv = box.argv(command, workspace=work, cwd=work, tmp=work.parent / "tmp")
    if kind == "landlock":
        argv[0] = SYSTEM_PYTHON
        argv[argv.index("-IES") + 1] = _copied(work.parent)
    argv[argv.index(STATUS_OPTION) + 1] = "2"
    try:
        ended = subprocess.run(
            [*PLAIN, *argv],
            env=environment(os.environ),
            cwd=work,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert list(outside.iterdir()) == []
    finally:
        shutil.rmtree(outside)
    assert ended.stdout == "65534\n5\n0\n", ended.stderr
    assert (work / "in").stat().st_uid == 65534
    assert (work / ".git" / "config").exists() == (kind == "landlock")


def _copied(folder: Path) -> str:
    """The launcher where everybody can read it."""
    for name in ("launcher.py", "confine.py"):
        copy = folder / name
        copy.write_bytes((Path(__file__).parents[2] / "flux_tui" / "safety" / name).read_bytes())
        copy.chmod(copy.stat().st_mode | stat.S_IROTH)
    return str(folder / "launcher.py")


def test_the_profile_for_macos_is_exact(tmp_path: Path) -> None:
    hostile = tmp_path / 'a")) (allow default) (x "'
    argv = seatbelt_argv((tmp_path, hostile), (tmp_path / ".git",), (Path("/Users/me/.ssh"),), network=False)
    assert argv[:2] == ["/usr/bin/sandbox-exec", "-p"]
    assert argv[3:] == [
        *("-D", f"WRITE0={tmp_path}", "-D", f"WRITE1={hostile}", "-D", f"GUARD0={tmp_path}/.git"),
        *("-D", "HIDE0=/Users/me/.ssh"),
    ]
    assert argv[2].split("\n") == [
        "(version 1)",
        "(allow default)",
        "(deny network*)",
        "(deny file-write*)",
        '(allow file-write* (subpath (param "WRITE0")) (subpath (param "WRITE1")) (literal "/dev/null")'
        ' (literal "/dev/zero") (literal "/dev/tty") (literal "/dev/dtracehelper"))',
        '(deny file-write* (subpath (param "GUARD0")))',
        '(deny file-read* file-write* (subpath (param "HIDE0")))',
        "(deny process-info* (target others))",
        "(deny signal (target others))",
        "(allow signal (target same-sandbox))",
    ]
    assert "(deny network*)" not in seatbelt_argv((tmp_path,), (), (), network=True)[2]
