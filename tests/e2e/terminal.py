"""The program in a real terminal: a tmux of its own, keys in, the screen as text out."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds until a screen that does not come is a failure; nothing is measured by it."""

needs_tmux = pytest.mark.skipif(
    shutil.which("tmux") is None and not os.environ.get("CI"), reason="tmux is not installed: the screen is not driven"
)


class Terminal:
    def __init__(self, socket: Path) -> None:
        self._tmux = ["tmux", "-S", str(socket), "-f", "/dev/null"]

    def start(self, words: list[str], env: dict[str, str], size: tuple[int, int], cwd: Path) -> None:
        settings = [f"{name}={value}" for name, value in env.items()]
        program = ["env", "-i", *settings, sys.executable, "-m", "flux_tui", *words]
        shell = " ".join(map(_quoted, program)) + "; echo ended with $?; exec sleep 600"
        columns, rows = size
        self.tmux("new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", str(cwd), shell)

    def tmux(self, *words: str) -> str:
        done = subprocess.run([*self._tmux, *words], capture_output=True, text=True, timeout=30, check=True)
        return done.stdout

    def keys(self, *names: str) -> None:
        """Keys as tmux names them, one after the other."""
        for name in names:
            self.tmux("send-keys", name)

    def type(self, text: str) -> None:
        self.tmux("send-keys", "-l", text)

    def resize(self, columns: int, rows: int) -> None:
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p")

    def wait(self, *texts: str) -> str:
        """The screen as soon as it shows all of these."""
        return self.until(lambda screen: all(text in screen for text in texts), f"{texts!r} on the screen")

    def gone(self, text: str) -> str:
        return self.until(lambda screen: text not in screen, f"{text!r} gone from the screen")

    def until(self, good: Callable[[str], bool], what: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            screen = self.screen()
            if good(screen):
                return screen
            time.sleep(0.05)
        raise AssertionError(f"no {what}:\n{self.screen()}")


def environment(home: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "FLUX_HOME": str(home / "flux"),
        "TERM": "tmux-256color",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        **more,
    }


@contextmanager
def terminal(
    folder: Path, words: list[str], env: dict[str, str], size: tuple[int, int] = (120, 40), cwd: Path | None = None
) -> Iterator[Terminal]:
    """`folder` holds the socket; its path must be short."""
    running = Terminal(folder / "tmux")
    running.start(words, env, size, cwd or folder)
    try:
        yield running
    finally:
        running.tmux("kill-server")


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"
