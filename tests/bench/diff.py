"""A change of 60 places in a long Python file, opened and paged through in the review pane, beside `difflib` alone."""

import asyncio
import time
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import partial

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from flux_tui.protocol.blocks import DiffBlock
from flux_tui.ui.review import ReviewPane
from flux_tui.ui.themes import themes
from tests.bench.measure import Figure, Yardstick, best

FUNCTION = """def part_{n}(items: list[int], least: int = {n}) -> int:
    \"\"\"Adds what is even and large enough.\"\"\"
    total = 0
    for item in items:
        if item % 2 == 0 and item >= least:  # keep it
            total += item
    return total


"""
PLACES = 60
PAGES = 10


def figures() -> Iterator[Figure]:
    for lines, aim in ((5_000, "300 ms"), (20_000, "")):
        old = "".join(FUNCTION.format(n=n) for n in range(lines // 9))
        new = _changed(old)
        alone = Yardstick("difflib", best(partial(_compared, old, new)))
        runs = [asyncio.run(_shown(old, new)) for _ in range(3)]
        yield Figure(f"{lines:,} lines: open", min(opened for opened, _ in runs), alone, aim)
        yield Figure(f"{lines:,} lines: a page down", min(paged for _, paged in runs), alone)


class Stage(App[None]):
    CSS = "ReviewPane { width: 1fr; height: 1fr; }"

    def compose(self) -> ComposeResult:
        yield ReviewPane()

    def on_mount(self) -> None:
        for theme in themes().values():
            self.register_theme(theme)
        self.theme = "flux-dark"


async def _shown(old: str, new: str) -> tuple[float, float]:
    """CPU milliseconds to open, and for a page down."""
    app = Stage()
    async with app.run_test(size=(140, 40)) as pilot:
        pane = app.query_one(ReviewPane)
        pane.focus()
        await _settled(pilot)
        before = time.process_time()
        pane.show_files([DiffBlock("parts.py", old, new)], "HEAD")
        await _settled(pilot)
        opened = time.process_time()
        for _ in range(PAGES):
            await pilot.press("pagedown")
        await _settled(pilot)
        return (opened - before) * 1000, (time.process_time() - opened) * 1000 / PAGES


async def _settled(pilot: Pilot[None]) -> None:
    """Until a while has passed in which next to nothing was computed."""
    while True:
        before = time.process_time()
        await pilot.pause(0.2)
        if time.process_time() - before < 0.02:
            return


def _compared(old: str, new: str) -> float:
    before, after = old.split("\n"), new.split("\n")
    started = time.process_time()
    SequenceMatcher(None, before, after).get_opcodes()
    return (time.process_time() - started) * 1000


def _changed(text: str) -> str:
    """A word of one line in each of the places, and a line more in every third."""
    lines = text.split("\n")
    for place in range(PLACES, 0, -1):
        at = (len(lines) // 9) * place // (PLACES + 1) * 9 + 5
        lines[at] = lines[at].replace("total", "sum_of_all")
        if place % 3 == 0:
            lines.insert(at + 1, "            seen.append(item)")
    return "\n".join(lines)
