"""The wall around commands: what bubblewrap is told, and whether that really holds on this machine.

It builds arguments and runs nothing, but for the probe at start, which tries to break out of its own box. A sandbox
that can't be had is never silently replaced: label and reason say so, and every command asks.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from flux_tui.config.places import Places
from flux_tui.protocol.errors import UsageError
from flux_tui.safety.environment import environment as environment
from flux_tui.safety.masks import hidden, hideable, masks, read_only, replaced

Kind = Literal["bwrap", "bwrap-host-proc", "off", "none"]

STATUS_OPTION = "--json-status-fd"
"""The word behind this option is replaced by the runner with the number of a pipe."""

_BWRAP_FOLDERS = ("/usr/bin", "/bin", "/usr/local/bin", "/run/current-system/sw/bin")
_UNSHARED = (
    "--unshare-user", "--disable-userns", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
    "--unshare-net", "--cap-drop", "ALL", "--die-with-parent", "--new-session", "--hostname", "flux",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sandbox:
    kind: Kind
    label: str
    """For the status bar."""
    reason: str = ""
    """Why it is not the full sandbox, and what to do; empty for the full one."""
    hide: tuple[Path, ...] = ()
    """What no command may read, as found by the probe: secrets of the home folder, Flux's own folders."""

    @property
    def walls(self) -> bool:
        """Whether commands are confined."""
        return self.kind in ("bwrap", "bwrap-host-proc")

    @property
    def asks(self) -> bool:
        """Whether every command must ask because the sandbox that was wanted is missing."""
        return self.kind == "none"

    def argv(self, command: str, *, workspace: Path, cwd: Path, tmp: Path, hide: Sequence[Path] = ()) -> list[str]:
        """The command in its box. `workspace` and `tmp` are real folders; `tmp` becomes the command's /tmp.

        Start it with `environment()`: what the box itself was given can be read inside it.
        """
        inner = [shell(), "--noprofile", "--norc", "-c", command]
        if not self.walls:
            return [sys.executable, "-IES", str(LAUNCHER), STATUS_OPTION, "-1", "--", *inner]
        masked = hideable((*self.hide, *hide), workspace)
        early = [path for path in masked if not path.is_relative_to(workspace)]
        late = [path for path in masked if path.is_relative_to(workspace)]
        return [
            bwrap() or "bwrap",
            STATUS_OPTION,
            "-1",
            *_UNSHARED,
            *self._system(),
            *("--bind", str(tmp), "/tmp"),
            *masks(early),
            *("--bind", str(workspace), str(workspace)),
            *read_only(workspace),
            *masks(late),
            *("--chdir", str(cwd), "--", *inner),
        ]

    def _system(self) -> Iterator[str]:
        yield from ("--ro-bind", "/", "/", "--dev", "/dev")
        if self.kind == "bwrap":
            # As root even a fresh /proc has a writable /proc/sys: the host's.
            yield from ("--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys")
        yield from ("--tmpfs", "/run", "--tmpfs", "/var/tmp")


LAUNCHER = Path(__file__).with_name("launcher.py")


@lru_cache(maxsize=1)
def bwrap() -> str | None:
    """The system's own bubblewrap. Never one from PATH, which may lead into the workspace."""
    found = (f"{folder}/bwrap" for folder in _BWRAP_FOLDERS)
    return next((path for path in found if os.access(path, os.X_OK)), None)


@lru_cache(maxsize=1)
def shell() -> str:
    return "/bin/bash" if os.access("/bin/bash", os.X_OK) else shutil.which("bash") or "/bin/sh"


_BREAK_OUT = """
( : > "$1" ) 2>/dev/null && exit 41
( : > .git/out ) 2>/dev/null && exit 42
: > inside || exit 43
( exec 3<>/dev/udp/192.0.2.1/9 ) 2>/dev/null && exit 44
[ "$(readlink /proc/self/ns/net)" = "$2" ] && exit 45
exit 0
"""
_BREACHES = {
    41: "it let a command write outside the folder",
    42: "it let a command write below .git",
    43: "it let no command write at all",
    44: "it let a command reach the network",
    45: "it left commands in the system's network",
}


def probe(setting: str, places: Places) -> Sandbox:
    """The best sandbox that holds here, found by trying; at most 5 s. UsageError if one is required and none holds."""
    if setting == "off":
        return Sandbox("off", "no sandbox (off)", "The setting sandbox is off: commands run as you, without walls.")
    problem = "bubblewrap is not installed"
    if bwrap() is not None:
        for box in (
            Sandbox("bwrap", "sandboxed"),
            Sandbox("bwrap-host-proc", "sandboxed (host /proc)", "No own /proc."),
        ):
            problem = _breach(box)
            if not problem:
                own = (places.config, places.data, places.state, places.cache)
                return replace(box, hide=hidden(Path.home(), os.environ, own))
    remedy = _remedy(problem)
    if setting == "require":
        raise UsageError(f'The setting sandbox is "require", but {problem}. {remedy}')
    return Sandbox("none", "no sandbox", f"There is no sandbox: {problem}. Every command asks. {remedy}")


def _breach(box: Sandbox) -> str:
    """What is wrong with the box, or nothing."""
    with tempfile.TemporaryDirectory(prefix="flux-probe-") as name:
        folder = Path(name).resolve()
        work, tmp = folder / "work", folder / "tmp"
        outside = _writable_here() / folder.name
        for path in (work / ".git", tmp):
            path.mkdir(parents=True)
        argv = box.argv(_BREAK_OUT, workspace=work, cwd=work, tmp=tmp)
        status = argv.index(STATUS_OPTION)
        try:
            return _told(_tried([*argv[:status], *argv[status + 2 :], "probe", str(outside), _own_network()]))
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"bubblewrap does not work here ({type(error).__name__})"
        finally:
            outside.unlink(missing_ok=True)


def _tried(argv: list[str]) -> subprocess.CompletedProcess[bytes]:
    env = environment(os.environ)
    return subprocess.run(argv, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=2.4, check=False)


def _told(ended: subprocess.CompletedProcess[bytes]) -> str:
    if ended.returncode == 0:
        return ""
    said = ended.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
    return _BREACHES.get(ended.returncode) or f"bubblewrap does not work here ({said or ended.returncode})"


def _writable_here() -> Path:
    """A folder in which a write would succeed if there were no wall. The box has its own /tmp, which proves nothing."""
    candidates = (Path.home(), Path("/var/lib"), Path("/"))
    free = (path for path in candidates if os.access(path, os.W_OK) and not replaced(path))
    return next(free, Path("/"))


def _own_network() -> str:
    try:
        return str(Path("/proc/self/ns/net").readlink())
    except OSError:
        return ""


def _remedy(problem: str) -> str:
    if sys.platform != "linux":
        return "On this system Flux has none yet."
    if "not installed" in problem:
        return "Install the package bubblewrap."
    if "uid map" in problem or "RTM_NEWADDR" in problem or "namespace" in problem.casefold():
        return "The kernel or the container forbids user namespaces; allow them for /usr/bin/bwrap (AppArmor, sysctl)."
    return "`flux doctor` shows the details."
