"""Pictures of the screen: `snapshots/NAME.svg` and the same as text, so that a difference can be read."""

import os
import re
from difflib import unified_diff
from pathlib import Path
from typing import Any

from textual.app import App

FOLDER = Path(__file__).parents[2] / "snapshots"
UPDATE = "FLUX_UPDATE_SNAPSHOTS"


def assert_svg(app: App[Any], name: str) -> None:
    """The screen looks as in the stored picture. With FLUX_UPDATE_SNAPSHOTS=1 the picture is stored instead."""
    svg, text = picture(app), text_of(app)
    file, readable = FOLDER / f"{name}.svg", FOLDER / f"{name}.txt"
    if os.environ.get(UPDATE):
        FOLDER.mkdir(exist_ok=True)
        file.write_text(svg, "utf-8")
        readable.write_text(text, "utf-8")
        return
    assert file.exists(), f"{file} is not there. Make it with {UPDATE}=1 and look at it."
    stored = readable.read_text("utf-8") if readable.exists() else ""
    difference = "\n".join(unified_diff(stored.splitlines(), text.splitlines(), "stored", "now", lineterm="", n=1))
    assert not difference, f"The screen differs from {file.name}:\n{difference}"
    assert svg == file.read_text("utf-8"), f"Colours or attributes differ from {file.name}; the text is the same."


def picture(app: App[Any]) -> str:
    """Textual's export with the ids made the same in every run."""
    return re.sub(r"terminal-\d+", "terminal", app.export_screenshot(title="flux"))


def text_of(app: App[Any]) -> str:
    """What stands on the screen, a line a row."""
    width, height = app.size
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.crop(0, width).text.rstrip() for strip in strips[:height]) + "\n"
