"""/budget: what this run and session may use, and have used."""

from typing import TYPE_CHECKING

from rich.text import Text

from flux_tui.protocol.codes import Limit
from flux_tui.ui.commands import Command
from flux_tui.ui.styles import Styles

if TYPE_CHECKING:
    from flux_tui.agent.budget import Row
    from flux_tui.ui.app import FluxApp

UNITS = {
    Limit.TURNS: "replies",
    Limit.CALLS: "tool calls",
    Limit.TOKENS: "tokens",
    Limit.COST: "dollars",
    Limit.TIME: "minutes",
    Limit.REPEAT: "repeats",
}


async def run(app: "FluxApp", argument: str) -> None:
    from flux_tui.agent import budget
    from flux_tui.ui.screens.page import Page

    assert app.live is not None
    room = app.live.session.room
    if not argument:
        found = budget.rows(room)
        app.push_screen(
            Page(app, "Budget (/budget 2.50 limits this session's cost)", lambda styles, _: text(found, styles))
        )
        return
    scope, limit, amount = budget.parse(argument)
    budget.set_limit(room, scope, limit, amount)
    until = f"This {scope} ends at {amount:g} {UNITS[limit]}" if amount else f"This {scope} has no limit on {limit}"
    key = budget.field_of(limit, scope)
    app.tell(f"{until} from now on. To keep it: {key} under [limits] in config.toml.")


def text(rows: "tuple[Row, ...]", styles: Styles) -> Text:
    page = Text()
    for scope in ("run", "session"):
        page.append(f"This {scope}\n", styles.heading)
        for row in rows:
            if row.scope == scope:
                _line(page, row, styles)
        page.append("\n")
    page.append("A limit is warned of at 80% and ends the turn with what is done and open.\n", styles.faint)
    return page


def _line(page: Text, row: "Row", styles: Styles) -> None:
    used = f"{row.used:,.2f}".removesuffix(".00") if row.known else "n/a"
    page.append(f"  {UNITS[row.limit]:<12}", styles.text)
    page.append(f"{used:>14}", styles.text)
    if not row.most:
        page.append("   no limit\n", styles.faint)
        return
    share = row.used / row.most
    style = styles.good if share < 0.8 else styles.warning if share < 1 else styles.error
    filled = min(20, round(20 * share))
    page.append(f"   of {row.most:,g}  ", styles.muted)
    page.append("█" * filled, style)
    page.append("░" * (20 - filled) + "\n", styles.faint)


COMMAND = Command(
    "budget",
    "What this run and session may use",
    run,
    argument="[run] [cost|tokens|calls|turns|minutes] [N|off]",
)
