"""`flux exec` killed at random moments, two at once, full disks: nothing acknowledged is lost, nothing is half."""

import contextlib
import json
import os
import random
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.fixtures import Serve, model_server
from tests.fakes.script import Call, Heard, Reply
from tests.headless.test_exec import Flux, of

__all__ = ["model_server"]

KILLS = int(os.environ.get("FLUX_KILLS", "8"))
"""200 in the benchmark of durability."""
OLD, NEW = "value = 1\n" + "# filler\n" * 2000, "value = 2\n" + "# filler\n" * 2000
STEPS = [
    Reply("Looking.", calls=(Call("read_files", {"paths": ["data.py"], "start_line": 1, "end_line": 40}),)),
    Reply("Editing.", calls=(Call("edit_file", {"path": "data.py", "search": "value = 1", "replace": "value = 2"}),)),
    Reply("Running.", calls=(Call("run_command", {"command": "echo ran >> log.txt; sleep 0.05"}),)),
    Reply("Done."),
]
KEPT = ("turn_started", "message_finished", "call_finished", "file_changed", "turn_ended")


def script(heard: Heard) -> Reply:
    return Reply("Gone on.") if "go on" in heard.prompt else STEPS[min(heard.replies, 3)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "data.py").write_text(OLD)
    return folder


class Killed:
    """Runs that end when they are told to, each in a session of its own."""

    def __init__(self, flux: Flux, project: Path) -> None:
        self.flux, self.project = flux, project
        self.env = {**flux.env, "PYTHONPATH": str(Path(__file__).parents[2])}

    def start(self, out: Path) -> "subprocess.Popen[bytes]":
        words = ("exec", "--json", "--mode", "full", "--cwd", str(self.project), "--model", self.flux.model, "set it")
        with out.open("wb") as file:
            return subprocess.Popen(self.flux.command(*words), env=self.env, stdout=file, stderr=subprocess.DEVNULL)

    def run(self, out: Path, seconds: float) -> list[dict[str, Any]]:
        """What was acknowledged until the kill."""
        process = self.start(out)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        process.kill()
        process.wait()
        return [json.loads(line) for line in out.read_bytes().split(b"\n")[:-1]]


def test_kills_at_random_moments_lose_nothing(tmp_path: Path, project: Path, model_server: Serve) -> None:
    server = model_server(script)
    flux = Flux(tmp_path, server.url)
    killed, chance = Killed(flux, project), random.Random(11)
    began = time.monotonic()
    assert killed.run(tmp_path / "out", 60)[-1]["type"] == "run_ended"
    whole = time.monotonic() - began
    for number in range(KILLS):
        (project / "data.py").write_text(OLD)
        told = killed.run(tmp_path / "out", whole * chance.uniform(0.3, 1.05))
        check(tmp_path, project, flux, told, number)


def check(tmp_path: Path, project: Path, flux: Flux, told: list[dict[str, Any]], number: int) -> None:
    found = (project / "data.py").read_text()
    assert found in {OLD, NEW}, f"kill {number}: the file is neither old nor new"
    if of(told, "file_changed"):
        assert found == NEW
    with contextlib.closing(sqlite3.connect(flux.home / "data" / "flux.db")) as sql:
        assert sql.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    if not told:
        return
    session = told[0]["session"]
    shown = json.loads(flux.run("sessions", "show", session, "--json", "--cwd", str(project)).stdout)["events"]
    kept = [line for line in shown if line["type"] in KEPT]
    acknowledged = [line for line in told if line["type"] in KEPT]
    assert [essence(line) for line in kept[: len(acknowledged)]] == [essence(line) for line in acknowledged]
    code, lines = flux.exec(project, "--resume", session, prompt="go on")
    assert (code, lines[-1]["text"]) == (0, "Gone on."), lines[-1]
    assert [path.name for path in project.iterdir() if path.name.startswith(".flux")] == []
    states = changes(flux)
    assert "intent" not in states, "the start settled what the kill left open"


def essence(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in ("seq", "time")}


def changes(flux: Flux) -> set[str]:
    with contextlib.closing(sqlite3.connect(flux.home / "data" / "flux.db")) as sql:
        return {state for (state,) in sql.execute("SELECT state FROM changes")}


def test_two_at_once_in_one_folder(tmp_path: Path, project: Path, model_server: Serve) -> None:
    """Both want the same edit: one makes it, the other is told that the file is another one by now."""
    server = model_server(script)
    flux = Flux(tmp_path, server.url)
    both = Killed(flux, project)
    running = [both.start(tmp_path / f"out{number}") for number in range(2)]
    assert [process.wait(120) for process in running] == [0, 0]
    assert (project / "data.py").read_text() == NEW
    lines = [
        json.loads(line) for number in range(2) for line in (tmp_path / f"out{number}").read_text().split("\n")[:-1]
    ]
    assert len(of(lines, "file_changed")) >= 1
    edits = [line["code"] for line in of(lines, "call_finished") if line["tool"] == "edit_file"]
    assert sorted(edits)[0] == "OK"
    assert set(edits) <= {"OK", "STALE_FILE", "SEARCH_TEXT_NOT_FOUND", "NOT_READ"}


def test_a_session_that_is_open_is_not_opened_again(tmp_path: Path, project: Path, model_server: Serve) -> None:
    server = model_server(lambda heard: Reply(calls=(Call("run_command", {"command": "sleep 60"}),)))
    flux = Flux(tmp_path, server.url)
    out = tmp_path / "out"
    process = Killed(flux, project).start(out)
    try:
        for _ in range(600):
            if b"call_started" in out.read_bytes():
                break
            time.sleep(0.05)
        done = flux.run("sessions", "undo", "last", "--cwd", str(project))
        assert (done.returncode, str(process.pid) in done.stderr) == (1, True)
        code, lines = flux.exec(project, "--resume", "last")
        assert code == 1
        assert str(process.pid) in lines[-1]["message"]
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def fill(place: Path) -> None:
    with contextlib.suppress(OSError), (place / "filler").open("wb") as file:
        while True:
            file.write(b"\0" * 4096)
            file.flush()


def test_the_projects_disk_is_full(tmp_path: Path, small_disk: Path, model_server: Serve) -> None:
    project = small_disk / "project"
    project.mkdir()
    (project / "data.py").write_text(OLD)
    fill(small_disk)
    flux = Flux(tmp_path, model_server(script).url)
    _, lines = flux.exec(project, "--mode", "auto-edit")
    assert (project / "data.py").read_text() == OLD
    edit = of(lines, "call_finished")[1]
    assert edit["code"] == "INTERNAL_ERROR"
    assert "No space left" in edit["text"]
    assert sorted(path.name for path in project.iterdir()) == ["data.py"]


def test_the_data_folders_disk_is_full(tmp_path: Path, project: Path, small_disk: Path, model_server: Serve) -> None:
    """What was saved stays readable; the run ends with one sentence, and no file was changed without a journal."""
    flux = Flux(tmp_path, model_server(script).url)
    flux.env["FLUX_HOME"] = str(small_disk / "home")
    flux.home = small_disk / "home"
    assert flux.exec(project, "--mode", "auto-edit")[0] == 4, "the command is denied; the edit was made"
    (project / "data.py").write_text(OLD)
    fill(small_disk)
    done = flux.run("exec", "--cwd", str(project), "--model", flux.model, "--mode", "auto-edit", "set it")
    assert done.returncode == 1
    assert "disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert (project / "data.py").read_text() == OLD
    shown = flux.run("sessions", "--cwd", str(project))
    assert "rename it" in shown.stdout, shown.stderr
