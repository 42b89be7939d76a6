"""Known compatible servers, as data: where they are, which key they take, what they know. Nothing is contacted here."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from flux_tui.config.settings import ProviderSettings


@dataclass(frozen=True, slots=True)
class Preset:
    """One row of presets.toml."""

    name: str
    title: str
    settings: ProviderSettings
    local: bool = False
    """It runs on this machine, without a key."""
    models: str = ""
    """A path that lists its models with their windows, "" = the protocol's own."""
    prices: str = ""
    """Its name in genai-prices, "" = not there."""


@cache
def presets() -> Mapping[str, Preset]:
    """By name, in the file's order."""
    text = resources.files("flux_tui.config").joinpath("presets.toml").read_text(encoding="utf-8")
    return {name: _preset(name, row) for name, row in tomllib.loads(text).items()}


def _preset(name: str, row: Mapping[str, Any]) -> Preset:
    settings = ProviderSettings(
        base_url=row["base_url"], api="chat", key_env=row.get("key_env", ""), fields=tuple(row.get("fields", ()))
    )
    return Preset(name, row["title"], settings, row.get("local", False), row.get("models", ""), row.get("prices", ""))
