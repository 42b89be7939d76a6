"""The settings in words: for `flux config`, for the docs page. Must never print a key or a password."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flux_tui.config import schema
from flux_tui.config.load import Loaded
from flux_tui.config.settings import Settings


@dataclass(frozen=True, slots=True)
class Row:
    """One setting as it stands."""

    key: str
    value: Any
    """JSON-ready."""
    source: str
    """`default`, a file's path, `profile NAME`, `environment` or `flag`."""
    doc: str


def describe(loaded: Loaded) -> tuple[Row, ...]:
    """Every setting, in the order of the config file; providers' only where they are configured."""
    return tuple(
        Row(name, _shown(value), loaded.sources.get(name, "default"), schema.doc(key))
        for name, value, key in _all(loaded.settings)
    )


def documentation() -> str:
    """A Markdown table of all keys for each table of the file."""
    tables: dict[str, list[schema.Key]] = {}
    for key in schema.keys().values():
        tables.setdefault(key.name.rpartition(".")[0], []).append(key)
    return "\n\n".join(_table(name, rows) for name, rows in tables.items()) + "\n"


def _all(settings: Settings) -> Iterator[tuple[str, Any, schema.Key]]:
    for key in schema.keys().values():
        if not key.name.startswith("providers."):
            yield key.name, _at(settings, key.name), key
            continue
        for name, provider in settings.providers.items():
            yield key.name.replace("*", name, 1), getattr(provider, key.name.rpartition(".")[2]), key


def _at(settings: Settings, name: str) -> Any:
    value: Any = settings
    for part in name.split("."):
        value = getattr(value, part)
    return value


def _shown(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, str):
        return re.sub(r"(?<=://)[^/@\s]+@", "…@", value)
    return value


def _table(name: str, rows: list[schema.Key]) -> str:
    group = name.partition(".")[0]
    title = f"`[{name.replace('*', 'NAME')}]`" if name else "Top level"
    head = [
        f"### {title}",
        "",
        schema.tables().get(group, ""),
        "",
        "| key | type | default | meaning |",
        "|---|---|---|---|",
    ]
    return "\n".join((*head, *(_row(key) for key in rows)))


def _row(key: schema.Key) -> str:
    leaf = key.name.rpartition(".")[2]
    return f"| `{leaf}` | {schema.describe_kind(key)} | {_default(key.default)} | {schema.doc(key)} |"


def _default(value: Any) -> str:
    match value:
        case None | "" | ():
            return ""
        case bool():
            return f"`{str(value).lower()}`"
        case str():
            return f'`"{value}"`'
        case _:
            return f"`{value}`"
