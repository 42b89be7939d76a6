"""/compact: send the model less of the conversation from now on."""

from typing import TYPE_CHECKING

from flux_tui.protocol.errors import UsageError
from flux_tui.ui.commands import Command

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp


async def run(app: "FluxApp", argument: str) -> None:
    assert app.live is not None
    if app.running:
        raise UsageError("A turn is running. Stop it with Esc, or wait for its end.")
    app.tell(await app.live.session.compact())


COMMAND = Command("compact", "Shorten what the model is sent", run, ("compress", "summarize"))
