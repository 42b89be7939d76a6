"""One source of settings as a layer: a file, the environment or the flags, checked key by key.

A project's layer may only narrow what the person allowed; all else in it is left out, with a note that says so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flux_tui.config import schema
from flux_tui.config.files import Source, line_of
from flux_tui.config.presets import presets
from flux_tui.protocol.codes import Mode
from flux_tui.protocol.errors import UsageError

MODES = (Mode.PLAN, Mode.ASK, Mode.AUTO_EDIT, Mode.FULL)
"""From the strictest."""
SANDBOXES = ("require", "auto", "off")


@dataclass(frozen=True, slots=True)
class Layer:
    """Checked values by dotted key, and what to call their source."""

    name: str
    values: Mapping[str, Any]


def from_file(source: Source, name: str, own: Iterable[str] = ()) -> Layer:
    """`own`: keys of this kind of file that are no settings; they are left out here."""
    data = {key: value for key, value in source.data.items() if key not in own}
    return Layer(name, dict(_flat(data, (), source, tuple(own))))


def from_flags(flags: Mapping[str, Any]) -> Layer:
    """Dotted keys; None = flag not given."""
    return Layer("flag", {name: _given(name, value, f"--{name}") for name, value in flags.items() if value is not None})


def from_environment(env: Mapping[str, str], below: Mapping[str, Any]) -> Layer:
    """`below`: the values of the layers under this one, for a variable that gives half a model."""
    found: dict[str, Any] = {}
    for provider in ("anthropic", "openai"):
        variable = f"{provider.upper()}_BASE_URL"
        if url := env.get(variable):
            found[f"providers.{provider}.base_url"] = _given(f"providers.{provider}.base_url", url, variable)
    if model := _model(env.get("FLUX_PROVIDER", ""), env.get("FLUX_MODEL", ""), below):
        found["model"] = _given("model", model, "FLUX_MODEL")
    return Layer("environment", found)


def narrowed(layer: Layer, below: Mapping[str, Any]) -> tuple[Layer, tuple[str, ...]]:
    """What a project may set of this, over the person's own values, and a note for each key that it may not."""
    kept: dict[str, Any] = {}
    refused: list[str] = []
    for name, value in layer.values.items():
        if name in {"rules.ask", "rules.deny"} or _is_narrower(name, value, below):
            kept[name] = value
        elif not _may_narrow(name):
            refused.append(f"{layer.name}: {name} is ignored: a project never sets it. Put it into your own config.")
        elif value != below.get(name):
            refused.append(f"{layer.name}: {name} is ignored: a project may only narrow it.")
    return Layer(layer.name, kept), tuple(refused)


def _may_narrow(name: str) -> bool:
    return name in {"mode", "sandbox"} or name.startswith("limits.")


def _is_narrower(name: str, value: Any, below: Mapping[str, Any]) -> bool:
    row = schema.find(name)
    own = below.get(name, row.default if row else None)
    if name == "mode":
        return MODES.index(value) < MODES.index(own)
    if name == "sandbox":
        return SANDBOXES.index(value) < SANDBOXES.index(own)
    if name.startswith("limits."):
        return bool(value) and (not own or value < own)
    return False


def _model(provider: str, model: str, below: Mapping[str, Any]) -> str:
    if not provider or not model:
        lower = str(below.get("model", ""))
        return model or (lower if lower.startswith(provider + ":") else provider)
    configured = (name.split(".")[1] for name in below if name.startswith("providers."))
    named = {"anthropic", "openai", "demo", *presets(), *configured}
    # A model's own name may hold a colon (llama3:8b), so the first part counts only where it is a provider.
    return model if model.partition(":")[0] in named and ":" in model else f"{provider}:{model}"


def _given(name: str, value: Any, shown: str) -> Any:
    row = schema.find(name)
    if row is None:
        raise UsageError(f"{shown}: unknown setting {name!r}.{_near(schema.nearest(name))}")
    try:
        return schema.check(row, value)
    except schema.BadValue as error:
        raise UsageError(f"{shown}: {error}.") from error


def _flat(
    data: Mapping[str, Any], above: tuple[str, ...], source: Source, own: tuple[str, ...] = ()
) -> Iterator[tuple[str, Any]]:
    for part, value in data.items():
        path = (*above, part)
        name = ".".join(path)
        if _is_table(path):
            if not isinstance(value, dict):
                raise _fault(source, path, f"{name!r} must be a table, such as [{name}]")
            yield from _flat(value, path, source)
        elif row := schema.find(name) if "." not in part else None:
            yield name, _value(row, value, source, path)
        else:
            raise _fault(source, path, f"unknown key {name!r}", schema.nearest(name, own))


def _is_table(path: tuple[str, ...]) -> bool:
    if len(path) == 2 and path[0] == "providers":
        return bool(re.fullmatch(r"[A-Za-z0-9_-]+", path[1]))
    return len(path) == 1 and bool(path[0]) and path[0] in schema.tables()


def _value(row: schema.Key, value: Any, source: Source, path: tuple[str, ...]) -> Any:
    try:
        return schema.check(row, value)
    except schema.BadValue as error:
        raise _fault(source, path, f"{'.'.join(path)!r} {error}") from error


def _fault(source: Source, path: tuple[str, ...], text: str, nearest: str = "") -> UsageError:
    line = line_of(source, path)
    return UsageError(f"{source.path}: {text}{f' (line {line})' if line else ''}.{_near(nearest)}")


def _near(nearest: str) -> str:
    return f" Nearest: {nearest}." if nearest else " `flux config` lists the valid keys."
