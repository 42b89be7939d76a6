"""The whole program by keys alone, as a person would use it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal, environment, needs_tmux, terminal
from tests.fakes.fixtures import Serve, model_server
from tests.fakes.script import Call, Reply

__all__ = ["model_server"]
pytestmark = needs_tmux

DATA = "".join(f"value_{number} = {number}\n" for number in range(1, 31))
CHANGED = DATA.replace("= 3\n", "= 33\n").replace("= 15\n", "= 150\n").replace("= 28\n", "= 280\n")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short enough for a socket's name."""
    with tempfile.TemporaryDirectory(prefix="flux-e2e-") as name:
        yield Path(name)


@pytest.fixture
def project(folder: Path) -> Path:
    path = folder / "project"
    path.mkdir()
    (path / "data.py").write_text(DATA)
    return path


def test_the_demo_is_walked_by_keys_alone(folder: Path) -> None:
    with terminal(folder, [], environment(folder)) as screen:
        for _ in range(40):
            shown = screen.until(lambda text: "Press " in text or "The demo is over" in text, "a step of the guide")
            if "The demo is over" in shown:
                break
            _follow(screen, shown)
        else:
            raise AssertionError(f"the demo does not end:\n{screen.screen()}")
        assert "verified" in shown or "ANTHROPIC_API_KEY" in shown


def _follow(screen: Terminal, shown: str) -> None:
    """Do what the guide says and wait until it says something else."""
    step = next(line for line in shown.split("\n") if "Press " in line).split("Press ", 1)[1]
    if step.startswith("Alt+3"):
        screen.keys("M-3", "A", "Enter")
    elif step.startswith("Alt+A"):
        screen.keys("M-a")
    elif step.startswith("y "):
        screen.keys("y")
    else:
        screen.keys("Enter")
    screen.until(lambda text: f"Press {step}" not in text, "next step of the guide")


def test_a_review_hunk_by_hunk_reaches_disk_and_model(folder: Path, project: Path, model_server: Serve) -> None:
    server = model_server(
        [
            Reply("Let me look.", calls=(Call("read_files", {"paths": ["data.py"]}),)),
            Reply(calls=(Call("write_file", {"path": "data.py", "content": CHANGED}),)),
            Reply("All done now."),
        ]
    )
    env = environment(folder, ANTHROPIC_API_KEY="sk-test-canary-123", ANTHROPIC_BASE_URL=server.url)
    with terminal(folder, [str(project)], env) as screen:
        screen.wait("Ask for a change")
        screen.type("change three values")
        screen.keys("Enter")
        screen.wait("waits for your review")
        screen.keys("M-3", "y", "n", "y")
        screen.keys("Enter")
        screen.wait("All done now.")
    assert (project / "data.py").read_text() == CHANGED.replace("= 150\n", "= 15\n")
    told = str(server.heard()[-1]["messages"][-1])
    assert "Hunk 2 of 3" in told
    assert "value_15 = 150" in told


def test_typing_while_a_command_runs_and_escape_stops_it(folder: Path, project: Path, model_server: Serve) -> None:
    server = model_server([Reply("Wait.", calls=(Call("run_command", {"command": "sleep 120"}),)), Reply("Never.")])
    env = environment(folder, ANTHROPIC_API_KEY="sk-test-canary-123", ANTHROPIC_BASE_URL=server.url)
    with terminal(folder, [str(project), "--mode", "full"], env) as screen:
        screen.wait("Ask for a change")
        screen.type("sleep")
        screen.keys("Enter")
        screen.wait("run sleep 120")
        screen.type("a draft that stays")
        screen.wait("a draft that stays")
        screen.keys("Escape")
        shown = screen.wait("nterrupted")
        assert "a draft that stays" in shown


def test_small_large_and_back(folder: Path, project: Path) -> None:
    with terminal(folder, [str(project)], environment(folder), (80, 24)) as screen:
        screen.wait("❯")
        for size in ((20, 10), (200, 60), (40, 12), (120, 40)):
            screen.resize(*size)
        screen.wait("data.py", "demo:free")


def test_quitting_says_how_to_go_on(folder: Path, project: Path) -> None:
    with terminal(folder, [str(project)], environment(folder)) as screen:
        screen.wait("Ask for a change")
        screen.type("show data.py")
        screen.keys("Enter")
        screen.wait("Shown: data.py")
        screen.type("/quit")
        screen.keys("Enter")
        shown = screen.wait("ended with 0")
        assert "flux --resume" in shown


def test_no_key_in_the_environment_still_works_on_the_own_folder(folder: Path, project: Path) -> None:
    with terminal(folder, [str(project)], environment(folder)) as screen:
        screen.wait("Ask for a change")
        screen.type('replace "value_7 = 7" with "value_7 = 77" in data.py')
        screen.keys("Enter")
        screen.wait("waits for your review")
        screen.keys("M-3", "A", "Enter")
        screen.wait("unverified")
    assert "value_7 = 77" in (project / "data.py").read_text()
