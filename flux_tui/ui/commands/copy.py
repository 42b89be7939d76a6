"""/copy: the last answer to the clipboard."""

from typing import TYPE_CHECKING

from flux_tui.ui.commands import Command

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp


async def run(app: "FluxApp", argument: str) -> None:
    assert app.live is not None
    if answer := app.live.pump.last_answer:
        app.copy_to_clipboard(answer)
    else:
        app.tell("There is no answer to copy yet.", "warning")


COMMAND = Command("copy", "Copy the last answer", run)
