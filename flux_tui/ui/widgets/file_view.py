"""A file to look at, with what the model has seen of it. Read-only; closing it is up to whoever opened it."""

from collections.abc import Sequence

from rich.style import Style
from textual.app import ComposeResult
from textual.strip import Strip
from textual.widget import Widget

from flux_tui.protocol.messages import Ranges
from flux_tui.safety.visible import visible
from flux_tui.ui.styles import Styles, styles_of
from flux_tui.ui.widgets.code_page import CodePage, Sight
from flux_tui.ui.widgets.line import Piece, draw, piece
from flux_tui.workspace.files import digest
from flux_tui.workspace.ledger import Ledger

LARGEST = 5_000_000
"""Bytes that are shown of a file."""


class Heading(Widget):
    """The file's name, its length and what the signs mean."""

    DEFAULT_CSS = """
    Heading { height: 1; width: 1fr; background: $surface; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.path = ""
        self.words = ""
        self.sight = Sight()
        self.total = 0

    def render_line(self, y: int) -> Strip:
        look = styles_of(self.app)
        folder, _, name = visible(self.path).rpartition("/")
        place = Piece(((f"{folder}/" if folder else "", look.muted), (name, look.strong)))
        left = [place, *([piece(self.words, look.muted, 2)] if self.words else [])]
        return draw(left, self._legend(look), self.size.width, self.rich_style)

    def _legend(self, look: Styles) -> list[Piece]:
        """Only the signs that are there."""
        seen, edited = _count(self.sight.seen), _count(self.sight.edited)
        if self.sight.stale:
            return [_sign("changed since it was seen", look.warning, look)]
        found = [_sign("seen", look.accent, look)] if seen > edited else []
        found += [_sign("edited", look.good, look)] if edited else []
        missing = self.total - seen
        return [*found, *([piece(f"{missing} unseen", look.faint, 1)] if missing > 0 else [])]


class FileView(Widget):
    """Give it a file with `show`."""

    DEFAULT_CSS = """
    FileView { layout: vertical; background: $background; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._heading = Heading()
        self._page = CodePage()

    def compose(self) -> ComposeResult:
        yield self._heading
        yield self._page

    def focus(self, scroll_visible: bool = True) -> "FileView":
        self._page.focus(scroll_visible)
        return self

    def show(self, path: str, data: bytes, ledger: Ledger, line: int = 1) -> None:
        """The file's bytes as they are now. `line`: what is to be in view, from 1."""
        lines, words = _lines(data)
        sight = _sight(path, data, ledger)
        heading = self._heading
        heading.path, heading.words, heading.sight, heading.total = path, words, sight, len(lines)
        heading.refresh()
        self._page.show(path, lines, sight, line)


def _sight(path: str, data: bytes, ledger: Ledger) -> Sight:
    sha256, seen = ledger.sight(path)
    return Sight(seen, ledger.edited(path), stale=sha256 is not None and sha256 != digest(data))


def _lines(data: bytes) -> tuple[Sequence[str], str]:
    """The lines to show and a word on them."""
    if b"\0" in data[:8000] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return (), f"binary, {len(data):,} bytes, not shown"
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = data[:LARGEST].decode(encoding, "replace").replace("\r\n", "\n")
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    more = f", the first {LARGEST:,} bytes" if len(data) > LARGEST else ""
    return lines, f"{len(lines):,} {'line' if len(lines) == 1 else 'lines'}{more}"


def _sign(text: str, ink: Style, look: Styles) -> Piece:
    return Piece((("▎", ink), (text, look.muted)), 1)


def _count(ranges: Ranges) -> int:
    return sum(last - first + 1 for first, last in ranges)
