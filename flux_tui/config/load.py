"""All layers of settings as one: defaults, the person's files, the profile, the project, the environment, the flags.

Never runs or fetches anything. A file that can't be used is a UsageError, never skipped silently.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from flux_tui.config import files, layers, profiles
from flux_tui.config.layers import Layer
from flux_tui.config.places import Places
from flux_tui.config.presets import presets
from flux_tui.config.settings import ProviderSettings, Settings
from flux_tui.protocol.errors import UsageError

RULES_HEAD = "# Rules you answered `always` to. Flux writes this file; your own rules go into config.toml.\n"


@dataclass(frozen=True, slots=True)
class Loaded:
    settings: Settings
    sources: Mapping[str, str]
    """Where each key that is not at its default comes from, by dotted key."""
    notes: tuple[str, ...] = ()
    """Sentences for the person: what was ignored, and why."""


def load(
    places: Places,
    env: Mapping[str, str],
    flags: Mapping[str, Any],
    workspace: Path | None,
    trusted: bool = False,
) -> Loaded:
    """`flags`: dotted keys, None = not given. Raises UsageError naming file, key and line where possible."""
    own = _own_layers(places)
    chosen = _profile(places, env, flags, workspace, trusted, merged(own)[0].get("profile"))
    narrowing: list[Layer] = []
    if chosen is not None:
        profile, why = chosen
        (narrowing if profile.of_project else own).append(profile.layer)
        own.append(Layer(why, {"profile": profile.name}))
    notes: list[str] = []
    narrowing += _project_layer(workspace, trusted, notes)
    for layer in narrowing:
        kept, refused = layers.narrowed(layer, merged(own)[0])
        own.append(kept)
        notes += refused
    own.append(layers.from_environment(env, merged(own)[0]))
    own.append(layers.from_flags({key: value for key, value in flags.items() if key != "profile"}))
    values, sources = merged(own)
    return Loaded(_built(values), sources, tuple(notes))


def merged(stack: Sequence[Layer]) -> tuple[dict[str, Any], dict[str, str]]:
    """Later layers win, but rules add up: nobody loses a deny by writing another one."""
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for layer in stack:
        for name, value in layer.values.items():
            if name.startswith("rules.") and name in values:
                values[name] = tuple(dict.fromkeys((*values[name], *value)))
                sources[name] += f" + {layer.name}" if value else ""
            else:
                values[name], sources[name] = value, layer.name
    return values, sources


def remember_rule(places: Places, rule: str, kind: str = "allow") -> Path:
    """Add one of the person's `always` answers to Flux's own rules file. `kind`: allow, ask or deny."""
    path = places.config / "rules.toml"
    source = files.read(path)
    known = layers.from_file(source, str(path)).values if source else {}
    name = f"rules.{kind}"
    added = layers.from_flags({name: tuple(dict.fromkeys((*known.get(name, ()), rule)))})
    profiles.write_toml(path, profiles.nested({**known, **added.values}), RULES_HEAD)
    return path


def _own_layers(places: Places) -> list[Layer]:
    found = [files.read(places.config / name) for name in ("config.toml", "rules.toml")]
    return [layers.from_file(source, str(source.path)) for source in found if source]


def _project_layer(workspace: Path | None, trusted: bool, notes: list[str]) -> list[Layer]:
    path = workspace / ".flux" / "config.toml" if workspace else None
    if path is None or not (path.is_symlink() or path.exists()):
        return []
    if not trusted:
        notes.append(f"{path} is ignored until you trust this folder.")
        return []
    source = files.read(path)
    return [layers.from_file(source, str(path))] if source else []


def _profile(
    places: Places,
    env: Mapping[str, str],
    flags: Mapping[str, Any],
    workspace: Path | None,
    trusted: bool,
    default: str | None,
) -> tuple[profiles.Profile, str] | None:
    """The profile in use and what named it: a flag, the environment, the folder it is bound to, or config.toml."""
    for name, why in ((flags.get("profile"), "flag"), (env.get("FLUX_PROFILE"), "environment")):
        if name:
            return profiles.named(str(name), places, workspace, trusted), why
    if workspace is not None and (profile := profiles.bound(places, workspace, env)):
        return profile, "this folder"
    if default:
        return profiles.named(default, places, workspace, trusted), str(places.config / "config.toml")
    return None


def _built(values: Mapping[str, Any]) -> Settings:
    """The dataclasses from dotted keys."""
    plain = {name: value for name, value in values.items() if "." not in name}
    tables: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        if "." in name:
            above, _, last = name.rpartition(".")
            tables.setdefault(above, {})[last] = value
    providers = {
        name.partition(".")[2]: _provider(name.partition(".")[2], table)
        for name, table in tables.items()
        if name.startswith("providers.")
    }
    defaults = Settings()
    groups = {
        item.name: type(getattr(defaults, item.name))(**tables.get(item.name, {}))
        for item in fields(Settings)
        if is_dataclass(getattr(defaults, item.name))
    }
    return Settings(**plain, **groups, providers=providers)


def _provider(name: str, table: Mapping[str, Any]) -> ProviderSettings:
    known = {"anthropic": "anthropic", "openai": "openai", "demo": "demo"}.get(name)
    if (preset := presets().get(name)) is not None:
        return replace(preset.settings, **table)
    if known is None and "type" not in table and not table.get("base_url"):
        # Taken for the vendor's own server, it would be sent the wrong key.
        raise UsageError(f"providers.{name}: base_url is missing. Add the server's address, or the type of the vendor.")
    return ProviderSettings(**{"type": known or "openai", **table})
