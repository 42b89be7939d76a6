"""One turn of the agent, from request to request, beside a request by the SDK alone; and the same late in a session."""

from collections.abc import Iterator, Mapping
from statistics import median
from typing import Any

from tests.bench.measure import RUNS, Figure, Yardstick
from tests.bench.runs import Spent, flux_exec, sdk_alone
from tests.fakes.script import Call, Reply

TURNS = 45


def figures() -> Iterator[Figure]:
    alone = min((sdk_alone(20) for _ in range(RUNS)), key=_total)
    request = Yardstick("a request by the SDK", median(alone.steps()))
    for tool in ("read_files", "grep_search", "edit_file", "run_command"):
        spent = min((_turns(tool) for _ in range(RUNS)), key=_total)
        steps = spent.steps()
        early, late = median(steps[2:10]), median(steps[-8:])
        yield Figure(f"a turn with {tool}", early, request, "10 ms")
        yield Figure(f"  the same at turn {TURNS}", late, Yardstick("at turn 5", early), "the same")


def _total(spent: Spent) -> float:
    return spent.total


def _turns(tool: str) -> Spent:
    def answer(index: int) -> Reply:
        if index == TURNS:
            return Reply("Done.")
        return Reply("Working on it.", calls=(_call(tool, index),))

    return flux_exec(answer)


def _call(tool: str, index: int) -> Call:
    arguments: dict[str, Mapping[str, Any]] = {
        "read_files": {"paths": ["rich/table.py"], "start_line": index + 1, "end_line": index + 60},
        "grep_search": {"pattern": "def __rich_measure__", "path": "rich"},
        "edit_file": {"path": "rich/rule.py", "search": _line(index - 1), "replace": _line(index)},
        "run_command": {"command": "true"},
    }
    if tool == "edit_file" and index == 0:
        return Call("read_files", {"paths": ["rich/rule.py"]})
    return Call(tool, arguments[tool])


def _line(index: int) -> str:
    return f"from .text import Text  # {index}\n" if index else "from .text import Text\n"
