"""/palette: everything that can be done, by name."""

from typing import TYPE_CHECKING

from flux_tui.ui import keys
from flux_tui.ui.commands import Command

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp

COMMAND_SIGN = "/"


async def run(app: "FluxApp", argument: str) -> None:
    from flux_tui.ui import actions
    from flux_tui.ui.commands import commands
    from flux_tui.ui.screens.picker import Picker, Row

    rows = [
        Row(COMMAND_SIGN + one.name, f"/{one.name}", one.summary) for one in commands().values() if one is not COMMAND
    ]
    actable = [key for key in keys.rows("anywhere") if key.action != "palette.open"]
    rows += [Row(key.action, key.text, "", keys.labels(key)) for key in actable]
    chosen = await app.push_screen_wait(Picker("What should happen?", rows))
    if chosen is None:
        return
    if chosen.startswith(COMMAND_SIGN):
        actions.run_command(app, commands()[chosen.removeprefix(COMMAND_SIGN)], "")
    else:
        await app.action_do(chosen)


COMMAND = Command("palette", "Everything by name", run, needs_session=False)
