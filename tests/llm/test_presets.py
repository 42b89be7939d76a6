"""Known servers without configuration; fields, thoughts, efforts and prices of servers that are no vendor's own."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from flux_tui.config.load import load
from flux_tui.config.places import places
from flux_tui.config.presets import presets
from flux_tui.config.settings import ProviderSettings, Settings
from flux_tui.llm.prices import cost, window
from flux_tui.llm.provider_factory import accounts, key_sources, make
from flux_tui.protocol.errors import UsageError
from flux_tui.protocol.messages import CallPart, Message, Origin, ResultPart, TextPart, ThinkingPart, Usage, user
from tests.fakes.fixtures import Serve, model_server
from tests.fakes.script import Call, Reply
from tests.llm import playing

__all__ = ["model_server"]

LOCAL = ("ollama", "lmstudio", "llamacpp", "vllm")
HOSTED = {"openrouter": "OPENROUTER_API_KEY", "deepseek": "DEEPSEEK_API_KEY"}
READ = Call("read_files", {"paths": ["a"]})


def test_the_presets_are_these() -> None:
    assert tuple(presets()) == (*LOCAL, *HOSTED)
    assert [name for name, preset in presets().items() if preset.local] == list(LOCAL)


@pytest.mark.parametrize("name", LOCAL)
def test_a_local_server_needs_no_configuration_and_no_key(name: str) -> None:
    made = make(f"{name}:llama3:8b", Settings(), {})
    assert made.origin == Origin(name, "chat", presets()[name].settings.base_url, "llama3:8b")
    assert made.compatible


@pytest.mark.parametrize(("name", "variable"), HOSTED.items())
def test_a_hosted_server_takes_the_key_of_its_own_name(name: str, variable: str) -> None:
    with pytest.raises(UsageError, match=variable):
        make(f"{name}:x", Settings(), {"OPENAI_API_KEY": "another"})
    assert make(f"{name}:x", Settings(), {variable: "k" * 20}).origin.base_url.startswith("https://")
    assert (name, variable, True) in key_sources(Settings(), {variable: "k"})
    assert name not in [account.name for account in accounts(Settings(), {})]


def test_a_config_overrides_what_a_preset_says(tmp_path: Path) -> None:
    env = {"FLUX_HOME": str(tmp_path)}
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text(
        '[providers.ollama]\nwindow = 8192\n[providers.vllm]\nbase_url = "http://h:9"\n'
    )
    providers = load(places(env), env, {}, None).settings.providers
    assert providers["ollama"] == replace(presets()["ollama"].settings, window=8192)
    assert providers["vllm"].base_url == "http://h:9"
    assert providers["vllm"].fields == presets()["vllm"].settings.fields


async def body_of(server_url: str, own: ProviderSettings, *history: Message, effort: str = "") -> None:
    settings = Settings(network=playing.QUICK, providers={"fake": replace(own, base_url=server_url, api="chat")})
    made = make("fake:m", settings, {})
    asked = replace(playing.request(*history), effort=effort)
    await playing.reply(made, asked)
    await made.close()


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ((), {}),
        (("reasoning_effort",), {"reasoning_effort": "high"}),
        (("reasoning",), {"reasoning": {"effort": "high"}}),
        (("prompt_cache_key",), {"prompt_cache_key": "session-1"}),
    ],
)
async def test_only_what_the_server_knows_is_sent(
    fields: tuple[str, ...], sent: Mapping[str, Any], model_server: Serve
) -> None:
    server = model_server([Reply("Hi.")], knows=frozenset(fields))
    await body_of(server.url, ProviderSettings(fields=fields), user("Hi."), effort="high")
    basics = {"model", "stream", "stream_options", "tools", "messages"}
    assert {name: value for name, value in server.heard("chat")[0].items() if name not in basics} == sent


FOREIGN = Message(
    "assistant",
    (ThinkingPart("elsewhere"), TextPart("I look."), CallPart("c1", "read_files", {})),
    Origin("anthropic", "messages", "https://x", "claude"),
)


async def test_deepseek_gets_thoughts_back_with_every_call_be_they_empty(model_server: Serve) -> None:
    server = model_server([Reply("Hi.")])
    history = (user("Hi."), FOREIGN, Message("user", (ResultPart("c1", "read_files", "x"),)))
    await body_of(
        server.url, presets()["deepseek"].settings and ProviderSettings(fields=("reasoning_content",)), *history
    )
    assert server.heard("chat")[0]["messages"][2]["reasoning_content"] == ""


async def test_a_server_that_thinks_aloud_gets_its_thoughts_back_and_no_other_does(model_server: Serve) -> None:
    server = model_server([Reply(thinking="Hm.", calls=(READ,)), Reply("Done."), Reply("Done.")])
    async with playing.provider(server, "chat") as made:
        history = [user("Hi."), FOREIGN, Message("user", (ResultPart("c1", "read_files", "x"),))]
        history.append(await playing.reply(made, playing.request(*history)))
        history.append(playing.answers(history[-1]))
        await playing.reply(made, playing.request(*history))
    async with playing.provider(server, "chat", model="another") as made:
        await playing.reply(made, playing.request(*history))
    first, second, other = server.heard("chat")
    assert "reasoning_content" not in str(first)
    assert [m["reasoning_content"] for m in second["messages"] if m.get("tool_calls")] == ["", "Hm."]
    assert "reasoning_content" not in str(other)


def test_prices_of_a_named_server_are_the_persons() -> None:
    own = ProviderSettings(base_url="http://h", price_input=0.25, price_output=1.1)
    made = make("fake:gpt-6-luna", Settings(providers={"fake": own}), {})
    usage = Usage(1_000_000, 1_000_000, 1_000_000)
    assert cost(made.kind, "gpt-6-luna", usage, made.tariff) == Decimal("1.6")
    unpriced = make("fake:gpt-6-luna", Settings(providers={"fake": ProviderSettings(base_url="http://h")}), {})
    assert cost(unpriced.kind, "gpt-6-luna", usage, unpriced.tariff) is None
    assert window(unpriced, "gpt-6-luna") is None


def test_the_vendors_prices_hold_whatever_the_address() -> None:
    made = make("openai:gpt-6-luna", Settings(), {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://proxy"})
    assert made.tariff is None


def test_a_known_hosted_server_has_the_prices_it_is_listed_with() -> None:
    made = make("deepseek:deepseek-chat", Settings(), {"DEEPSEEK_API_KEY": "k" * 20})
    price = cost(made.kind, "deepseek-chat", Usage(1_000_000, 0), made.tariff)
    assert price is not None
    assert price > 0
    assert cost(made.kind, "no-such-model", Usage(1, 0), made.tariff) is None
