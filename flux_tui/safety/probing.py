"""Which sandbox holds on this machine: found by trying to break out of it, once at the start."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from flux_tui.config.places import Places
from flux_tui.protocol.errors import UsageError
from flux_tui.safety import seatbelt
from flux_tui.safety.environment import environment
from flux_tui.safety.masks import hidden, replaced
from flux_tui.safety.sandbox import STATUS_OPTION, Sandbox, bwrap

_SECONDS = 1.6
"""For each try; three of them stay below 5 s."""
_BREAK_OUT = """
( : > "$1" ) 2>/dev/null && exit 41
[ -n "$3" ] && ( : > .git/out ) 2>/dev/null && exit 42
: > inside || exit 43
( exec 3<>/dev/udp/192.0.2.1/9 ) 2>/dev/null && exit 44
[ -n "$2" ] && [ "$(readlink /proc/self/ns/net)" = "$2" ] && exit 45
exit 0
"""
_BREACHES = {
    41: "it let a command write outside the folder",
    42: "it let a command write below .git",
    43: "it let no command write at all",
    44: "it let a command reach the network",
    45: "it left commands in the system's network",
}
_BWRAP = (
    Sandbox("bwrap", "sandboxed"),
    Sandbox("bwrap-host-proc", "sandboxed (host /proc)", "Commands see the names of the system's processes."),
)
_LANDLOCK = Sandbox("landlock", "sandboxed, no .git protection")
_SEATBELT = Sandbox("seatbelt", "sandboxed")


def probe(setting: str, places: Places) -> Sandbox:
    """The best sandbox that holds here; at most 5 s. UsageError if one is required and only a lesser one holds."""
    if setting == "off":
        return Sandbox("off", "no sandbox (off)", "The setting sandbox is off: commands run as you, without walls.")
    problems: list[str] = []
    found = next((box for box in _candidates(problems) if _holds(box, problems)), None)
    problem = problems[0] if problems else "this system has none that Flux knows"
    remedy = _remedy(problem)
    if setting == "require" and (found is None or found.kind == "landlock"):
        raise UsageError(f'The setting sandbox is "require", but {problem}. {remedy}')
    if found is None:
        return Sandbox("none", "no sandbox", f"There is no sandbox: {problem}. Every command asks. {remedy}")
    own = (places.config, places.data, places.state, places.cache)
    reason = found.reason
    if found.kind == "landlock":
        reason = f"Held by Landlock, because {problem}. Commands can write .git. {remedy}"
    return replace(found, reason=reason, hide=hidden(Path.home(), os.environ, own))


def _candidates(problems: list[str]) -> Iterator[Sandbox]:
    if sys.platform == "darwin":
        if os.access(seatbelt.PROGRAM, os.X_OK):
            yield _SEATBELT
        else:
            problems.append("sandbox-exec is missing")
        return
    if sys.platform != "linux":
        return
    if bwrap() is not None:
        yield from _BWRAP
    else:
        problems.append("bubblewrap is not installed")
    yield _LANDLOCK


def _holds(box: Sandbox, problems: list[str]) -> bool:
    problem = breach(box)
    if problem:
        problems.append(problem)
    return not problem


def breach(box: Sandbox, env: Mapping[str, str] = os.environ) -> str:
    """What is wrong with the box, or nothing."""
    with tempfile.TemporaryDirectory(prefix="flux-probe-") as name:
        folder = Path(name).resolve()
        work, tmp = folder / "work", folder / "tmp"
        outside = _writable_here() / folder.name
        for path in (work / ".git", tmp):
            path.mkdir(parents=True)
        network = _own_network() if box.kind.startswith("bwrap") else ""
        argv = box.argv(_BREAK_OUT, workspace=work, cwd=work, tmp=tmp)
        try:
            return _told(
                _tried([*argv, "probe", str(outside), network, "git" if box.guards_git else ""], work, env), box
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{_program(box)} does not work here ({type(error).__name__})"
        finally:
            outside.unlink(missing_ok=True)


def _tried(argv: list[str], cwd: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    read, write = os.pipe()
    place = argv.index(STATUS_OPTION) + 1
    try:
        return subprocess.run(
            [*argv[:place], str(write), *argv[place + 1 :]],
            env=environment(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            pass_fds=(write,),
        )
    finally:
        os.close(read)
        os.close(write)


def _told(ended: subprocess.CompletedProcess[bytes], box: Sandbox) -> str:
    if ended.returncode == 0:
        return ""
    said = ended.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
    return _BREACHES.get(ended.returncode) or f"{_program(box)} does not work here ({said or ended.returncode})"


def _program(box: Sandbox) -> str:
    return {"landlock": "Landlock", "seatbelt": "sandbox-exec"}.get(box.kind, "bubblewrap")


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
        return "" if sys.platform == "darwin" else "On this system Flux has none yet."
    if "not installed" in problem:
        return "Install the package bubblewrap."
    if "uid map" in problem or "RTM_NEWADDR" in problem or "namespace" in problem.casefold():
        return "The kernel or the container forbids user namespaces; allow them for /usr/bin/bwrap (AppArmor, sysctl)."
    return "`flux doctor` shows the details."
