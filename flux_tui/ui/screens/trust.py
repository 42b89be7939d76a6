"""What a project wants to say and set, to be read before it is trusted: whole, or what is new since the last time."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events
from textual.containers import VerticalScroll
from textual.widgets import Static

from flux_tui.safety.visible import visible
from flux_tui.ui.screens.page import Page
from flux_tui.ui.styles import Styles

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp

READ_FIRST = "↑↓ scroll: trusting needs the end to have been on the screen   Esc leave it ignored"
READY = "t trust exactly this   ↑↓ scroll   Esc leave it ignored"


class TrustPage(Page):
    """`t` calls `agree`, once the last line was on the screen."""

    def __init__(self, app: "FluxApp", title: str, lines: "list[tuple[str, str]]", agree: Callable[[], None]) -> None:
        super().__init__(app, title, lambda styles, width: drawn(lines, styles))
        self._agree = agree
        self.read = False

    def on_mount(self) -> None:
        super().on_mount()
        self.watch(self.query_one("#page"), "scroll_y", self._look, init=False)
        self.call_after_refresh(self._look)

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._look)

    def _look(self) -> None:
        page = self.query_one("#page", VerticalScroll)
        if page.size.height and page.virtual_size.height and page.scroll_y >= page.max_scroll_y:
            self.read = True
        self.query_one("#help", Static).update(READY if self.read else READ_FIRST)

    def on_key(self, event: events.Key) -> None:
        if event.key == "t" and self.read:
            event.stop()
            self.dismiss(None)
            self._agree()
        else:
            super().on_key(event)


def rows(before: Mapping[str, str] | None, now: Mapping[str, str]) -> "list[tuple[str, str]]":
    """(kind, line): every line of what is there, or only the difference to what was trusted before."""
    return list(_rows(before, now))


def _rows(before: Mapping[str, str] | None, now: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    old = before or {}
    for name in sorted({*old, *now}):
        if before is not None and old.get(name) == now.get(name):
            continue
        note = "" if before is None else "  new" if name not in old else "  gone" if name not in now else "  changed"
        yield "name", name + note
        lines = difflib.unified_diff(old.get(name, "").split("\n"), now.get(name, "").split("\n"), n=3, lineterm="")
        for line in lines if name in old else (f" {line}" for line in now.get(name, "").split("\n")):
            if not line.startswith(("---", "+++")):
                yield {"+": "added", "-": "removed", "@": "place"}.get(line[:1], "text"), line
        yield "text", ""


def drawn(lines: "list[tuple[str, str]]", styles: Styles) -> Text:
    looks = {"name": styles.strong, "added": styles.good, "removed": styles.error, "place": styles.faint}
    page = Text(overflow="fold")
    for kind, line in lines:
        page.append(visible(line) + "\n", looks.get(kind, styles.text))
    return page
