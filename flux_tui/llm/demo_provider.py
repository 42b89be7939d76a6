"""The provider that needs no network: a few plain requests on any folder, and the guided demo."""

from flux_tui.llm.scripted import Call, Reply, Script, ScriptedProvider

__all__ = ["Call", "DemoProvider", "Reply", "Script", "ScriptedProvider"]


class DemoProvider(ScriptedProvider):
    def __init__(self, model: str = "free") -> None:
        super().__init__([Reply("This is the demo.")] * 100, model)
