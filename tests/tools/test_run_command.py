"""run_command only proposes; update_plan only shows."""

from pathlib import Path

import pytest

from flux_tui.protocol.blocks import PlanBlock, StepState
from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Refusal, RunCommand
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import build, specs
from flux_tui.workspace.files import Workspace
from flux_tui.workspace.ledger import Ledger


@pytest.fixture
def context(tmp_path: Path) -> ToolContext:
    return ToolContext(Workspace(tmp_path), Ledger())


def test_a_command_is_an_effect(context: ToolContext) -> None:
    outcome = build("run_command", {"command": "ls"}).run(context)
    assert outcome.effect == RunCommand("ls", 120.0)
    outcome = build("run_command", {"cmd": "ls", "timeout": 600, "background": True}).run(context)
    assert outcome.effect == RunCommand("ls", 600.0, True)


@pytest.mark.parametrize(
    "arguments",
    [
        {"command": "ls", "timeout": 601},
        {"command": "ls", "timeout": 0},
        {"command": " \n"},
        {"command": "a\0b"},
        {"command": "x" * 100_001},
    ],
)
def test_what_can_not_run_is_refused(context: ToolContext, arguments: dict[str, object]) -> None:
    with pytest.raises(Refusal) as caught:
        build("run_command", arguments).run(context)
    assert caught.value.code is Code.INVALID_ARGUMENTS


def test_the_title_is_one_line() -> None:
    assert build("run_command", {"command": "a \\\n  && b\n"}).title() == "a \\ && b"


def test_the_steps_are_shown_by_state(context: ToolContext) -> None:
    steps = ["[x] read", "[>] edit", "[ ] test", "write", "- [X] listed", "2. [-] numbered", "[] bare"]
    tool = build("update_plan", {"steps": steps})
    outcome = tool.run(context)
    states: tuple[StepState, ...] = ("done", "now", "todo", "todo", "done", "now", "todo")
    words = ("read", "edit", "test", "write", "listed", "numbered", "bare")
    assert outcome.blocks == (PlanBlock(tuple(zip(states, words, strict=True))),)
    assert outcome.text == "The plan is shown: 5 of 7 steps open."
    assert tool.title() == "2 of 7 done"


@pytest.mark.parametrize("steps", [["[x]"], ["a", " "], ["a"] * 51])
def test_a_plan_that_is_none_is_refused(context: ToolContext, steps: list[str]) -> None:
    with pytest.raises(Refusal) as caught:
        build("update_plan", {"steps": steps}).run(context)
    assert caught.value.code is Code.INVALID_ARGUMENTS


def test_the_model_is_told_of_both() -> None:
    told = {spec.name: spec for spec in specs()}
    assert told["run_command"].schema["required"] == ["command"]
    assert told["update_plan"].schema["properties"]["steps"]["type"] == "array"
