"""/compact: send the model less of the conversation from now on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from flux_tui.protocol.errors import UsageError
from flux_tui.ui.commands import Command

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp


How = Literal["", "all", "undo"]
WAYS: Mapping[str, How] = {"": "", "all": "all", "undo": "undo"}


async def run(app: "FluxApp", argument: str) -> None:
    assert app.live is not None
    how = WAYS.get(argument)
    if how is None:
        raise UsageError("Say /compact, /compact all (the middle of the conversation as well) or /compact undo.")
    app.tell(await app.live.session.compact(how))


COMMAND = Command(
    "compact", "Shorten what the model is sent; undo brings it back", run, ("compress", "summarize"), "[all|undo]"
)
