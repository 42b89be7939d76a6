"""The search where there is no ripgrep: a program of its own, so that a pattern that never ends can be ended.

Prints path, NUL, line number, colon and newline for each line that matches, in the order of the walk.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from flux_tui.protocol.outcomes import Refusal
from flux_tui.workspace.files import Workspace
from flux_tui.workspace.text import decode
from flux_tui.workspace.walk import files


def lines(workspace: Workspace, pattern: str, under: str) -> Iterator[tuple[str, int]]:
    """(path, line) for each line in which the pattern is found. Files that are no text are passed over."""
    search = re.compile(pattern).search
    is_folder = (workspace.root / under).is_dir()
    for path in files(workspace, under) if is_folder else (under,):
        try:
            text = decode(workspace.read(path), path)
        except Refusal:
            continue
        for number, line in enumerate(text.lines, start=1):
            if search(line):
                yield path, number


def main() -> None:
    """Arguments: root, pattern, folder or file below the root."""
    root, pattern, under = sys.argv[1:4]
    out = sys.stdout.buffer
    for path, number in lines(Workspace(Path(root)), pattern, under):
        out.write(path.encode("utf-8", "surrogateescape") + b"\0%d:\n" % number)
