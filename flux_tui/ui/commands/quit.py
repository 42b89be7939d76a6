"""/quit: close the session and leave."""

from typing import TYPE_CHECKING

from flux_tui.ui.commands import Command

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp


async def run(app: "FluxApp", argument: str) -> None:
    from flux_tui.ui import actions

    actions.quit_app(app)


COMMAND = Command("quit", "Leave; the session stays resumable", run, ("exit", "q"), needs_session=False)
