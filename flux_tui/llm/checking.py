"""What each account may really use: its list, and a call of one token where a list may lie. Asked only on command."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from flux_tui.config.presets import presets
from flux_tui.config.settings import Settings
from flux_tui.llm import provider_factory
from flux_tui.llm.base_provider import Request
from flux_tui.llm.faults import Broken
from flux_tui.llm.http_provider import HttpProvider
from flux_tui.llm.listing import LOOPBACK, Listed, LocalServer, listed, local_servers
from flux_tui.llm.models import all_models, model_info
from flux_tui.protocol.codes import FaultName
from flux_tui.protocol.errors import UsageError
from flux_tui.protocol.messages import user
from flux_tui.protocol.stream import Failed, Fault

AT_ONCE = 4
"""Calls to one account at the same time."""
ONE_TOKEN: Mapping[str, int] = {"anthropic": 1, "openai": 16}
"""The least that the vendor's API takes as limit of a reply."""
UNCERTAIN = frozenset({FaultName.RATE_LIMITED, FaultName.OVERLOADED, FaultName.SERVER_ERROR, FaultName.TIMEOUT})
HOPELESS = frozenset({FaultName.BAD_KEY, FaultName.UNREACHABLE, FaultName.REDIRECT})
"""Each single call would end the same way."""
WORKS = frozenset({FaultName.EMPTY_REPLY})
"""With so few tokens nothing need be said."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one model of one account."""

    provider: str
    model: str
    available: bool | None
    """None = it could not be found out, or nobody asked yet."""
    why: str = ""
    """Why it is not available, or why that is not known."""
    window: int | None = None
    max_output: int | None = None
    input: str | None = None
    """Dollars per million tokens, for requests of ordinary size. None = not known."""
    output: str | None = None

    @property
    def spec(self) -> str:
        return f"{self.provider}:{self.model}"


@dataclass(frozen=True, slots=True)
class Asking:
    """One account that is asked."""

    name: str
    settings: Settings
    env: Mapping[str, str]
    gate: asyncio.Semaphore

    async def provider(self, model: str) -> HttpProvider:
        made = await asyncio.to_thread(provider_factory.make, f"{self.name}:{model}", self.settings, self.env)
        assert isinstance(made, HttpProvider)
        return made

    def known(self, model: str, available: bool | None, why: str, one: Listed | None = None) -> Known:
        return described(Known(self.name, model, available, why), one, self.settings)


async def check(settings: Settings, env: Mapping[str, str]) -> tuple[Known, ...]:
    """Every model of every account, the accounts side by side. Servers of this machine only tell their list."""
    local = asyncio.create_task(asyncio.to_thread(local_servers, settings))
    names = [one.name for one in provider_factory.accounts(settings, env) if not on_this_machine(one.name, settings)]
    asked = (_account(Asking(name, settings, env, asyncio.Semaphore(AT_ONCE))) for name in names)
    found = await asyncio.gather(*asked)
    return (*(row for rows in found for row in rows), *local_models(await local, settings))


def on_this_machine(name: str, settings: Settings) -> bool:
    """A known local server: a call would load its model into memory, so its list has to do."""
    preset = presets().get(name)
    if preset is None or not preset.local:
        return False
    return urlsplit(provider_factory.account(name, settings).base_url).hostname in LOOPBACK


def local_models(servers: Sequence[LocalServer], settings: Settings) -> tuple[Known, ...]:
    rows = (described(Known(server.name, one.id, True), one, settings) for server in servers for one in server.models)
    return tuple(rows)


def described(known: Known, one: Listed | None, settings: Settings) -> Known:
    """With window, limit and prices: as listed, else as its row says."""
    own = provider_factory.tariff(provider_factory.account(known.provider, settings))
    info = model_info(known.provider, known.model) if known.provider in provider_factory.VENDORS else None
    one = one or Listed(known.model)
    prices = (info.prices if info is not None else ()) if own is None else (own.price,)
    price = prices[0] if prices else None
    return replace(
        known,
        window=one.window or (info.window if info else None),
        max_output=one.max_output or (info.max_output if info else None),
        input=str(price.input) if price else None,
        output=str(price.output) if price else None,
    )


async def _account(asking: Asking) -> list[Known]:
    wanted = list(dict.fromkeys(_wanted(asking.name, asking.settings)))
    try:
        has = {one.id: one for one in await _listed(await asking.provider(wanted[0] if wanted else "-"))}
    except UsageError as error:
        return [asking.known(model, False, str(error)) for model in wanted]
    except Broken as broken:
        if broken.fault.name in HOPELESS:
            return [asking.known(model, False, broken.fault.message) for model in wanted]
        has = {}
    probed = await asyncio.gather(*(_probe(asking, model, has.get(model)) for model in wanted))
    rest = has if asking.name not in provider_factory.VENDORS else {}
    return [*probed, *(asking.known(id, True, "", one) for id, one in rest.items() if id not in wanted)]


async def _listed(provider: HttpProvider) -> tuple[Listed, ...]:
    try:
        return listed(await provider.get("/v1/models?limit=1000" if provider.kind == "anthropic" else "/models"))
    finally:
        await provider.close()


def _wanted(name: str, settings: Settings) -> Iterator[str]:
    """Models that are worth a call: those with a row, and those the settings name."""
    if name in provider_factory.VENDORS:
        yield from (info.id for info in all_models() if info.provider == name)
    roles = settings.roles
    for spec in (settings.model, roles.strong, roles.everyday, roles.cheap):
        provider, _, model = spec.partition(":")
        if provider == name and model:
            yield model


async def _probe(asking: Asking, model: str, one: Listed | None) -> Known:
    """A call of one token: what is listed may be refused, and what is not listed may work."""
    async with asking.gate:
        provider = await asking.provider(model)
        try:
            fault = await _called(provider)
        finally:
            await provider.close()
    if fault is None or fault.name in WORKS:
        return asking.known(model, True, "", one)
    return asking.known(model, None if fault.name in UNCERTAIN else False, fault.message, one)


async def _called(provider: HttpProvider) -> Fault | None:
    request = Request("", (), (user("Hi"),), max_output=ONE_TOKEN.get(provider.kind, 1))
    fault: Fault | None = None
    async for item in provider.stream(request):
        if isinstance(item, Failed):
            fault = item.fault
    return fault
