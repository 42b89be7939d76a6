"""From `provider:model`, settings and environment to a provider. Says what to set when something is missing."""

import difflib
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flux_tui.config.presets import presets
from flux_tui.config.settings import ProviderSettings, ProviderType, Settings
from flux_tui.llm.base_provider import BaseLLMProvider
from flux_tui.llm.models import ModelInfo, Price, all_models, by_role, model_info
from flux_tui.llm.prices import Tariff
from flux_tui.protocol.errors import UsageError
from flux_tui.protocol.messages import Origin

if TYPE_CHECKING:
    from flux_tui.llm.http_provider import HttpProvider

NO_KEY_MODEL = "demo:free"
KEY_COMMAND_TIMEOUT = 30.0
VENDORS: Mapping[str, tuple[ProviderType, str, str]] = {
    "anthropic": ("anthropic", "ANTHROPIC_API_KEY", "https://api.anthropic.com"),
    "openai": ("openai", "OPENAI_API_KEY", "https://api.openai.com/v1"),
    "demo": ("demo", "", ""),
}
"""Name -> type, variable of the key, own address."""


@dataclass(frozen=True, slots=True)
class Account:
    """One configured provider."""

    name: str
    own: ProviderSettings
    base_url: str
    """As the vendor's SDK wants it."""
    key_env: str
    """"" = no key is needed."""


def make(spec: str, settings: Settings, env: Mapping[str, str]) -> BaseLLMProvider:
    """The provider for `provider:model`, or for only one of the two. UsageError if unknown or without a key."""
    name, model = resolve(spec, settings)
    account = _account(name, settings)
    return MAKERS[account.own.type](account, model, settings, env)


def default_spec(settings: Settings, env: Mapping[str, str]) -> str:
    """The model to begin with: the configured one, else the everyday one of the vendor whose key is there."""
    if settings.model:
        return settings.model
    if settings.roles.everyday or settings.roles.strong:
        return settings.roles.everyday or settings.roles.strong
    for name in ("anthropic", "openai"):
        if _has_key(_account(name, settings), env):
            return f"{name}:{_everyday(name)}"
    return NO_KEY_MODEL


def key_sources(settings: Settings, env: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """(provider, where its key is looked for, whether one is there); commands are not run."""
    return [(a.name, _where(a), _has_key(a, env)) for a in accounts(settings, env) if _where(a)]


def accounts(settings: Settings, env: Mapping[str, str]) -> list["Account"]:
    """Every account that can be meant: the vendors, what is configured, and known servers whose key is there."""
    known = [
        _account(name, settings) for name in dict.fromkeys(("anthropic", "openai", *settings.providers, *presets()))
    ]
    usual = ("anthropic", "openai", *settings.providers)
    return [a for a in known if a.own.type != "demo" and (a.name in usual or (a.key_env and _has_key(a, env)))]


def account(name: str, settings: Settings) -> "Account":
    """The account of this name. It must be a known one."""
    return _account(name, settings)


def resolve(spec: str, settings: Settings) -> tuple[str, str]:
    """(provider, model). Split at the first colon, if what stands before it is a provider."""
    names = [*dict.fromkeys((*VENDORS, *settings.providers, *presets()))]
    before, colon, after = spec.partition(":")
    if before in names:
        return before, after or _model_of(before, settings)
    if not colon:
        known = [info for info in all_models() if info.id == spec] or _by_prefix(spec)
        if known:
            return known[0].provider, spec
        candidates = [*names, *(info.id for info in all_models())]
        raise UsageError(f"there is no provider or model {spec!r}.{_nearest(spec, candidates)} Write PROVIDER:MODEL.")
    hint = _nearest(before, names)
    raise UsageError(
        f"there is no provider {before!r}.{hint} Known: {', '.join(names)}; add others as [providers.NAME]."
    )


def _by_prefix(spec: str) -> list[ModelInfo]:
    return [info for kind in ("anthropic", "openai") if (info := model_info(kind, spec)).thinking]


def _model_of(name: str, settings: Settings) -> str:
    if _account(name, settings).own.type == "demo":
        return "free"
    model = _everyday(name)
    if not model:
        raise UsageError(f"{name} needs a model: write {name}:MODEL.")
    return model


def _everyday(name: str) -> str:
    info = by_role(name, "everyday")
    return info.id if info is not None else ""


def _nearest(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, 1, 0.5)
    return f" Did you mean {near[0]}?" if near else ""


def _account(name: str, settings: Settings) -> Account:
    vendor = VENDORS.get(name)
    own = settings.providers.get(name) or _unconfigured(name, vendor[0] if vendor else "openai")
    default_url = vendor[2] if vendor else next(url for kind, _, url in VENDORS.values() if kind == own.type)
    base_url = normalized(own.base_url, own.type, name) if own.base_url else default_url
    return Account(name, own, base_url, own.key_env or (vendor[1] if vendor and not own.key_command else ""))


def _unconfigured(name: str, kind: ProviderType) -> ProviderSettings:
    preset = presets().get(name)
    return preset.settings if preset is not None else ProviderSettings(type=kind)


def normalized(url: str, kind: str, name: str) -> str:
    """Without trailing slash; with `/v1` for OpenAI's SDK and without for Anthropic's. UsageError if it is no URL."""
    try:
        parts = urlsplit(url.strip())
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good:
        raise UsageError(f"providers.{name}: base_url {url!r} is no address. Write http://… or https://….")
    plain = url.strip().rstrip("/")
    plain = plain.removesuffix("/v1") if plain.endswith("/v1") else plain
    return f"{plain}/v1" if kind == "openai" and not _has_version(plain) else plain


def _has_version(url: str) -> bool:
    """`…/v1beta/openai`, `…/api/v3`: the person gave the whole path."""
    return any(part[:1] == "v" and part[1:2].isdigit() for part in urlsplit(url).path.split("/"))


def _where(account: Account) -> str:
    if account.own.key_command and not account.own.key_env:
        return f"providers.{account.name}.key_command"
    return account.key_env


def _has_key(account: Account, env: Mapping[str, str]) -> bool:
    return bool(account.own.key_command) or bool(account.key_env and env.get(account.key_env, "").strip())


def _key(account: Account, env: Mapping[str, str]) -> tuple[str, str]:
    """(key, where it came from). ("", "") where none is needed."""
    where = _where(account)
    if not where:
        return "", ""
    key = _run(account) if account.own.key_command and not account.own.key_env else env.get(where, "").strip()
    if not key:
        if account.name not in VENDORS and not account.own.key_command and not account.own.key_env:
            return "", ""
        raise UsageError(
            f"there is no key for {account.name}. Set {where}, or choose another model; `flux demo` needs no key."
        )
    if not key.isascii() or not key.isprintable() or " " in key:
        raise UsageError(f"the key from {where} holds characters that no key has. Set it again.")
    return key, where


def _run(account: Account) -> str:
    """The first line that the key command prints. It is the person's own: a project can't set it."""
    where = f"providers.{account.name}.key_command"
    try:
        done = subprocess.run(
            account.own.key_command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=KEY_COMMAND_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"{where} can't be run: {type(error).__name__}. Check the command.") from None
    if done.returncode:
        raise UsageError(f"{where} ended with exit status {done.returncode}. Run it by hand to see why.")
    lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
    return lines[0].strip() if lines else ""


def _anthropic(account: Account, model: str, settings: Settings, env: Mapping[str, str]) -> BaseLLMProvider:
    from flux_tui.llm.anthropic_provider import AnthropicProvider
    from flux_tui.llm.faults import Place

    key, where = _key(account, env)
    origin = Origin(account.name, "messages", account.base_url, model)
    place = Place(account.name, model, account.base_url, where, (key,) if key else ())
    info = model_info("anthropic", model)
    provider = AnthropicProvider(origin, place, settings.network, info, account.own.max_output)
    return _configured(provider, account)


def _openai(account: Account, model: str, settings: Settings, env: Mapping[str, str]) -> BaseLLMProvider:
    from flux_tui.llm.faults import Place
    from flux_tui.llm.openai_provider import OWN_HOST, OpenAIProvider

    key, where = _key(account, env)
    api = account.own.api or ("responses" if account.base_url == OWN_HOST else "chat")
    origin = Origin(account.name, api, account.base_url, model)
    place = Place(account.name, model, account.base_url, where, (key,) if key else ())
    info = model_info("openai", model)
    wire = OpenAIProvider.wire_for(origin, info, account.own.fields, account.own.max_output)
    provider = OpenAIProvider(origin, wire, place, settings.network)
    return _configured(provider, account)


def tariff(account: Account) -> Tariff | None:
    """What the person, or the known server, says of its prices. None = the prices of the vendor's models."""
    own = account.own
    preset = presets().get(account.name)
    listed = preset.prices if preset is not None and own.base_url == preset.settings.base_url else ""
    price = None
    if own.price_input is not None and own.price_output is not None:
        read, write = exact(own.price_cache_read), exact(own.price_cache_write)
        first = Decimal(str(own.price_input))
        price = Price(0, first, Decimal(str(own.price_output)), first if read is None else read, write)
    return Tariff(listed, price) if price is not None or account.name not in VENDORS else None


def exact(number: float | None) -> Decimal | None:
    """The decimal that was written in the file."""
    return None if number is None else Decimal(str(number))


def _configured(provider: "HttpProvider", account: Account) -> BaseLLMProvider:
    provider.compatible = account.name not in VENDORS and bool(account.own.base_url)
    provider.tariff = tariff(account)
    if account.own.auth:
        provider.auth = account.own.auth
    return provider


def _demo(account: Account, model: str, settings: Settings, env: Mapping[str, str]) -> BaseLLMProvider:
    from flux_tui.llm.demo_provider import DemoProvider

    return DemoProvider(model)


Maker = Callable[[Account, str, Settings, Mapping[str, str]], BaseLLMProvider]
MAKERS: Mapping[ProviderType, Maker] = {"anthropic": _anthropic, "openai": _openai, "demo": _demo}
"""One row a type of provider."""
