"""/theme: colours, shown live while choosing."""

from typing import TYPE_CHECKING

from flux_tui.protocol.errors import UsageError
from flux_tui.ui import looks
from flux_tui.ui.commands import Command
from flux_tui.ui.fuzzy import nearest

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp


async def run(app: "FluxApp", argument: str) -> None:
    for problem in looks.all_themes(app):
        app.tell(problem, "warning")
    before = app.theme
    name = argument or await _picked(app)
    if name is None:
        app.theme = before
        return
    if name not in app.available_themes:
        near = nearest(name, app.available_themes)
        raise UsageError(f"There is no theme {name}." + (f" Nearest: {', '.join(near)}." if near else ""))
    app.theme = name
    looks.remember(app.places.state, name)


async def _picked(app: "FluxApp") -> str | None:
    from flux_tui.ui.screens.picker import Picker, Row

    def preview(name: str) -> None:
        app.theme = name

    rows = [Row(name, name, current=name == app.theme) for name in looks.names(app)]
    return await app.push_screen_wait(Picker("Theme", rows, preview=preview))


COMMAND = Command("theme", "Choose the colours", run, argument="[NAME]", needs_session=False)
