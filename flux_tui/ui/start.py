"""From the shell to the screen and back: what must be right before the terminal is taken, and what is said after."""

import os
import shutil
import sys
import tempfile
from dataclasses import replace
from importlib import resources
from pathlib import Path

from flux_tui.agent.opening import Opening
from flux_tui.protocol.errors import UsageError
from flux_tui.safety.visible import visible

DEMO_MODEL = "demo:guide"
DEMO_CHECK = "python3 -B -m unittest -q"
MOST_SHOWN = 2_000
"""Characters of the last answer that are left on the terminal."""


def start(opening: Opening) -> int:
    """Open the screen on the folder. The exit code."""
    _check(opening.cwd)
    return _run(opening, resumable=True)


def _run(opening: Opening, *, resumable: bool) -> int:
    from flux_tui.ui.app import FluxApp

    app = FluxApp(opening)
    farewell = app.run()
    if farewell is not None:
        _goodbye(farewell.session if resumable else "", farewell.answer)
    return app.return_code or 0


def start_demo(opening: Opening) -> int:
    """The guided demo on a copy of the sample project, which is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="flux-demo-"))
    try:
        sample = folder / "shop"
        with resources.as_file(resources.files("flux_tui") / "demo_project") as source:
            shutil.copytree(source, sample, ignore=shutil.ignore_patterns("__pycache__"))
        flags = {**opening.flags, "model": DEMO_MODEL, "mode": "ask", "verify.commands": (DEMO_CHECK,)}
        return _run(replace(opening, cwd=sample, flags=flags), resumable=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check(cwd: Path) -> None:
    """What can be said without a screen is said there."""
    if not cwd.is_dir():
        raise UsageError(f"{cwd} is not a folder. Give one that exists: flux DIR")
    if not os.access(cwd, os.R_OK | os.X_OK):
        raise UsageError(f"{cwd} can't be read. Check its permissions.")


def _goodbye(session: str, answer: str) -> None:
    lines = [visible(answer)[:MOST_SHOWN].rstrip()] if answer.strip() else []
    lines += [f"Continue with: flux --resume {session}"] if session else []
    sys.stdout.write("\n\n".join(lines) + "\n" if lines else "")
