"""What each account may really use: its list, and a call of one token where a list may lie. Asked only on command."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flux_tui.config.settings import Settings
from flux_tui.llm import provider_factory
from flux_tui.llm.base_provider import BaseLLMProvider, Request
from flux_tui.llm.faults import Broken
from flux_tui.llm.http_provider import HttpProvider
from flux_tui.llm.listing import Listed, listed, local_servers
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
WORKS = frozenset({FaultName.EMPTY_REPLY})
"""With so few tokens nothing need be said."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one model of one account."""

    provider: str
    model: str
    available: bool | None
    """None = it could not be found out."""
    why: str = ""
    """Why it is not available, or why that is not known."""
    window: int | None = None
    max_output: int | None = None

    @property
    def spec(self) -> str:
        return f"{self.provider}:{self.model}"


async def check(settings: Settings, env: Mapping[str, str]) -> tuple[Known, ...]:
    """Every model of every account, the accounts side by side. Servers of this machine only tell their list."""
    local = asyncio.create_task(asyncio.to_thread(local_servers, settings))
    names = [account.name for account in provider_factory.accounts(settings, env)]
    found = await asyncio.gather(*(_account(name, settings, env) for name in names))
    known = [row for rows in found for row in rows]
    there = {row.spec for row in known}
    for server in await local:
        rows = (Known(server.name, one.id, True, "", one.window, one.max_output) for one in server.models)
        known += [row for row in rows if row.spec not in there]
    return tuple(known)


async def _account(name: str, settings: Settings, env: Mapping[str, str]) -> list[Known]:
    wanted = list(dict.fromkeys(_wanted(name, settings)))
    try:
        provider = await asyncio.to_thread(
            provider_factory.make, f"{name}:{wanted[0] if wanted else '-'}", settings, env
        )
    except UsageError as error:
        return [_as_known(name, model, False, str(error), None) for model in wanted]
    assert isinstance(provider, HttpProvider)
    try:
        has = {one.id: one for one in await _listed(provider)}
    except Broken as broken:
        if broken.fault.name in (FaultName.BAD_KEY, FaultName.UNREACHABLE, FaultName.REDIRECT):
            return [_as_known(name, model, False, broken.fault.message, None) for model in wanted]
        has = {}
    finally:
        await provider.close()
    gate = asyncio.Semaphore(AT_ONCE)
    probed = await asyncio.gather(*(_probe(name, model, has.get(model), settings, env, gate) for model in wanted))
    rest = has if name not in provider_factory.VENDORS else {}
    return [*probed, *(_as_known(name, id, True, "", one) for id, one in rest.items() if id not in wanted)]


async def _listed(provider: HttpProvider) -> tuple[Listed, ...]:
    return listed(await provider.get("/v1/models?limit=1000" if provider.kind == "anthropic" else "/models"))


def _wanted(name: str, settings: Settings) -> Iterator[str]:
    """Models that are worth a call: those with a row, and those the settings name."""
    if name in provider_factory.VENDORS:
        yield from (info.id for info in all_models() if info.provider == name)
    roles = settings.roles
    for spec in (settings.model, roles.strong, roles.everyday, roles.cheap):
        provider, _, model = spec.partition(":")
        if provider == name and model:
            yield model


async def _probe(
    name: str, model: str, one: Listed | None, settings: Settings, env: Mapping[str, str], gate: asyncio.Semaphore
) -> Known:
    async with gate:
        provider = await asyncio.to_thread(provider_factory.make, f"{name}:{model}", settings, env)
        try:
            fault = await _called(provider)
        finally:
            await provider.close()
    if fault is None or fault.name in WORKS:
        return _as_known(name, model, True, "", one)
    return _as_known(name, model, None if fault.name in UNCERTAIN else False, fault.message, one)


async def _called(provider: BaseLLMProvider) -> Fault | None:
    request = Request("", (), (user("Hi"),), max_output=ONE_TOKEN.get(provider.kind, 1))
    fault: Fault | None = None
    async for item in provider.stream(request):
        if isinstance(item, Failed):
            fault = item.fault
    return fault


def _as_known(name: str, model: str, available: bool | None, why: str, one: Listed | None) -> Known:
    known = Known(name, model, available, why)
    if one is not None:
        known = replace(known, window=one.window, max_output=one.max_output)
    if name in provider_factory.VENDORS:
        info = model_info(name, model)
        known = replace(known, window=known.window or info.window, max_output=known.max_output or info.max_output)
    return known


def unavailable(rows: Sequence[Known]) -> Mapping[str, str]:
    """`provider:model` -> why it can't be used."""
    return {row.spec: row.why for row in rows if row.available is False}
