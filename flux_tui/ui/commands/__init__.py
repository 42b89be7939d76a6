"""The slash commands: one file each with a `COMMAND` in it, found by folder. Nothing here is ever sent to a model."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    """As it is typed, without the slash."""
    summary: str
    """One line for help, palette and completion."""
    run: "Callable[[FluxApp, str], Awaitable[None]]"
    """Runs in a worker; the string is what followed the name. A FluxError becomes a notice."""
    aliases: tuple[str, ...] = ()
    argument: str = ""
    """What may follow the name, for the help."""
    needs_session: bool = True
    presets: tuple[tuple[str, str], ...] = ()
    """(other name, the argument it stands for)."""


@cache
def commands() -> dict[str, Command]:
    """All commands by name, sorted."""
    names = sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py"))
    found = [import_module(f"{__name__}.{name}").COMMAND for name in names]
    return {command.name: command for command in found}


@cache
def by_any_name() -> dict[str, Command]:
    """The same with the aliases."""
    every = commands().values()
    return {name: one for one in every for name in (one.name, *one.aliases, *(name for name, _ in one.presets))}


def parse(text: str) -> tuple[str, str] | None:
    """(`name`, `argument`) if the text is a command line; a path such as `/usr/bin` in a sentence is none."""
    if not text.startswith("/") or "\n" in text:
        return None
    name, _, argument = text[1:].partition(" ")
    if "/" in name or not name:
        return None
    return name, argument.strip()


def preset(command: Command, name: str, argument: str) -> str:
    """The argument that a name stands for, unless one was given."""
    return argument or dict(command.presets).get(name, "")
