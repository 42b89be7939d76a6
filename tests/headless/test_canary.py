"""A key of ours and what it may never reach: environments, arguments, logs, the database, exports, crash reports."""

import base64
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.fixtures import Serve, model_server
from tests.fakes.script import Call, Reply, status
from tests.headless.test_exec import KEY, Flux, of

__all__ = ["model_server"]

LOOK = (
    "env; cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr '\\0' '\\n'; cat ~/home/*/* 2>/dev/null; "
    "ps auxeww 2>/dev/null; true"
)
FORMS = (KEY, base64.b64encode(KEY.encode()).decode().rstrip("="), KEY.replace("-", "%2D"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "shop.py").write_text("x = 1\n")
    return folder


def everything(folder: Path) -> bytes:
    """The bytes of all files below, the database's side files too."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def clean(data: bytes) -> bool:
    return not any(form.encode() in data for form in FORMS)


def test_a_key_reaches_nothing(tmp_path: Path, project: Path, model_server: Serve) -> None:
    edit = {"path": "new.py", "content": "y = 2\n"}
    server = model_server(
        [
            Reply(calls=(Call("run_command", {"command": LOOK}),)),
            Reply(calls=(Call("write_file", edit),)),
            Reply("Done."),
        ],
        key=KEY,
    )
    flux = Flux(tmp_path, server.url)
    before = os.umask(0)
    try:
        code, lines = flux.exec(project, "--mode", "full")
    finally:
        os.umask(before)
    assert code == 0, lines[-1]
    assert "PATH=" in of(lines, "call_finished")[0]["text"], "the command did look"
    assert clean(json.dumps(lines).encode())
    for words in (("export", "last"), ("export", "last", "--format", "json"), ("show", "last", "--json")):
        done = flux.run("sessions", *words, "--cwd", str(project))
        assert done.returncode == 0
        assert clean((done.stdout + done.stderr).encode())
    assert clean(everything(tmp_path))
    assert KEY in str(server.requests[0].headers), "it did reach the server"


def test_everything_of_ours_is_for_its_owner_alone(tmp_path: Path, project: Path, model_server: Serve) -> None:
    server = model_server([Reply("Hello.")])
    flux = Flux(tmp_path, server.url)
    before = os.umask(0)
    try:
        assert flux.exec(project, "--trust")[0] == 0
    finally:
        os.umask(before)
    loose = [
        f"{path} {stat.S_IMODE(path.stat().st_mode):o}"
        for path in flux.home.rglob("*")
        if path.stat().st_mode & 0o077 and path.name != "config"
    ]
    assert loose == []


def test_a_server_that_repeats_the_key(tmp_path: Path, project: Path, model_server: Serve) -> None:
    server = model_server([status(401, {"type": "error", "error": {"type": "x", "message": f"bad key {KEY}"}})])
    flux = Flux(tmp_path, server.url)
    code, _ = flux.exec(project)
    assert code == 1
    assert clean(everything(tmp_path))


CRASH = """
import os, sys
from flux_tui import cli
def crash(args):
    raise ValueError("broken by " + os.environ["ANTHROPIC_API_KEY"] + " \\x1b]52;c;aGk=\\x07")
cli._DISPATCH["exec"] = crash
sys.argv[1:] = ["exec", "--json", "hi"]
cli.main()
"""


def test_a_crash_is_a_sentence_and_its_log_has_no_key(tmp_path: Path) -> None:
    flux = Flux(tmp_path, "http://127.0.0.1:9")
    env = {**flux.env, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", CRASH], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert clean((done.stdout + done.stderr).encode())
    assert json.loads(done.stdout)["exit_code"] == 1
    log = flux.home / "state" / "flux.log"
    assert str(log) in done.stderr
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700
    (row,) = [json.loads(line) for line in log.read_text().split("\n")[:-1]]
    assert "ValueError: broken by [redacted]" in row["error"]
    assert "\x1b" not in row["error"]


def test_a_key_that_a_tool_read_is_not_exported(tmp_path: Path, project: Path, model_server: Serve) -> None:
    """It is in the transcript, since it was sent; it does not leave the machine by an export."""
    (project / "notes.txt").write_text(f"{KEY}\nghp_0123456789abcdefghij\n")
    server = model_server([Reply(calls=(Call("read_files", {"paths": ["notes.txt"]}),)), Reply("Done.")])
    flux = Flux(tmp_path, server.url)
    words = ("exec", "--cwd", str(project), "--model", flux.model, "read it")
    assert flux.run(*words).returncode == 0
    for form in ("md", "json"):
        done = flux.run("sessions", "export", "last", "--format", form, "--cwd", str(project))
        assert clean(done.stdout.encode())
        assert "ghp_0123456789abcdefghij" not in done.stdout
        assert "notes.txt" in done.stdout
