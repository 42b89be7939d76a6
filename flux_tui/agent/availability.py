"""Which models can be used, as last found out and remembered, and which servers this machine runs."""

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from flux_tui.config.places import Places
from flux_tui.config.settings import Settings
from flux_tui.llm import checking, listing
from flux_tui.llm.checking import Known
from flux_tui.llm.listing import LocalServer
from flux_tui.llm.models import all_models

__all__ = ["Known", "LocalServer", "check", "known", "local_servers", "remembered", "window_of"]


async def check(settings: Settings, env: Mapping[str, str], places: Places) -> tuple[Known, ...]:
    """Ask every account, and remember the answers."""
    rows = await checking.check(settings, env)
    _remember(rows, _file(places))
    return rows


def remembered(places: Places) -> tuple[Known, ...]:
    """What the last check found; () if there was none."""
    try:
        rows = json.loads(_file(places).read_bytes())["models"]
        return tuple(Known(**row) for row in rows)
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def known(settings: Settings, places: Places) -> tuple[Known, ...]:
    """Without a request to any account: what the last check found, every model with a row, who answers on this machine.

    Takes up to half a second; for a thread.
    """
    rows = {row.spec: row for row in (Known(info.provider, info.id, None) for info in all_models())}
    rows = {spec: checking.described(row, None, settings) for spec, row in rows.items()}
    rows |= {row.spec: row for row in remembered(places)}
    rows |= {row.spec: row for row in checking.local_models(local_servers(settings), settings)}
    return tuple(rows.values())


def window_of(spec: str, places: Places) -> int | None:
    """Tokens of the model's context as its server told them."""
    return next((row.window for row in remembered(places) if row.spec == spec), None)


def local_servers(settings: Settings | None = None) -> tuple[LocalServer, ...]:
    """Model servers that answer on this machine. Takes at most half a second; for a thread."""
    return listing.local_servers(settings)


def _file(places: Places) -> Path:
    return places.cache / "models.json"


def _remember(rows: Sequence[Known], path: Path) -> None:
    """A cache that can't be written is none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".models-")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump({"models": [asdict(row) for row in rows]}, out)
        Path(name).replace(path)
    except OSError:
        return
