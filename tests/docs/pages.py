"""What of the docs is made from the code: the page of keys and commands, and the table of settings."""

import os
from pathlib import Path

from flux_tui.config.describe import documentation
from flux_tui.ui import keys
from flux_tui.ui.commands import commands
from flux_tui.ui.screens.help import TITLES

ROOT = Path(__file__).parents[2]
UPDATE = "FLUX_UPDATE_DOCS"
FIRST, LAST = "<!-- settings -->\n", "<!-- end of settings -->\n"

HEAD = """# Keys and commands

`F1` shows the keys of the pane you are in, with what your terminal multiplexer keeps for itself. The last line of the
screen shows those that work now. After `Ctrl+X` one letter does the same as a key that a terminal may swallow; wait a
moment, and the choices show.
"""
COMMANDS = """
## Commands

Typed into the draft, or found by name with `Ctrl+P`. They are never sent to a model.

| command | does | also |
|---|---|---|
"""


def keys_page() -> str:
    """`docs/keys.md`, from the registries of keys and commands."""
    panes = "".join(
        f"\n## {title}\n\n| key | does |\n|---|---|\n{''.join(_key(row) for row in keys.rows(pane))}"
        for pane, title in TITLES.items()
    )
    rows = []
    for command in commands().values():
        also = ", ".join(f"`/{name}`" for name in (*command.aliases, *(name for name, _ in command.presets)))
        name = _code(f"/{command.name} {command.argument}".strip())
        rows.append(f"| {name} | {_text(command.summary)} | {also} |\n")
    return f"{HEAD}{panes}{COMMANDS}{''.join(rows)}"


def configuration_page(page: str) -> str:
    """`docs/configuration.md` with the table of settings as it is now."""
    head, _, rest = page.partition(FIRST)
    return f"{head}{FIRST}\n{documentation()}\n{LAST}{rest.partition(LAST)[2]}"


def assert_page(path: str, wanted: str) -> None:
    """The stored page is this one. With FLUX_UPDATE_DOCS=1 it is stored instead."""
    file = ROOT / path
    if os.environ.get(UPDATE):
        file.write_text(wanted, "utf-8")
        return
    assert file.read_text("utf-8") == wanted, f"{path} is not what the code says. Write it with `make docs`."


def _key(row: keys.Key) -> str:
    ways = [keys.label(key) for key in row.keys.split(",") if key]
    ways += [f"Ctrl+X {row.leader}"] if row.leader else []
    return f"| {' '.join(map(_code, ways))} | {_text(row.text)} |\n"


def _code(text: str) -> str:
    return f"`{_text(text)}`"


def _text(text: str) -> str:
    """A bar would end the cell, in code too."""
    return text.replace("|", "\\|")
