"""/stats: the score of this session or folder: first-attempt edits, reads first, tools, models."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from flux_tui.safety.visible import visible
from flux_tui.ui.commands import Command
from flux_tui.ui.styles import Styles
from flux_tui.ui.widgets.line import clip
from flux_tui.ui.widgets.status_bar import count

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp

Table = Sequence[Mapping[str, Any]]
WIDTH = 24
NAMES = 36
"""Cells for the names in a table, where there is room."""


async def run(app: "FluxApp", argument: str) -> None:
    from flux_tui.agent.stats import stats
    from flux_tui.ui.screens.page import Page

    assert app.live is not None
    session = app.live.session
    store, every = session.store, argument in ("all", "folder")
    ids = [row.id for row in await asyncio.to_thread(store.sessions, session.cwd)] if every else [session.id]
    figures = await asyncio.to_thread(stats, store, ids)
    title = "Score of this folder's sessions" if every else "Score of this session (/stats folder: of this folder)"
    app.push_screen(Page(app, title, lambda styles, width: text(figures, styles, width)))


def text(figures: Mapping[str, Any], styles: Styles, width: int) -> Text:
    edits, reads = figures["edits"], figures["reads_first"]
    page = Text()
    _rate(page, styles, "First-attempt edits", edits["first_attempt"], edits["attempts"], 0.95)
    _rate(page, styles, "Read before editing", reads["read"], reads["edits"], 1.0)
    for name in ("rejected", "blocked", "turns", "requests"):
        _line(page, styles, name.capitalize(), str(figures[name]))
    usage = figures["usage"]
    mark = "~" if usage["estimated"] else ""
    _line(page, styles, "Tokens", f"{mark}{count(usage['total'])}")
    _cache(page, styles, figures["cache"], usage["cache_read"])
    cost = figures["cost_usd"]
    _line(page, styles, "Cost", f"${cost}" if cost is not None else "n/a")
    names = min(NAMES, max(width - 24, 8))
    _table(page, styles, "Tools", "tool", figures["by_tool"], names)
    _table(page, styles, "Models", "model", figures["by_model"], names)
    _table(page, styles, "Languages", "language", figures["by_language"], names)
    _codes(page, styles, figures["codes"], names)
    return page


def _line(page: Text, styles: Styles, name: str, value: str) -> None:
    page.append(f"{name:<{WIDTH}}", styles.muted)
    page.append(f"{value}\n", styles.text)


def _cache(page: Text, styles: Styles, cache: Mapping[str, Any], read: int) -> None:
    if cache["share"] is None:
        return
    _line(page, styles, "From the cache", f"{cache['share']:.0%} of what was sent  ({count(read)})")
    if cache["misses"]:
        reasons = ", ".join(f"{visible(reason)} {number}" for reason, number in cache["misses"].items())
        _line(page, styles, "Cache missed", reasons)


def _rate(page: Text, styles: Styles, name: str, good: int, total: int, goal: float) -> None:
    page.append(f"{name:<{WIDTH}}", styles.muted)
    if not total:
        page.append("none yet\n", styles.faint)
        return
    share = good / total
    style = styles.good if share >= goal else styles.warning if share >= 0.6 else styles.error
    filled = round(20 * share)
    page.append("█" * filled, style)
    page.append("░" * (20 - filled), styles.faint)
    page.append(f"  {good} of {total}", styles.text)
    page.append(f"  {share:.0%}\n", style)


def _table(page: Text, styles: Styles, title: str, key: str, rows: Table, names: int) -> None:
    if not rows:
        return
    page.append(f"\n{title}\n", styles.heading)
    for row in rows:
        used = row.get("calls", row.get("requests"))
        name = f"{row['provider']}:{row['model']}" if key == "model" else str(row[key])
        page.append(f"  {clip(visible(name), names):<{names}}", styles.text)
        page.append(f"{used:>6}" if used is not None else " " * 6, styles.muted)
        tried = row["attempts"]
        page.append(f"   {row['first_attempt']}/{tried} first try\n" if tried else "\n", styles.muted)


def _codes(page: Text, styles: Styles, codes: Mapping[str, int], names: int) -> None:
    if not codes:
        return
    page.append("\nResults of calls\n", styles.heading)
    most = max(codes.values())
    for code, number in sorted(codes.items(), key=lambda item: -item[1]):
        style = styles.good if code == "OK" else styles.warning
        page.append(f"  {code:<{names}}", styles.text)
        page.append(f"{number:>6}   ", styles.muted)
        page.append("▇" * max(1, round(24 * number / most)) + "\n", style)


COMMAND = Command("stats", "First-attempt score, tools, models", run, ("score",), "[folder]")
