"""Names of Flux's temporary files, and removing those that a killed Flux left behind. Never one of a living process."""

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

_NAME = re.compile(r"\.?flux-([0-9]+)-[0-9a-z_]+")


def temporary_name() -> str:
    """For a file beside the one it will replace."""
    return f".flux-{os.getpid()}-{secrets.token_hex(6)}"


def temporary_folder() -> Path:
    """A new folder of this session's, 0700, outside the workspace."""
    return Path(tempfile.mkdtemp(prefix=f"flux-{os.getpid()}-"))


def clean(root: Path, folders: Iterable[str]) -> None:
    """Remove such files of dead processes from these folders of the workspace."""
    for folder in dict.fromkeys(folders):
        for path in _left(root / folder, "."):
            if not path.is_symlink() and path.is_file():
                path.unlink(missing_ok=True)


def clean_folders() -> None:
    """Remove the session folders of dead processes, as far as they are ours."""
    for path in _left(Path(tempfile.gettempdir()), "flux-"):
        if not path.is_symlink() and path.is_dir() and path.stat().st_uid == os.getuid():
            shutil.rmtree(path, ignore_errors=True)


def _left(folder: Path, start: str) -> list[Path]:
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.name.startswith(start)]
    except OSError:
        return []
    found = ((name, _NAME.fullmatch(name)) for name in names)
    return [folder / name for name, match in found if match and not _is_alive(int(match[1]))]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
