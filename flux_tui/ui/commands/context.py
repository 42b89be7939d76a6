"""/context: how full the model's context is, with what, and when room is made."""

from typing import TYPE_CHECKING

from rich.text import Text

from flux_tui.safety.visible import visible
from flux_tui.ui.commands import Command
from flux_tui.ui.styles import Styles
from flux_tui.ui.widgets.status_bar import count

if TYPE_CHECKING:
    from flux_tui.agent.context import Meter
    from flux_tui.ui.app import FluxApp

NAME = 28
BAR = 30


async def run(app: "FluxApp", argument: str) -> None:
    from flux_tui.agent.context import meter
    from flux_tui.ui.screens.page import Page

    assert app.live is not None
    found = meter(app.live.session.room)
    app.push_screen(Page(app, "What the next request sends", lambda styles, width: text(found, styles, width)))


def text(found: "Meter", styles: Styles, width: int) -> Text:
    page = Text(overflow="fold")
    _head(page, found, styles)
    whole = max(found.tokens, 1)
    for part in found.slices:
        filled = round(BAR * part.tokens / whole)
        page.append(f"{part.name:<{NAME}}", styles.text)
        page.append(f"{count(part.tokens):>7}  ", styles.text)
        page.append("█" * filled, styles.accent)
        page.append("░" * (BAR - filled) + "\n", styles.faint)
        if part.detail:
            page.append(f"  {visible(part.detail)[: max(width - 4, 20)]}\n", styles.muted)
    page.append("\nTokens are estimated from characters", styles.faint)
    counted = (
        f"; the last request and its reply were counted as {found.counted:,} by the server" if found.counted else ""
    )
    page.append(f"{counted}.\n", styles.faint)
    page.append(
        "/compact leaves old results out, /compact undo brings them back. What you said is never left out.\n",
        styles.faint,
    )
    return page


def _head(page: Text, found: "Meter", styles: Styles) -> None:
    if found.window is None:
        page.append(f"About {found.tokens:,} tokens; how much this model's context holds is not known.\n", styles.text)
    else:
        share = found.tokens / found.window
        style = styles.good if share < 0.6 else styles.warning if share < 0.9 else styles.error
        page.append(f"About {found.tokens:,} of {found.window:,} tokens, ", styles.text)
        page.append(f"{share:.0%}\n", style)
    if found.ceiling is not None:
        at = f"At {found.ceiling.tokens:,.0f} tokens ({found.ceiling.why})"
        page.append(f"{at} the oldest results are left out by themselves.\n", styles.muted)
    if found.compactions:
        page.append(f"Room was made {found.compactions} times already.\n", styles.muted)
    page.append("\n")


COMMAND = Command("context", "How full the model's context is, and with what", run)
