"""/undo: take back the file changes of the last turn that changed files."""

from typing import TYPE_CHECKING

from flux_tui.ui.commands import Command

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp


async def run(app: "FluxApp", argument: str) -> None:
    assert app.live is not None
    done = await app.live.session.undo()
    if not done.files:
        app.tell(done.sentence, "warning")


COMMAND = Command("undo", "Take back the file changes of the last turn that made any", run)
