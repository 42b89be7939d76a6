"""What accounts may really use: the list, a call where it lies, why not; and which servers this machine runs."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flux_tui.agent import availability
from flux_tui.agent.availability import Known
from flux_tui.config.places import places
from flux_tui.config.settings import ProviderSettings, Roles, Settings
from flux_tui.llm.listing import Listed, listed, local_servers
from tests.fakes.fixtures import Serve, model_server
from tests.fakes.script import Heard, Reply, status
from tests.llm import playing

__all__ = ["model_server"]

KEY = {"ANTHROPIC_API_KEY": playing.KEY}
OFF = ProviderSettings(base_url="http://127.0.0.1:9")
NOBODY = {name: OFF for name in ("ollama", "lmstudio", "llamacpp", "vllm")}
"""So that a server of the machine the tests run on is not found."""


def at(server_url: str, **more: ProviderSettings) -> Settings:
    own = ProviderSettings(type="anthropic", base_url=server_url)
    return Settings(network=playing.QUICK, providers={"anthropic": own, **NOBODY, **more})


def answer(heard: Heard) -> Reply:
    match heard.body["model"]:
        case "claude-opus-5-5":
            return status(403)
        case "claude-fable-5-2":
            return status(404)
        case "claude-haiku-4-5":
            return status(429)
        case _:
            return Reply("H", stop="max_tokens")


async def test_each_model_is_called_for_one_token(model_server: Serve, tmp_path: Path) -> None:
    server = model_server(answer, key=playing.KEY)
    server.models = {
        "data": [{"id": "claude-opus-5-5"}, {"id": "claude-sonnet-5-5", "max_input_tokens": 77, "max_tokens": 7}]
    }
    home = places({"FLUX_HOME": str(tmp_path)})
    rows = {row.spec: row for row in await availability.check(at(server.url), KEY, home)}
    listed_but_refused = rows["anthropic:claude-opus-5-5"]
    assert listed_but_refused.available is False
    assert "403" in listed_but_refused.why
    assert "404" in rows["anthropic:claude-fable-5-2"].why
    assert rows["anthropic:claude-haiku-4-5"].available is None
    good = rows["anthropic:claude-sonnet-5-5"]
    assert (good.available, good.window, good.max_output, good.input) == (True, 77, 7, "2")
    assert "OPENAI_API_KEY" in rows["openai:gpt-6-luna"].why
    assert all(body["max_tokens"] == 1 for body in server.heard())
    assert playing.KEY not in (home.cache / "models.json").read_text()
    assert availability.remembered(home) == tuple(rows.values())
    assert availability.window_of("anthropic:claude-sonnet-5-5", home) == 77
    assert availability.known(at(server.url), home)[0] == listed_but_refused


async def test_a_refused_key_is_asked_once(model_server: Serve, tmp_path: Path) -> None:
    server = model_server([], key=playing.KEY)
    server.models = 401
    rows = await availability.check(at(server.url), KEY, places({"FLUX_HOME": str(tmp_path)}))
    assert len(server.requests) == 1
    assert all("ANTHROPIC_API_KEY" in row.why for row in rows if row.provider == "anthropic")


async def test_a_compatible_server_is_believed_but_for_what_is_configured(model_server: Serve, tmp_path: Path) -> None:
    server = model_server(answer)
    server.models = {"data": [{"id": "a", "max_model_len": 5000}, {"id": "b"}, {"id": "e", "type": "embeddings"}]}
    compat = ProviderSettings(base_url=server.url, price_input=0.5, price_output=1.0)
    settings = replace(at("http://127.0.0.1:9", compat=compat), roles=Roles(cheap="compat:b"))
    rows = await availability.check(settings, {}, places({"FLUX_HOME": str(tmp_path)}))
    found = [row for row in rows if row.provider == "compat"]
    assert found == [
        Known("compat", "b", True, "", None, None, "0.5", "1.0"),
        Known("compat", "a", True, "", 5000, None, "0.5", "1.0"),
    ]
    assert [body["model"] for body in server.heard("chat")] == ["b"]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"id": "m"}, Listed("m")),
        ({"id": "m", "max_input_tokens": 9, "max_tokens": 3}, Listed("m", 9, 3)),
        ({"id": "m", "meta": {"n_ctx": 4096, "n_ctx_train": 9999}}, Listed("m", 4096)),
        ({"id": "m", "context_length": 8, "top_provider": {"max_completion_tokens": 2}}, Listed("m", 8, 2)),
        ({"id": "m", "loaded_context_length": 5, "max_context_length": 50}, Listed("m", 5)),
        ({"id": "m", "context_length": "many", "meta": []}, Listed("m")),
    ],
)
def test_windows_under_all_their_names(row: dict[str, Any], found: Listed) -> None:
    assert listed({"data": [row]}) == (found,)


@pytest.mark.parametrize("page", [None, [], {}, {"data": None}, {"data": [None, 1, {"id": 5}]}, "page"])
def test_what_is_no_list_lists_nothing(page: Any) -> None:
    assert listed(page) == ()


@contextmanager
def serving(page: bytes, code: int = 200) -> Iterator[tuple[str, list[str]]]:
    """(address, paths asked for)."""
    asked: list[str] = []

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(code)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *args: object) -> None: ...

    server = http.server.HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_local_server_is_found_with_its_models() -> None:
    with serving(b'{"data": [{"id": "llama3:8b"}]}') as (url, asked):
        providers = {**NOBODY, "ollama": ProviderSettings(base_url=url)}
        (found,) = local_servers(Settings(providers=providers))
    assert (found.name, found.title, found.url, found.models) == ("ollama", "Ollama", url, (Listed("llama3:8b"),))
    assert asked == ["/v1/models"]


@pytest.mark.parametrize(
    ("page", "code"), [(b"<html>", 200), (b'{"data": []}', 200), (b"{}", 307), (b"[[" * 9999, 200)]
)
def test_another_server_on_that_port_is_none(page: bytes, code: int) -> None:
    with serving(page, code) as (url, _):
        assert local_servers(Settings(providers={**NOBODY, "llamacpp": ProviderSettings(base_url=url)})) == ()


def test_only_this_machine_is_looked_at() -> None:
    away = ProviderSettings(base_url="http://192.0.2.1:11434/v1")
    assert local_servers(Settings(providers={**NOBODY, "ollama": away})) == ()
