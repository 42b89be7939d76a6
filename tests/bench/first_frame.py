"""CPU to the first frame, and to the whole screen with a session behind it, beside a minimal Textual app's."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.measure import ROOT, Figure, Yardstick, best
from tests.bench.terminal import terminal

PLACEHOLDER = b"Ask"


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="flux-bench-") as name:
        folder = Path(name)
        env = {"PATH": os.environ["PATH"], "HOME": name, "FLUX_HOME": f"{name}/home", "PYTHONPATH": str(ROOT)}
        least = [sys.executable, "-m", "tests.bench.apps", "minimal"]
        flux = [sys.executable, "-m", "flux_tui", "--model", "demo:guide", str(folder)]
        minimal = Yardstick("minimal app", best(lambda: _frame(least, env, b"first frame")))
        yield Figure("first frame", best(lambda: _frame(flux, env, PLACEHOLDER)), minimal, "1.3 x")
        yield Figure("all panes and a session", best(lambda: _settled(flux, env)), minimal)


def _frame(words: list[str], env: dict[str, str], text: bytes) -> float:
    with terminal(words, env) as running:
        return running.until(text)


def _settled(words: list[str], env: dict[str, str]) -> float:
    with terminal(words, env) as running:
        running.until(PLACEHOLDER)
        return running.settle()
