"""Which models a server says it has. What it lists need not be what an account may use."""

import http.client
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flux_tui.config.presets import Preset, presets
from flux_tui.config.settings import Settings
from flux_tui.llm.wire import count, mapping, text

WINDOWS = ("max_input_tokens", "max_model_len", "loaded_context_length", "context_length", "max_context_length")
"""Names under which servers tell how many tokens fit; what is in force comes before what is possible."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PATIENCE = 0.5
"""Seconds for a server on this machine; whoever does not answer in that time is not there."""
MOST_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Listed:
    id: str
    window: int | None = None
    """Tokens, None = not told."""
    max_output: int | None = None


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A model server that answers on this machine."""

    name: str
    """The provider's name: `ollama` in `ollama:llama3`."""
    title: str
    url: str
    models: tuple[Listed, ...]


def local_servers(settings: Settings | None = None) -> tuple[LocalServer, ...]:
    """Known servers on their usual, or configured, ports of this machine. Connects to loopback alone, for a moment."""
    configured = (settings or Settings()).providers
    wanted = [
        (preset, configured[preset.name].base_url if preset.name in configured else preset.settings.base_url)
        for preset in presets().values()
        if preset.local
    ]
    with ThreadPoolExecutor(len(wanted)) as pool:
        found = pool.map(lambda pair: _look(*pair), wanted)
    return tuple(server for server in found if server is not None)


def listed(answer: Any) -> tuple[Listed, ...]:
    """The models of a list in any of the usual shapes; () where there is none."""
    rows = mapping(answer).get("data")
    return tuple(_rows(rows if isinstance(rows, list) else []))


def _rows(rows: list[Any]) -> Iterator[Listed]:
    for row in map(mapping, rows):
        id = text(row.get("id"))
        if id and row.get("type") not in ("embeddings", "embedding"):
            yield Listed(id, _window(row), _max_output(row))


def _window(row: Mapping[str, Any]) -> int | None:
    told = [count(row.get(name)) for name in WINDOWS]
    told += [count(mapping(row.get("meta")).get(name)) for name in ("n_ctx", "n_ctx_train")]
    return next((number for number in told if number), None)


def _max_output(row: Mapping[str, Any]) -> int | None:
    return count(row.get("max_tokens")) or count(mapping(row.get("top_provider")).get("max_completion_tokens")) or None


def _look(preset: Preset, base_url: str) -> LocalServer | None:
    parts = urlsplit(base_url)
    if parts.hostname not in LOOPBACK or parts.scheme != "http":
        return None
    path = preset.models or parts.path.rstrip("/").removesuffix("/v1") + "/v1/models"
    models = listed(_get(parts.hostname, parts.port or 80, path))
    return LocalServer(preset.name, preset.title, base_url, models) if models else None


def _get(host: str, port: int, path: str) -> Any:
    """JSON, None if nobody answers or it is something else. No proxy, no redirect."""
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Accept": "application/json"})
        response = connection.getresponse()
        return json.loads(response.read(MOST_BYTES)) if response.status == http.client.OK else None
    except (OSError, http.client.HTTPException, ValueError, RecursionError):
        return None
    finally:
        connection.close()
