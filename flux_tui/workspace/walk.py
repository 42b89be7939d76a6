"""The files of a workspace, in one fixed order, without what the ignore files leave out.

Never follows a link, never opens a file that is no ignore file, never runs a program.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from flux_tui.workspace.files import Workspace
from flux_tui.workspace.ignore import Ignores, ignored


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder."""

    path: str
    """Relative to the workspace."""
    kind: Literal["folder", "file", "link", "other"]
    ignored: bool


def files(workspace: Workspace, under: str = "", limit: int | None = None) -> Iterator[str]:
    """Paths of the regular files below a folder ("" = all), folder by folder, names in byte order, at most `limit`.

    A folder that can't be read is passed over.
    """
    ignores = Ignores(workspace.root, under)
    waiting = [_scan(workspace.root, under, ignores)]
    count = 0
    while waiting and (limit is None or count < limit):
        entry = next(waiting[-1], None)
        if entry is None:
            waiting.pop()
        elif entry.ignored:
            continue
        elif entry.kind == "folder":
            waiting.append(_scan(workspace.root, entry.path, ignores))
        elif entry.kind == "file":
            count += 1
            yield entry.path


def entries(workspace: Workspace, folder: str = "", ignores: Ignores | None = None) -> list[Entry]:
    """What one folder holds, ignored or not, names in byte order; for a tree that opens folder by folder."""
    return list(_scan(workspace.root, folder, ignores or Ignores(workspace.root, folder)))


def _scan(root: Path, folder: str, ignores: Ignores) -> Iterator[Entry]:
    try:
        with os.scandir(root / folder) as found:
            listed = sorted(found, key=lambda entry: os.fsencode(entry.name))
    except OSError:
        return
    chain = ignores.chain(folder)
    for entry in listed:
        path = f"{folder}/{entry.name}" if folder else entry.name
        kind = _kind(entry)
        yield Entry(path, kind, ignored(chain, path, kind == "folder"))


def _kind(entry: "os.DirEntry[str]") -> Literal["folder", "file", "link", "other"]:
    if entry.is_symlink():
        return "link"
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


def matches(pattern: str, path: str, under: str = "") -> bool:
    """A glob against a path: `*` and `?` stay within a name, `**` crosses folders, `{a,b}` are alternatives.

    Without `/` it is matched against the name, else against the whole path, relative to `under` or to the workspace.
    Raises re.error.
    """
    compiled = _compiled(pattern)
    if "/" not in pattern.strip("/"):
        return compiled.fullmatch(path.rpartition("/")[2]) is not None
    below = path[len(under) + 1 :] if under else path
    return compiled.fullmatch(below) is not None or compiled.fullmatch(path) is not None


@lru_cache(maxsize=32)
def _compiled(pattern: str) -> re.Pattern[str]:
    text = pattern.removeprefix("./").strip("/")
    tokens = re.findall(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]/]*\]|[{},]|.", text, re.DOTALL)
    depth, regex = 0, ""
    for token in tokens:
        closed = token == "}" and depth > 0
        depth += (token == "{") - closed
        regex += "(?:" if token == "{" else ")" if closed else "|" if token == "," and depth else _translated(token)
    return re.compile(regex + ")" * depth, re.DOTALL)


def _translated(token: str) -> str:
    match token:
        case "**/":
            return "(?:.*/)?"
        case "**":
            return ".*"
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
    if token.startswith("[") and len(token) > 2:
        inside = token[1:-1].replace("\\", r"\\")
        return f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
    return re.escape(token)
