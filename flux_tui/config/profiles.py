"""Profiles: named sets of settings, bound to folders or chosen by name.

Flux writes only profiles that it made itself; a file written by hand is never touched.
"""

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flux_tui.config import files, layers
from flux_tui.config.places import Places, home_folder
from flux_tui.protocol.errors import UsageError

OWN_KEYS = ("folders", "description")
"""Keys of a profile that are no settings."""
MADE_BY_FLUX = "# Made by Flux. To keep your own changes, save them under another name or remove this line.\n"


@dataclass(frozen=True, slots=True)
class Profile:
    name: str
    path: Path
    description: str
    folders: tuple[str, ...]
    """As written: absolute, or from `~`."""
    layer: layers.Layer
    of_project: bool = False


def read(path: Path, of_project: bool = False) -> Profile | None:
    """None if there is no such file. UsageError if it can't be used."""
    source = files.read(path)
    if source is None:
        return None
    label = str(path) if of_project else f"profile {path.stem}"
    layer = layers.from_file(source, label, OWN_KEYS)
    if "profile" in layer.values:
        raise UsageError(f"{path}: 'profile' can't be set inside a profile. Remove it.")
    folders, description = source.data.get("folders", []), source.data.get("description", "")
    if not isinstance(folders, list) or not all(_is_folder(item) for item in folders):
        raise UsageError(f"{path}: 'folders' must be a list of absolute folders or such from ~, like [\"~/work/x\"].")
    if not isinstance(description, str):
        raise UsageError(f"{path}: 'description' must be a text in quotes.")
    return Profile(path.stem, path, description, tuple(folders), layer, of_project)


def profiles(places: Places) -> tuple[Profile, ...]:
    """The person's own, by name. UsageError for the first one that can't be used."""
    found = (read(path) for path in _files(places.config / "profiles"))
    return tuple(profile for profile in found if profile is not None)


def named(name: str, places: Places, workspace: Path | None, trusted: bool) -> Profile:
    """The profile of this name: the person's own, else the trusted project's. UsageError if there is none."""
    if not _is_name(name):
        raise UsageError(f"no profile can be called {name!r}: letters, digits, '.', '_' and '-' only.")
    own = places.config / "profiles"
    if found := read(own / f"{name}.toml"):
        return found
    of_project = workspace / ".flux" / "profiles" if workspace else None
    if of_project and trusted and (found := read(of_project / f"{name}.toml", of_project=True)):
        return found
    if of_project and not trusted and (of_project / f"{name}.toml").exists():
        raise UsageError(f"profile {name!r} belongs to this folder's .flux, which you have not trusted.")
    known = [path.stem for path in _files(own)]
    near = difflib.get_close_matches(name, known, 1, 0.4)
    hint = f" Nearest: {near[0]}." if near else f" Profiles lie in {own}."
    raise UsageError(f"there is no profile {name!r}.{hint}")


def bound(places: Places, workspace: Path, env: Mapping[str, str]) -> Profile | None:
    """The profile whose folder holds the workspace; of several, the deepest. UsageError if two name the same."""
    real = Path(os.path.realpath(workspace))
    best: dict[Path, list[Profile]] = {}
    for profile in profiles(places):
        for written in profile.folders:
            folder = _real(written, env)
            if real.is_relative_to(folder) and profile not in best.setdefault(folder, []):
                best[folder].append(profile)
    if not best:
        return None
    deepest = max(best, key=lambda folder: len(folder.parts))
    if len(best[deepest]) > 1:
        names = " and ".join(profile.name for profile in best[deepest])
        raise UsageError(f"profiles {names} are both bound to {deepest}. Remove it from one, or choose with --profile.")
    return best[deepest][0]


def save_profile(places: Places, name: str, values: Mapping[str, Any]) -> Path:
    """Write a profile from dotted keys, `folders`, `description`. UsageError: bad values, a hand-written file."""
    if not _is_name(name):
        raise UsageError(f"no profile can be called {name!r}: letters, digits, '.', '_' and '-' only.")
    path = places.config / "profiles" / f"{name}.toml"
    there = files.read(path)
    if there is not None and not there.text.startswith(MADE_BY_FLUX):
        raise UsageError(f"{path} was written by hand, so Flux does not change it. Choose another name or edit it.")
    settings = {key: value for key, value in values.items() if key not in OWN_KEYS}
    checked = layers.from_flags(settings).values
    own = {key: values[key] for key in OWN_KEYS if key in values}
    write_toml(path, {**own, **nested(checked)}, MADE_BY_FLUX)
    return path


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted keys as tables."""
    tables: dict[str, Any] = {}
    for name, value in values.items():
        *above, last = name.split(".")
        table = tables
        for part in above:
            table = table.setdefault(part, {})
        table[last] = list(value) if isinstance(value, tuple) else value
    return tables


def write_toml(path: Path, tables: Mapping[str, Any], head: str) -> None:
    """Replace a file of Flux's own, 0600, all or nothing. UsageError if the folder refuses."""
    import tempfile

    import tomli_w

    text = head + tomli_w.dumps(tables)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".flux-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror}.") from error


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".toml" and _is_name(path.stem))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise UsageError(f"{folder} can't be read: {error.strerror}.") from error


def _is_name(name: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name))


def _is_folder(item: Any) -> bool:
    return isinstance(item, str) and "\0" not in item and (item.startswith(("/", "~/")) or item == "~")


def _real(written: str, env: Mapping[str, str]) -> Path:
    home = home_folder(env)
    return Path(os.path.realpath(home / written[2:] if written.startswith("~") else Path(written)))
