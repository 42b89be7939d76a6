"""The four folders that Flux keeps its own things in. Only names them; must never create or read anything."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    config: Path
    """`config.toml`, `profiles/`, `rules.toml`."""
    data: Path
    """The database."""
    state: Path
    """Logs, trust, prompt history."""
    cache: Path


def places(env: Mapping[str, str]) -> Places:
    """Where things lie. `FLUX_HOME` beats all; else the system's own convention, under the app name `flux`."""
    if home := env.get("FLUX_HOME"):
        root = Path(home).expanduser().absolute()
        return Places(root / "config", root / "data", root / "state", root / "cache")
    if sys.platform in {"win32", "darwin"}:
        return _system_places()
    return Places(
        _xdg(env, "XDG_CONFIG_HOME", ".config"),
        _xdg(env, "XDG_DATA_HOME", ".local/share"),
        _xdg(env, "XDG_STATE_HOME", ".local/state"),
        _xdg(env, "XDG_CACHE_HOME", ".cache"),
    )


def home_folder(env: Mapping[str, str]) -> Path:
    return Path(home) if (home := env.get("HOME")) else Path.home()


def _xdg(env: Mapping[str, str], variable: str, default: str) -> Path:
    # The XDG specification: a relative path in these variables is to be ignored.
    given = Path(env.get(variable, ""))
    return (given if given.is_absolute() else home_folder(env) / default) / "flux"


def _system_places() -> Places:
    from platformdirs import PlatformDirs

    folders = PlatformDirs("flux", appauthor=False)
    return Places(folders.user_config_path, folders.user_data_path, folders.user_state_path, folders.user_cache_path)
