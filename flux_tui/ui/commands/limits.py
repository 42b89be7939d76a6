"""/limits: which definitions are closed to the model after three failed edits; `reset` opens them."""

from typing import TYPE_CHECKING

from flux_tui.protocol.errors import UsageError
from flux_tui.ui.commands import Command

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp


async def run(app: "FluxApp", argument: str) -> None:
    assert app.live is not None
    session = app.live.session
    if argument not in ("", "reset"):
        raise UsageError("Say /limits, or /limits reset.")
    places = [f"{node} in {path}" if node else path for path, node in session.closed_places]
    if argument == "reset":
        await session.reset_limits()
        opened = f" Opened: {', '.join(places)}." if places else ""
        app.tell(f"The model may try again, and this run is counted anew.{opened}")
    elif places:
        app.tell(
            f"Closed to the model after three failed edits: {', '.join(places)}. /limits reset opens them.", "warning"
        )
    else:
        app.tell("Nothing is closed to the model. /budget shows what this run and session may use.")


COMMAND = Command("limits", "What is closed to the model after failures; reset opens it", run, argument="[reset]")
