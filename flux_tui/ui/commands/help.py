"""/help: keys and commands."""

from typing import TYPE_CHECKING

from flux_tui.ui.commands import Command

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp


async def run(app: "FluxApp", argument: str) -> None:
    from flux_tui.ui.screens.help import HelpScreen

    app.push_screen(HelpScreen(app))


COMMAND = Command("help", "Keys and commands", run, ("?", "commands", "keys", "keybindings"), needs_session=False)
