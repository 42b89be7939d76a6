"""`flux doctor`: what this machine offers, what is missing, and the remedy. Keys are named, never shown."""

import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from flux_tui import __version__
from flux_tui.agent.availability import local_servers
from flux_tui.config.load import Loaded, load
from flux_tui.config.places import Places, places
from flux_tui.headless.lines import answer, out
from flux_tui.llm.provider_factory import key_sources
from flux_tui.protocol.errors import FluxError
from flux_tui.safety.probing import probe

State = Literal["ok", "missing", "note"]
SIGNS: dict[State, str] = {"ok": "✓", "missing": "✗", "note": "·"}


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    state: State
    text: str


def run(as_json: bool) -> int:
    """0 if Flux can work here; 1 if something it can't do without is missing."""
    findings = [*_system(), *_programs(), *_sandbox(), *_config(), *_local(), *_tls(), *_terminal()]
    if as_json:
        answer({"findings": [{"name": f.name, "state": f.state, "text": f.text} for f in findings]})
    else:
        width = max(len(finding.name) for finding in findings)
        for finding in findings:
            out(f"{SIGNS[finding.state]} {finding.name:<{width}}  {finding.text}")
    return 1 if any(finding.state == "missing" and finding.name in ("python", "config") for finding in findings) else 0


def _system() -> list[Finding]:
    version = platform.python_version()
    good = sys.version_info >= (3, 11)
    return [
        Finding("flux", "ok", __version__),
        Finding("python", "ok" if good else "missing", version if good else f"{version}; Flux needs 3.11 or newer"),
        Finding("system", "note", f"{platform.system()} {platform.release()} {platform.machine()}"),
    ]


def _programs() -> list[Finding]:
    remedies = {
        "git": "the file tree shows no git state; install git",
        "rg": "searches are done in Python, which is slower; install ripgrep",
        "bash": "commands need it; install bash",
    }
    return [_program(name, remedy) for name, remedy in remedies.items()]


def _program(name: str, remedy: str) -> Finding:
    path = shutil.which(name)
    if path is None:
        return Finding(name, "missing", f"not found: {remedy}")
    try:
        done = subprocess.run(
            [path, "--version"], capture_output=True, timeout=5, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(name, "missing", f"{path} does not run ({type(error).__name__})")
    return Finding(name, "ok", done.stdout.decode("utf-8", "replace").split("\n", 1)[0].strip() or path)


def _sandbox() -> list[Finding]:
    try:
        found = probe("auto", places(os.environ))
    except FluxError as error:
        return [Finding("sandbox", "missing", str(error))]
    state: State = "ok" if found.walls and not found.reason else "note" if found.walls else "missing"
    return [Finding("sandbox", state, ". ".join(filter(None, (found.label, found.reason))))]


def _config() -> list[Finding]:
    home = places(os.environ)
    try:
        loaded = load(home, os.environ, {}, None)
    except FluxError as error:
        return [Finding("config", "missing", str(error)), *_folders(home)]
    return [Finding("config", "ok", str(home.config / "config.toml")), *_keys(loaded), *_folders(home)]


def _keys(loaded: Loaded) -> list[Finding]:
    return [
        Finding(f"key {name}", "ok" if found else "note", f"from {where}" if found else f"none; set {where}")
        for name, where, found in key_sources(loaded.settings, os.environ)
    ]


def _local() -> list[Finding]:
    """Model servers on their usual ports of this machine."""
    try:
        settings = load(places(os.environ), os.environ, {}, None).settings
    except FluxError:
        return []
    return [
        Finding(server.name, "ok", f"{server.title} at {server.url}: {names([one.id for one in server.models])}")
        for server in local_servers(settings)
    ]


def names(models: list[str]) -> str:
    """A few, and how many there are besides."""
    more = f" and {len(models) - 4} more" if len(models) > 4 else ""
    return ", ".join(models[:4]) + more


def _folders(home: Places) -> list[Finding]:
    rows = (("data", home.data), ("state", home.state))
    return [Finding(name, "ok" if _writable(path) else "missing", str(path)) for name, path in rows]


def _writable(path: Path) -> bool:
    while not path.exists() and path != path.parent:
        path = path.parent
    return os.access(path, os.W_OK)


def _tls() -> list[Finding]:
    import ssl

    paths = ssl.get_default_verify_paths()
    count = len(ssl.create_default_context().get_ca_certs())
    where = os.environ.get("SSL_CERT_FILE") or paths.cafile or paths.capath or "nowhere"
    if count or (paths.capath and any(Path(paths.capath).glob("*"))):
        return [
            Finding("tls", "ok", f"{count} certificates from {where}" if count else f"certificates in {paths.capath}")
        ]
    return [Finding("tls", "missing", "the trust store is empty: install ca-certificates or set SSL_CERT_FILE")]


def _terminal() -> list[Finding]:
    env = os.environ
    colour = "true colour" if env.get("COLORTERM") in ("truecolor", "24bit") else "256 colours"
    colour = colour if "256color" in env.get("TERM", "") or "true" in colour else "16 colours"
    inside = next(
        (name for name, mark in (("tmux", "TMUX"), ("screen", "STY"), ("zellij", "ZELLIJ")) if env.get(mark)), ""
    )
    size = shutil.get_terminal_size()
    facts = [f"TERM={env.get('TERM', 'not set')}", colour, f"{size.columns}x{size.lines}"]
    facts += [f"inside {inside}"] if inside else []
    facts += ["NO_COLOR is set"] if env.get("NO_COLOR") else []
    facts += [] if sys.stdout.isatty() else ["stdout is no terminal"]
    return [Finding("terminal", "ok" if sys.stdout.isatty() else "note", ", ".join(facts))]
