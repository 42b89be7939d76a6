"""The terminal around the app: bell, title, clipboard, backlog. Calls for attention only while the person is away."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS

from flux_tui.safety.visible import visible

if TYPE_CHECKING:
    from textual.app import App

COPIERS = (("wl-copy",), ("xclip", "-selection", "clipboard"), ("pbcopy",))
COPY_TIMEOUT = 2.0
"""Seconds a clipboard program may take."""


class AltDigit(Enum):
    """The digits that Textual would turn into letters (`Alt+3` into a pound sign)."""

    ONE = "alt+1"
    TWO = "alt+2"
    THREE = "alt+3"
    FOUR = "alt+4"


def keep_alt_digits() -> None:
    """Alt and a digit is a key of ours. Textual takes it for what one macOS terminal sends for Option and a digit."""
    table = cast("dict[str, object]", ANSI_SEQUENCES_KEYS)
    for key in AltDigit:
        table[f"\x1b{key.value[-1]}"] = (key,)


class Terminal:
    def __init__(self, app: "App[Any]") -> None:
        self._app = app
        self.away = False
        """Between AppBlur and AppFocus. A terminal that tells neither counts as here."""

    def backlog(self) -> int:
        """Writes that the terminal has not taken yet."""
        writer = getattr(self._app._driver, "_writer_thread", None)
        queue = getattr(writer, "_queue", None)
        return int(queue.qsize()) if queue is not None else 0

    def call_back(self, words: str) -> None:
        """Ring and name the reason in the title, if the person is looking elsewhere."""
        if self.away:
            self._app.bell()
            self.title(words)

    def title(self, words: str) -> None:
        clean = visible(words).replace("\n", " ")[:80]
        self._write(f"\x1b]2;{clean}\x07")

    def seen(self) -> None:
        """The person is back."""
        self.away = False
        self.title("flux")

    async def copy(self, text: str, env: Mapping[str, str]) -> str:
        """Put the text on the clipboard by what goes beside OSC 52; returns the ways that were used, for the person."""
        ways = ["terminal (OSC 52)"]
        if env.get("TMUX") and await _pipe(("tmux", "load-buffer", "-w", "-"), text):
            ways.append("tmux")
        for argv in COPIERS:
            if _usable(argv[0], env) and await _pipe(argv, text):
                ways.append(argv[0])
                break
        return ", ".join(ways)

    def _write(self, sequence: str) -> None:
        driver = self._app._driver
        if driver is not None and not self._app.is_headless:
            driver.write(sequence)


def _usable(program: str, env: Mapping[str, str]) -> bool:
    display = {"wl-copy": "WAYLAND_DISPLAY", "xclip": "DISPLAY"}.get(program)
    there = display is None or bool(env.get(display))
    return there and shutil.which(program) is not None and (program != "pbcopy" or sys.platform == "darwin")


async def _pipe(argv: tuple[str, ...], text: str) -> bool:
    def run() -> bool:
        try:
            done = subprocess.run(
                argv, input=text.encode("utf-8", "replace"), timeout=COPY_TIMEOUT, capture_output=True, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0

    return await asyncio.to_thread(run)
