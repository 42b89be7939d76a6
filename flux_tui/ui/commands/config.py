"""/config: every setting, its value and where it comes from."""

import asyncio
from typing import TYPE_CHECKING

from rich.text import Text

from flux_tui.config.describe import Row, describe
from flux_tui.safety.visible import visible
from flux_tui.ui.commands import Command
from flux_tui.ui.styles import Styles

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp


async def run(app: "FluxApp", argument: str) -> None:
    from flux_tui.agent.assembly import survey
    from flux_tui.ui.screens.page import Page

    ground = await asyncio.to_thread(survey, app.opening)
    rows = describe(ground.loaded)
    title = f"Settings ({app.places.config / 'config.toml'})"
    app.push_screen(Page(app, title, lambda styles, width: text(rows, styles)))


def text(rows: tuple[Row, ...], styles: Styles) -> Text:
    page = Text(overflow="fold")
    for row in rows:
        page.append(f"{row.key:<30}", styles.accent)
        page.append(visible(str(row.value)), styles.text)
        page.append(f"   {visible(row.source)}\n", styles.faint)
        page.append(f"    {row.doc}\n", styles.muted)
    return page


COMMAND = Command("config", "Every setting and where it comes from", run, ("settings",), needs_session=False)
