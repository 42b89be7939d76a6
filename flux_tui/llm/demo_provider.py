"""The provider that needs no network: a few plain requests on any folder, and the guided demo.

It understands little and says so. What it does, it does with real tool calls, each from the results so far.
"""

from flux_tui.llm import demo_free, demo_guide
from flux_tui.llm.base_provider import Request
from flux_tui.llm.demo_steps import exchange
from flux_tui.llm.scripted import Call, Reply, Script, ScriptedProvider

__all__ = ["Call", "DemoProvider", "Reply", "Script", "ScriptedProvider"]

GUIDE = "guide"


class DemoProvider(ScriptedProvider):
    """`demo:guide` plays the guided demo on the sample project; any other model is the free mode."""

    def __init__(self, model: str = "free") -> None:
        super().__init__(self.answer, model)
        if model == GUIDE:
            self.guide_prompts = demo_guide.PROMPTS

    def answer(self, request: Request) -> Reply:
        """What follows from the history; so it goes on after a resume, an undo or a refusal."""
        now = exchange(request.history)
        if not self.guide_prompts:
            return demo_free.reply(now)
        return demo_guide.reply(now) or demo_free.reply(now, demo_guide.OFF_SCRIPT)
