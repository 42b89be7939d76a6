"""What stands before the conversation: the frozen system prompt, and the facts of the first message.

Thinking signatures and the prompt cache are bound to the prefix, so nothing that changes may stand in it.
"""

import platform
from functools import cache
from importlib import resources
from pathlib import Path

MOST_INSTRUCTIONS = 20_000
"""Characters of the project's instructions."""


@cache
def system_prompt() -> str:
    return resources.files("flux_tui.agent").joinpath("prompts/system.md").read_text(encoding="utf-8").strip()


def first_facts(root: Path, sandbox: str, instructions: str = "") -> str:
    """Facts of the start, sent once with the first prompt and kept in the history as sent."""
    facts = f"Folder: {root}\nSystem: {platform.system()}; commands run in bash, {sandbox}."
    if not instructions:
        return facts
    return f"{facts}\n\nThe project's instructions:\n{instructions[:MOST_INSTRUCTIONS]}"
