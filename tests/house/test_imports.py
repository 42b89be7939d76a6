"""What is loaded when, looked up in a fresh process: a promise about imports is kept at run time only."""

import subprocess
import sys
from pathlib import Path

import pytest

SDKS = {"anthropic", "openai", "httpx2", "pydantic", "genai_prices"}
SCREEN = {"textual", "rich"}

SHOW = "import sys; print(' '.join(sorted({name.partition('.')[0] for name in sys.modules})))"


def loaded(code: str, *words: str) -> set[str]:
    """Top-level modules that are in memory after `code`."""
    program = (
        f"import sys; sys.argv = ['flux', *{list(words)!r}]\ntry:\n    {code}\nexcept SystemExit:\n    pass\n{SHOW}"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    return set(done.stdout.split("\n")[-2].split())


@pytest.mark.parametrize("words", [("--help",), ("exec", "--help"), ("tool", "--help"), ("--version",)])
def test_help_loads_nothing_heavy(words: tuple[str, ...]) -> None:
    modules = loaded("import flux_tui.cli; flux_tui.cli.main()", *words)
    assert not modules & (SDKS | SCREEN | {"tree_sitter", "sqlite3"})


def test_the_agent_loads_no_screen_and_no_sdk() -> None:
    modules = loaded("import flux_tui.agent.opening, flux_tui.headless.exec")
    assert not modules & (SDKS | SCREEN)


def test_the_first_screen_loads_no_sdk() -> None:
    modules = loaded("import flux_tui.ui.app")
    assert not modules & (SDKS | {"markdown_it", "pygments", "tree_sitter_python", "sqlite3"})


def test_the_words_load_only_the_standard_library() -> None:
    folder = Path(__file__).parents[2] / "flux_tui" / "protocol"
    names = [f"flux_tui.protocol.{path.stem}" for path in folder.glob("*.py") if path.stem != "__init__"]
    modules = loaded(f"import {', '.join(names)}")
    own = {name for name in modules if name not in sys.stdlib_module_names and not name.startswith("_")}
    assert own <= {"flux_tui", "sitecustomize", "pip", "distutils"} | {name for name in own if "virtualenv" in name}
