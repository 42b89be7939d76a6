"""From a model's name, settings and environment to a provider, or to a sentence that says what to set."""

import sys
from dataclasses import replace

import pytest

from flux_tui.config.settings import ProviderSettings, Roles, Settings
from flux_tui.llm.provider_factory import default_spec, key_sources, make, normalized, resolve
from flux_tui.protocol.errors import UsageError
from flux_tui.protocol.messages import Origin, user
from tests.fakes.fixtures import Serve, model_server
from tests.fakes.script import Reply
from tests.llm import playing

__all__ = ["model_server"]

NONE = Settings()
LOCAL = ProviderSettings(base_url="http://127.0.0.1:8080", api="")


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ("anthropic:claude-haiku-4-5", ("anthropic", "claude-haiku-4-5")),
        ("claude-haiku-4-5", ("anthropic", "claude-haiku-4-5")),
        ("gpt-6-luna", ("openai", "gpt-6-luna")),
        ("anthropic", ("anthropic", "claude-sonnet-5-5")),
        ("openai", ("openai", "gpt-6.1-terra")),
        ("demo:guide", ("demo", "guide")),
        ("demo", ("demo", "free")),
        ("local:llama3:8b", ("local", "llama3:8b")),
    ],
)
def test_resolve(spec: str, found: tuple[str, str]) -> None:
    assert resolve(spec, Settings(providers={"local": LOCAL})) == found


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("antropic:claude-haiku-4-5", "anthropic"),
        ("claude-hiaku-4-5:x", "Known"),
        ("gtp-6-luna", "gpt-6-luna"),
        ("xyz", "PROVIDER:MODEL"),
        ("local", "local:MODEL"),
    ],
)
def test_what_is_unknown_names_the_nearest(spec: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        resolve(spec, Settings(providers={"local": LOCAL}))


def test_without_a_key_it_says_which_variable() -> None:
    with pytest.raises(UsageError, match="ANTHROPIC_API_KEY"):
        make("anthropic:claude-haiku-4-5", NONE, {})
    with pytest.raises(UsageError, match="COMPAT_KEY"):
        make("local:m", Settings(providers={"local": replace(LOCAL, key_env="COMPAT_KEY")}), {})


@pytest.mark.parametrize("key", ["kéy", "a b", "a\tb"])
def test_a_key_that_can_be_none_is_refused_without_being_told(key: str) -> None:
    with pytest.raises(UsageError) as told:
        make("anthropic:claude-haiku-4-5", NONE, {"ANTHROPIC_API_KEY": key})
    assert key not in str(told.value)


def test_origins() -> None:
    env = {"OPENAI_API_KEY": "k", "ANTHROPIC_API_KEY": "k"}
    assert make("openai:gpt-6-luna", NONE, env).origin == Origin(
        "openai", "responses", "https://api.openai.com/v1", "gpt-6-luna"
    )
    assert make("anthropic:claude-haiku-4-5", NONE, env).origin.base_url == "https://api.anthropic.com"
    own = Settings(providers={"openai": ProviderSettings(base_url="http://proxy/v1/")})
    proxied = make("openai:gpt-6-luna", own, env)
    assert (proxied.origin.api, proxied.origin.base_url) == ("chat", "http://proxy/v1")
    assert not proxied.compatible
    local = make("local:m", Settings(providers={"local": LOCAL}), {})
    assert (local.origin.api, local.origin.base_url, local.compatible) == ("chat", "http://127.0.0.1:8080/v1", True)


@pytest.mark.parametrize(
    ("url", "kind", "found"),
    [
        ("http://h", "openai", "http://h/v1"),
        ("http://h/v1", "openai", "http://h/v1"),
        ("http://h/v1/", "anthropic", "http://h"),
        ("http://h/api/v3", "openai", "http://h/api/v3"),
        ("https://h:8443/x/", "anthropic", "https://h:8443/x"),
    ],
)
def test_addresses_with_and_without_version(url: str, kind: str, found: str) -> None:
    assert normalized(url, kind, "x") == found


@pytest.mark.parametrize("url", ["h:8080", "ftp://h", "http://", "http://h:99999", "http://[::1"])
def test_what_is_no_address_is_said(url: str) -> None:
    with pytest.raises(UsageError, match="base_url"):
        normalized(url, "openai", "x")


def test_the_default_follows_the_keys() -> None:
    assert default_spec(NONE, {}) == "demo:free"
    assert default_spec(NONE, {"OPENAI_API_KEY": "k"}) == "openai:gpt-6.1-terra"
    assert default_spec(NONE, {"OPENAI_API_KEY": "k", "ANTHROPIC_API_KEY": "k"}) == "anthropic:claude-sonnet-5-5"
    assert default_spec(Settings(model="x:y"), {"OPENAI_API_KEY": "k"}) == "x:y"
    assert default_spec(Settings(roles=Roles(everyday="x:z")), {}) == "x:z"


def test_where_keys_are_looked_for() -> None:
    settings = Settings(providers={"local": LOCAL, "vault": replace(LOCAL, key_command=("pass", "x"))})
    assert key_sources(settings, {"OPENAI_API_KEY": "k"}) == [
        ("anthropic", "ANTHROPIC_API_KEY", False),
        ("openai", "OPENAI_API_KEY", True),
        ("vault", "providers.vault.key_command", True),
    ]


def test_a_key_command_gives_the_key_and_its_failure_a_sentence() -> None:
    command = (sys.executable, "-c", "print('  secret-key ')")
    made = make("v:m", Settings(providers={"v": replace(LOCAL, key_command=command)}), {})
    assert made.origin.provider == "v"
    for bad in (("/no/such/program",), (sys.executable, "-c", "import sys; sys.exit(3)"), (sys.executable, "-c", "")):
        with pytest.raises(UsageError, match=r"providers\.v\.key_command"):
            make("v:m", Settings(providers={"v": replace(LOCAL, key_command=bad)}), {})


@pytest.mark.parametrize("protocol", ["messages", "chat"])
async def test_no_key_is_picked_up_unseen(protocol: str, model_server: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID"):
        monkeypatch.setenv(name, "stray")
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", "Authorization: Bearer stray")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer stray")
    server = model_server([Reply("Hi.")], key=playing.KEY)
    async with playing.provider(server, protocol) as made:  # type: ignore[arg-type]
        await playing.reply(made, playing.request(user("Hi.")))
    assert "stray" not in str(server.requests[0].headers)


async def test_the_other_header_for_servers_that_know_no_other(model_server: Serve) -> None:
    server = model_server([Reply("Hi.")], key=playing.KEY)
    settings = playing.settings(server.url, "messages")
    own = replace(settings.providers["fake"], auth="x-api-key")
    made = make("fake:m", replace(settings, providers={"fake": own}), {"FAKE_KEY": playing.KEY})
    await playing.reply(made, playing.request(user("Hi.")))
    await made.close()
    headers = server.requests[0].headers
    assert headers["x-api-key"] == playing.KEY
    assert "authorization" not in headers
    assert headers["anthropic-version"] == "2023-06-01"
