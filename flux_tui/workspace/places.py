"""Where a walk or a search begins: a folder or file of the workspace, as the model named it."""

import os
import stat

from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Refusal
from flux_tui.workspace.files import Workspace


def place(workspace: Workspace, given: str | None) -> str:
    """Workspace-relative path, "" for all of it. Refusal: OUTSIDE_WORKSPACE, INVALID_ARGUMENTS, FILE_NOT_FOUND."""
    if not given:
        return ""
    path = workspace.locate(given)
    try:
        found = os.lstat(workspace.root / path)
    except OSError as error:
        raise Refusal(
            Code.FILE_NOT_FOUND,
            f"FILE_NOT_FOUND: there is no folder or file {given}. Nothing was done. Next: look with list_files.",
        ) from error
    if not stat.S_ISDIR(found.st_mode) and not stat.S_ISREG(found.st_mode):
        raise Refusal(
            Code.INVALID_ARGUMENTS, f"INVALID_ARGUMENTS: {given} is a pipe, socket or device. Nothing was done."
        )
    return "" if path == "." else path


def is_folder(workspace: Workspace, path: str) -> bool:
    """`path` as `place` gives it."""
    return (workspace.root / path).is_dir()
