"""update_plan: the visible to-do list. It changes nothing but what the person sees."""

import re
from dataclasses import dataclass, field
from typing import ClassVar

from flux_tui.protocol.blocks import PlanBlock, StepState
from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Outcome, Refusal
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import Kind, Tool

MOST_STEPS = 50

_STEP = re.compile(r"\s*(?:[-*]\s+|\d+[.)]\s+)?(?:\[(?P<mark>[ xX>~*-]?)\]\s*)?(?P<text>.*)", re.DOTALL)
_STATES: dict[str, StepState] = {"x": "done", "X": "done", ">": "now", "~": "now", "*": "now", "-": "now"}


@dataclass(frozen=True, kw_only=True)
class UpdatePlan(Tool):
    """Show the person your plan for a task of several steps, and keep it up to date: call it again, with all steps,
    when one is done or the plan changes. Exactly one step should be in progress.
    """

    name: ClassVar[str] = "update_plan"
    kind: ClassVar[Kind] = "plan"
    verb: ClassVar[str] = "plan"

    steps: list[str] = field(
        metadata={"doc": "All steps in order, each `[x] done`, `[>] in progress` or `[ ] to do` and a short text."}
    )

    def title(self) -> str:
        done = sum(state == "done" for state, _ in self._parsed())
        return f"{done} of {len(self.steps)} done"

    def run(self, context: ToolContext) -> Outcome:
        steps = self._parsed()
        if len(steps) > MOST_STEPS:
            raise _invalid(f"{len(steps)} steps are more than {MOST_STEPS}; join some")
        if not all(text for _, text in steps):
            raise _invalid("a step has no text")
        open_steps = sum(state != "done" for state, _ in steps)
        said = f"The plan is shown: {open_steps} of {len(steps)} steps open." if steps else "The plan is cleared."
        return Outcome(Code.OK, said, (PlanBlock(steps),))

    def _parsed(self) -> tuple[tuple[StepState, str], ...]:
        return tuple(map(_step, self.steps))


def _step(given: str) -> tuple[StepState, str]:
    found = _STEP.fullmatch(given)
    if found is None:
        return "todo", given
    return _STATES.get(found["mark"] or "", "todo"), " ".join(found["text"].split())


def _invalid(what: str) -> Refusal:
    return Refusal(Code.INVALID_ARGUMENTS, f"INVALID_ARGUMENTS: {what}. The plan is as it was.")
