"""/mode: how much happens without a question."""

from typing import TYPE_CHECKING

from flux_tui.protocol.codes import Mode
from flux_tui.protocol.errors import UsageError
from flux_tui.ui.commands import Command

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp

NOTES = {
    Mode.PLAN: "reads and searches only",
    Mode.ASK: "edits wait for your review, commands for your yes",
    Mode.AUTO_EDIT: "edits in this folder happen at once, commands ask",
    Mode.FULL: "edits and commands happen at once; deny rules and the sandbox still hold",
}
NAMES = {mode.value: mode for mode in Mode} | {"auto": Mode.AUTO_EDIT}


async def run(app: "FluxApp", argument: str) -> None:
    assert app.live is not None
    session = app.live.session
    name = argument or await _picked(app, session.mode)
    if name is None:
        return
    if name not in NAMES:
        raise UsageError(f"There is no mode {name}. Modes: {', '.join(mode.value for mode in Mode)}.")
    session.set_mode(NAMES[name])


async def _picked(app: "FluxApp", now: Mode) -> str | None:
    from flux_tui.ui.screens.picker import Picker, Row

    rows = [Row(mode.value, mode.value, note, current=mode is now) for mode, note in NOTES.items()]
    return await app.push_screen_wait(Picker("Mode", rows))


COMMAND = Command(
    "mode",
    "How much happens without a question",
    run,
    argument="[plan|ask|auto-edit|full]",
    presets=(("plan", "plan"), ("ask", "ask"), ("auto", "auto-edit")),
)
