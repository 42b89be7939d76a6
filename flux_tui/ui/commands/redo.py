"""/redo: bring back what /undo took back."""

from typing import TYPE_CHECKING

from flux_tui.ui.commands import Command

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp


async def run(app: "FluxApp", argument: str) -> None:
    assert app.live is not None
    done = await app.live.session.redo()
    if not done.files:
        app.tell("There is nothing to bring back." if done.nothing else done.sentence, "warning")


COMMAND = Command("redo", "Bring back what /undo took back", run)
