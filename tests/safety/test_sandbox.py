"""The exact arguments, and what hostile commands achieve inside them, as root too: nothing."""

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from flux_tui.config.places import Places
from flux_tui.protocol.errors import UsageError
from flux_tui.safety.masks import hidden, hideable, nested_git, too_wide
from flux_tui.safety.probing import probe
from flux_tui.safety.sandbox import LAUNCHER, Sandbox, environment, shell
from flux_tui.workspace.processes import Ended, run
from tests import sandboxes

FULL = Sandbox("bwrap", "sandboxed")
LIMITED = (
    *("/bin/sh", "-c", 'ulimit -c 0; ulimit -f 8388608; exec "$@"', "sh"),
    *(("/usr/bin/nice", "-n", "5") if os.access("/usr/bin/nice", os.X_OK) else ()),
)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (tmp_path / "tmp").mkdir()
    return folder


def argv(box: Sandbox, command: str, work: Path, hide: tuple[Path, ...] = ()) -> list[str]:
    return box.argv(command, workspace=work, cwd=work, tmp=work.parent / "tmp", hide=hide)


def inside(command: str, work: Path, hide: tuple[Path, ...] = ()) -> Ended:
    boxed = argv(sandboxes.box(), command, work, hide)
    return asyncio.run(run(boxed, env=environment(os.environ), cwd=work, timeout=30))


def test_the_exact_arguments(work: Path) -> None:
    (work / ".git").mkdir()
    (work / ".envrc").write_text("")
    secret = work / "secret"
    secret.mkdir()
    (work / ".vscode").symlink_to("/etc")
    found = argv(FULL, "echo 'a b'", work, (secret, Path("/nonexistent")))
    assert found[0].endswith("bwrap")
    assert found[1:] == [
        "--json-status-fd", "-1",
        "--unshare-user", "--disable-userns", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
        "--unshare-net", "--cap-drop", "ALL", "--die-with-parent", "--new-session", "--hostname", "flux",
        "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys",
        "--tmpfs", "/run", "--tmpfs", "/var/tmp",
        "--bind", str(work.parent / "tmp"), "/tmp",
        "--bind", str(work), str(work),
        "--ro-bind", f"{work}/.git", f"{work}/.git", "--ro-bind", f"{work}/.envrc", f"{work}/.envrc",
        "--tmpfs", str(secret),
        "--chdir", str(work), "--", *LIMITED, shell(), "--noprofile", "--norc", "-c", "echo 'a b'",
    ]  # fmt: skip


def test_the_system_proc_is_the_only_difference_of_the_fallback(work: Path) -> None:
    own = argv(FULL, "x", work)
    host = argv(Sandbox("bwrap-host-proc", "x"), "x", work)
    place = own.index("--proc")
    assert host == own[:place] + own[place + 5 :]


@pytest.mark.parametrize("kind", ["off", "none"])
def test_without_walls_the_launcher_still_ends_what_was_started(work: Path, kind: str) -> None:
    box = Sandbox("off" if kind == "off" else "none", "x")
    tmp = ("--tmp", str(work.parent / "tmp"))
    launcher = [sys.executable, "-IES", str(LAUNCHER), "--json-status-fd", "-1", *tmp, "--"]
    assert argv(box, "x", work) == [*launcher, *LIMITED, shell(), "--noprofile", "--norc", "-c", "x"]
    assert (box.walls, box.asks) == (False, kind == "none")


def test_what_the_home_folder_hides(tmp_path: Path) -> None:
    for name in (".ssh", ".cargo", ".tools/bin", ".config", "src"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / ".netrc").write_text("")
    (tmp_path / ".cargo" / "credentials.toml").write_text("")
    found = hidden(tmp_path, {"PATH": f"/usr/bin:{tmp_path}/.tools/bin"}, (tmp_path / "flux",))
    there = {str(path.relative_to(tmp_path)) for path in found if path.exists()}
    assert there == {".ssh", ".config", ".netrc", ".cargo/credentials.toml"}
    assert tmp_path / "flux" in found


def test_masks_never_take_the_system_or_the_way_to_the_workspace_away(work: Path) -> None:
    for path in ("/", "/etc", "/usr/lib", "/proc", "/tmp", "/nonexistent"):
        assert hideable((Path(path),), work) == []
    link = work / "link"
    link.symlink_to("/etc")
    assert hideable((link,), work) == []


def test_nested_repositories_are_found(work: Path) -> None:
    (work / "a" / "b" / ".git").mkdir(parents=True)
    (work / ".git").mkdir()
    (work / "module").mkdir()
    (work / "module" / ".git").write_text("gitdir: ../x")
    assert nested_git(work) == (work / "a" / "b" / ".git", work / "module" / ".git")


def test_the_home_folder_is_no_workspace(tmp_path: Path) -> None:
    home = tmp_path / "me"
    assert too_wide(home, home)
    assert too_wide(tmp_path, home)
    assert not too_wide(home / "x", home)


def test_the_environment_is_an_allow_list() -> None:
    given = {
        "PATH": "/bin",
        "VIRTUAL_ENV": "/v",
        "LC_ALL": "C",
        "ANTHROPIC_API_KEY": "canary",
        "LD_PRELOAD": "x",
        "BASH_ENV": "x",
    }
    found = environment(given, {"MINE": "1", "PAGER": "less"})
    assert "canary" not in found.values()
    assert not {"LD_PRELOAD", "BASH_ENV"} & found.keys()
    assert {"PATH": "/bin", "VIRTUAL_ENV": "/v", "LC_ALL": "C", "MINE": "1", "PAGER": "less"}.items() <= found.items()


def test_the_probe_finds_the_sandbox_or_says_what_to_do(tmp_path: Path) -> None:
    found = probe("auto", sandboxes.NOWHERE)
    assert found.walls or ("Every command asks" in found.reason and found.asks)
    assert probe("off", sandboxes.NOWHERE).kind == "off"
    if found.walls:
        assert probe("require", sandboxes.NOWHERE).walls
    else:
        with pytest.raises(UsageError):
            probe("require", sandboxes.NOWHERE)


def test_the_probe_hides_flux_itself(tmp_path: Path) -> None:
    sandboxes.box()
    places = Places(*(tmp_path / name for name in ("config", "data", "state", "cache")))
    assert set(probe("auto", places).hide) >= {
        tmp_path / "config",
        tmp_path / "data",
        tmp_path / "state",
        tmp_path / "cache",
    }


def outside_folder() -> Path:
    """Somewhere we could write if there were no wall, and that the box does not replace."""
    return next(path for path in (Path.home(), Path("/var/lib")) if os.access(path, os.W_OK))


@pytest.mark.parametrize(
    "attempt",
    [
        "echo x > {outside}",
        "touch {outside}",
        "ln -s {outside} link && echo x > link",
        "mount -o remount,rw,bind / ; echo x > {outside}",
        "mount -o remount,rw / ; echo x > {outside}",
        "unshare -Ur sh -c 'mount -o remount,rw /; echo x > {outside}'",
        "chroot / sh -c 'echo x > {outside}'",
        "echo x > /proc/1/root{outside}",
        "echo x > /proc/self/cwd/../../../../../..{outside}",
        "nsenter -t 1 -m sh -c 'echo x > {outside}'",
        "umount -l / ; echo x > {outside}",
    ],
)
def test_nothing_is_written_outside(work: Path, attempt: str) -> None:
    outside = outside_folder() / f"flux-test-{os.getpid()}"
    try:
        inside(attempt.format(outside=outside), work)
        assert not outside.exists()
    finally:
        outside.unlink(missing_ok=True)


@pytest.mark.parametrize(
    "attempt",
    [
        "echo x > .git/config",
        "echo x > .git/hooks/pre-commit",
        "echo x > .git/commondir",
        "mv .git old; cp -r old .git; echo x > .git/config",
        "rm -rf .git",
        "mkdir new; mv new .git/new",
        "ln -s .git g; echo x > g/config",
        "ln .git/config hard; echo x > hard",
        "chmod u+w .git; echo x > .git/config",
        "mount --bind sub .git; echo x > .git/config",
        "umount .git; echo x > .git/config",
        "echo x > sub/.git/config",
        "mv sub/.git sub/old; mkdir sub/.git; echo x > sub/.git/config",
        "echo x > .flux/config.toml",
        "echo x > .envrc",
        "echo x > .vscode/tasks.json",
    ],
)
def test_what_runs_later_is_read_only(work: Path, attempt: str) -> None:
    for folder in (".git/hooks", ".flux", ".vscode", "sub/.git"):
        (work / folder).mkdir(parents=True)
    files = (".git/config", "sub/.git/config", ".flux/config.toml", ".envrc", ".vscode/tasks.json")
    for name in files:
        (work / name).write_text("kept")
    inside(attempt, work)
    assert [(work / name).read_text() for name in files] == ["kept"] * len(files)
    assert sorted(path.name for path in (work / ".git").iterdir()) == ["config", "hooks"]
    assert list((work / ".git" / "hooks").iterdir()) == []


def test_the_workspace_and_its_tmp_are_writable_and_last(work: Path) -> None:
    assert (inside("echo a > a && mkdir d && mv a d/b && echo t > /tmp/t && echo $TMPDIR", work)).output == "/tmp\n"
    assert (inside("cat d/b /tmp/t", work)).output == "a\nt\n"
    assert not Path("/tmp/t").exists()
    assert (inside("ls -A", work)).output == "d\n", "nothing is left behind by the masks"


def test_there_is_no_network(work: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ended = inside(f"exec 3<>/dev/tcp/127.0.0.1/{port} && echo reached", work)
    assert "reached" not in ended.output
    assert "reached" not in (inside("exec 3<>/dev/udp/192.0.2.1/9 && echo reached", work)).output


def test_abstract_sockets_and_those_in_files_are_not_reached(work: Path, tmp_path: Path) -> None:
    code = (
        "import socket,sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1].replace('@', chr(0))); print('reached')"
    )
    name = f"@flux-{os.getpid()}"
    path = str(tmp_path / "s")
    for address in (name, path):
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(address.replace("@", "\0"))
            server.listen()
            ended = inside(f'{sandboxes.PYTHON} -S -c "{code}" {address}', work)
        assert "refused" in ended.output or "No such file" in ended.output


def test_no_other_process_is_seen(work: Path) -> None:
    canary = f"canary{os.getpid()}"
    other = subprocess.Popen(["sleep", "60"], env={"CANARY": canary})
    try:
        ended = inside(f"cat /proc/*/environ | tr '\\0' '\\n' | grep -c {canary}; kill -9 {other.pid}; echo $$", work)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
    assert ended.output.startswith("0\n")


def test_the_kernels_settings_are_read_only(work: Path) -> None:
    before = Path("/proc/sys/kernel/core_pattern").read_text()
    inside("echo '|/tmp/evil' > /proc/sys/kernel/core_pattern", work)
    assert Path("/proc/sys/kernel/core_pattern").read_text() == before


def test_there_are_no_capabilities_and_no_further_namespaces(work: Path) -> None:
    ended = inside(
        "grep -E 'Cap(Eff|Bnd|Prm)' /proc/self/status | cut -f2 | sort -u; unshare -U true && echo made", work
    )
    assert ended.output.startswith("0000000000000000\n")
    assert "made" not in ended.output


def test_what_is_hidden_is_empty(work: Path) -> None:
    home = work / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "id_rsa").write_text("canary")
    (home / ".netrc").write_text("canary")
    ended = inside("cat home/.ssh/* home/.netrc; ls -A home/.ssh", work, (home / ".ssh", home / ".netrc"))
    assert "canary" not in ended.output
    assert (home / ".netrc").read_text() == "canary"


def test_a_workspace_whose_git_is_a_file_or_a_link_works(work: Path) -> None:
    (work / ".git").write_text("gitdir: /elsewhere")
    assert (inside("echo x > .git; cat .git", work)).output.endswith("gitdir: /elsewhere")
    (work / ".git").unlink()
    (work / "real").mkdir()
    (work / ".git").symlink_to("real")
    ended = inside("echo x > .git/config; echo ran", work)
    assert ended.output.endswith("ran\n")
    assert not (work / "real" / "config").exists()
