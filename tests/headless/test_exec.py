"""`flux exec` as a script sees it: the real process, the real SDKs, a server on loopback that checks every history."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.fixtures import Serve, model_server
from tests.fakes.script import Call, Protocol, Reply, status

__all__ = ["model_server"]

SHOP = 'def price(items):\n    return sum(items)\n\n\nNAME = "shop"\n'
KEY = "sk-canary-0123456789"
EDIT = {"path": "shop.py", "search": 'NAME = "shop"', "replace": 'NAME = "store"'}
SCRIPT = [
    Reply("Let me look.", calls=(Call("grep_search", {"pattern": "NAME"}), Call("read_files", {"paths": ["shop.py"]}))),
    Reply(calls=(Call("edit_file", EDIT),)),
    Reply(calls=(Call("run_command", {"command": "cat shop.py"}),)),
    Reply("Renamed."),
]
PROTOCOLS: tuple[Protocol, ...] = ("messages", "responses", "chat")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "shop.py").write_text(SHOP)
    return folder


class Flux:
    """Runs the program with folders of its own and a server as its vendor."""

    def __init__(self, tmp_path: Path, url: str = "", protocol: Protocol = "messages") -> None:
        self.home = tmp_path / "home"
        vendor = "ANTHROPIC" if protocol == "messages" else "OPENAI"
        self.env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "FLUX_HOME": str(self.home)}
        if url:
            self.env |= {f"{vendor}_API_KEY": KEY, f"{vendor}_BASE_URL": url}
        self.model = "anthropic:claude-haiku-4-5" if protocol == "messages" else "openai:gpt-6-luna"
        if protocol != "messages":
            self.config(f'[providers.openai]\napi = "{protocol}"\n')

    def config(self, text: str) -> None:
        (self.home / "config").mkdir(parents=True, exist_ok=True)
        (self.home / "config" / "config.toml").write_text(text)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "flux_tui", *words]

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        root = Path(__file__).parents[2]
        env = {**self.env, "PYTHONPATH": str(root)}
        return subprocess.run(
            self.command(*words), env=env, input=stdin, capture_output=True, text=True, timeout=120, check=False
        )

    def exec(self, project: Path, *words: str, prompt: str = "rename it") -> "tuple[int, list[dict[str, Any]]]":
        model = () if "--model" in words or "--resume" in words else ("--model", self.model)
        done = self.run("exec", "--json", "--cwd", str(project), *model, *words, prompt)
        assert "Traceback" not in done.stderr
        assert KEY not in done.stdout + done.stderr
        return done.returncode, [json.loads(line) for line in done.stdout.split("\n")[:-1]]


def kinds(lines: list[dict[str, Any]]) -> list[str]:
    return [line["type"] for line in lines]


def of(lines: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [line for line in lines if line["type"] == kind]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_read_edit_command_finish(protocol: Protocol, tmp_path: Path, project: Path, model_server: Serve) -> None:
    server = model_server(SCRIPT, key=KEY)
    flux = Flux(tmp_path, server.base(protocol), protocol)
    code, lines = flux.exec(project, "--mode", "full")
    assert code == 0
    assert (project / "shop.py").read_text() == SHOP.replace('"shop"', '"store"')
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert [call["code"] for call in of(lines, "call_finished")] == ["OK"] * 4
    assert of(lines, "call_finished")[3]["exit"] == 0
    end = lines[-1]
    assert end["type"] == "run_ended"
    assert (end["exit_code"], end["text"], end["files"]) == (0, "Renamed.", ["shop.py"])
    assert end["requests"] == 4
    assert end["score"] == {"attempts": 1, "first_attempt": 1}
    assert end["usage"]["total"] == sum(line["usage"]["total"] for line in of(lines, "message_finished"))
    shown = json.loads(flux.run("sessions", "show", end["session"], "--json").stdout)
    assert [line["type"] for line in shown["events"]] == [
        kind
        for kind in kinds(lines)[:-1]
        if kind not in ("text_arrived", "thinking_arrived", "call_grew", "output_arrived")
    ]


def test_without_json_stdout_is_the_answer_alone(tmp_path: Path, project: Path, model_server: Serve) -> None:
    server = model_server([Reply("All is \x1b[2J well.")])
    flux = Flux(tmp_path, server.url)
    done = flux.run("exec", "--cwd", str(project), "--model", flux.model, "say it")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert done.stdout.startswith("All is ")


def test_resume_sends_the_whole_history(tmp_path: Path, project: Path, model_server: Serve) -> None:
    server = model_server([*SCRIPT[:1], Reply("Seen."), Reply(calls=(Call("edit_file", EDIT),)), Reply("Done.")])
    flux = Flux(tmp_path, server.url)
    flux.exec(project)
    code, lines = flux.exec(project, "--resume", "last", "--mode", "auto-edit", prompt="now do it")
    assert code == 0
    assert lines[0]["resumed"] is True
    assert of(lines, "call_finished")[0]["code"] == "OK"
    assert of(lines, "turn_started")[0]["turn"] == 2


def test_undo_and_redo_from_the_shell(tmp_path: Path, project: Path, model_server: Serve) -> None:
    server = model_server(SCRIPT)
    flux = Flux(tmp_path, server.url)
    flux.exec(project, "--mode", "full")
    undone = flux.run("sessions", "undo", "--json", "--cwd", str(project))
    assert undone.returncode == 0
    assert [row["path"] for row in json.loads(undone.stdout)["done"]] == ["shop.py"]
    assert (project / "shop.py").read_text() == SHOP
    assert flux.run("sessions", "redo", "--cwd", str(project)).returncode == 0
    assert '"store"' in (project / "shop.py").read_text()
    stats = json.loads(flux.run("stats", "--json", "--all").stdout)
    assert stats["edits"] == {"attempts": 1, "first_attempt": 1, "rate": 1.0}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--mode", "ask"), 4),
        (("--mode", "full", "--max-turns", "2"), 3),
    ],
)
def test_exit_codes(words: tuple[str, ...], code: int, tmp_path: Path, project: Path, model_server: Serve) -> None:
    server = model_server(SCRIPT)
    found, lines = Flux(tmp_path, server.url).exec(project, *words)
    assert (found, lines[-1]["exit_code"]) == (code, code)
    assert lines[-1]["message"]


def test_a_failed_check_is_exit_5(tmp_path: Path, project: Path, model_server: Serve) -> None:
    server = model_server([*SCRIPT, Reply("Sorry."), Reply("Really.")])
    flux = Flux(tmp_path, server.url)
    flux.config('[verify]\ncommands = ["exit 7"]\n')
    code, lines = flux.exec(project, "--mode", "full")
    assert code == 5
    assert of(lines, "turn_ended")[0]["checks"] == [{"command": "exit 7", "exit": 7}]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("error", "fault"), [(401, "bad_key"), (404, "unknown_model"), (400, "bad_request"), (403, "forbidden")]
)
def test_faults_end_with_one_sentence(
    protocol: Protocol, error: int, fault: str, tmp_path: Path, project: Path, model_server: Serve
) -> None:
    server = model_server([status(error)])
    code, lines = Flux(tmp_path, server.base(protocol), protocol).exec(project)
    assert code == 1
    assert [line["fault"] for line in of(lines, "error_occurred")] == [fault]
    assert lines[-1]["message"]
    assert len(server.requests) == 1


def test_an_unreachable_server(tmp_path: Path, project: Path) -> None:
    flux = Flux(tmp_path, "http://127.0.0.1:9")
    flux.config("[network]\nmax_tries = 2\nbackoff_first = 0.01\n")
    code, lines = flux.exec(project)
    assert code == 1
    assert [line["fault"] for line in of(lines, "error_occurred")] == ["unreachable"]
    assert len(of(lines, "retry_scheduled")) == 1


def test_sigint_ends_in_good_order(tmp_path: Path, project: Path, model_server: Serve) -> None:
    server = model_server([Reply(calls=(Call("run_command", {"command": "sleep 60"}),))])
    flux = Flux(tmp_path, server.url)
    words = flux.command("exec", "--json", "--mode", "full", "--cwd", str(project), "--model", flux.model, "wait")
    env = {**flux.env, "PYTHONPATH": str(Path(__file__).parents[2])}
    lines = []
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        for text in process.stdout:
            lines.append(json.loads(text))
            if lines[-1]["type"] == "call_started":
                time.sleep(0.2)
                process.send_signal(signal.SIGINT)
    assert process.returncode == 130
    assert lines[-1]["exit_code"] == 130
    assert of(lines, "call_finished")[0]["code"] == "INTERRUPTED"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("exec", "--json", "--cwd", "/nowhere/at/all", "hi"), "not there"),
        (("exec", "--json", "--nonsense", "hi"), "--nonsense"),
        (("exec", "--json", "--model", "anthropic:claude-haiku-4-5", "hi"), "ANTHROPIC_API_KEY"),
        (("exec", "--json", "hi"), "KEY"),
        (("exec", "--json", "--model", "nonsense:model", "hi"), "nonsense"),
        (("exec", "--json", "--resume", "nothing", "hi"), "nothing"),
        (("exec", "--json", ""), "empty"),
        (("exce", "hi"), "flux exec"),
    ],
)
def test_bad_input_is_exit_2_and_a_sentence(words: tuple[str, ...], says: str, tmp_path: Path) -> None:
    done = Flux(tmp_path).run(*words)
    assert done.returncode == 2
    assert says in done.stderr
    if "--json" in words:
        end = json.loads(done.stdout.split("\n")[-2])
        assert (end["type"], end["exit_code"]) == ("run_ended", 2)
        assert says in end["message"]
    assert "Traceback" not in done.stderr


def test_a_broken_config_names_file_and_key(tmp_path: Path) -> None:
    flux = Flux(tmp_path)
    flux.config("[limits]\nmax_turn = 3\n")
    done = flux.run("exec", "hi")
    assert done.returncode == 2
    assert "config.toml" in done.stderr
    assert "max_turns" in done.stderr


def test_no_terminal_no_screen(tmp_path: Path) -> None:
    done = Flux(tmp_path).run(str(tmp_path))
    assert done.returncode == 2
    assert "flux exec" in done.stderr
