"""The models of a session by role. Each keeps its provider, and so the prefix it began with; one speaks at a time."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from flux_tui.config.settings import Settings
from flux_tui.llm.base_provider import BaseLLMProvider
from flux_tui.llm.prices import cost
from flux_tui.protocol.events import ModelChanged
from flux_tui.protocol.messages import Usage

if TYPE_CHECKING:
    from flux_tui.agent.room import Room

Role = Literal["", "strong", "everyday", "cheap"]
"""`""` = the session's own model, no role at work."""
Route = Literal["off", "read-cheap", "plan-strong", "escalate"]


@dataclass(slots=True)
class Cast:
    make: Callable[[str], BaseLLMProvider]
    """`provider:model` -> a provider. Raises UsageError. Called in a thread."""
    window: Callable[[BaseLLMProvider], int | None]
    roles: Mapping[Role, str]
    """Role -> `provider:model`, those that are configured."""
    main: BaseLLMProvider | None
    """The session's own model."""
    role: Role = ""
    pinned: bool = False
    """The person chose a model: no role speaks until they say so."""
    _made: dict[str, BaseLLMProvider] = field(default_factory=dict)

    async def take(self, room: "Room", role: Role, why: str) -> None:
        """Let this role speak from the next request on. UsageError if its model can't be had."""
        provider = await self.provider(role)
        self.role = role
        if provider is None or provider is room.provider:
            return
        room.provider = provider
        room.totals.window = self.window(provider)
        room.journal.emit(ModelChanged(provider.origin.provider, provider.origin.model, role, why))

    async def provider(self, role: Role) -> BaseLLMProvider | None:
        spec = self.roles.get(role, "")
        if not spec or (self.main is not None and spec == spec_of(self.main)):
            return self.main
        if spec not in self._made:
            self._made[spec] = await asyncio.to_thread(self.make, spec)
        return self._made[spec]

    def at_strong(self, usage: Usage) -> Decimal | None:
        """What the same tokens would cost from the strong model. None where that is not known or no role speaks."""
        strong = self._made.get(self.roles.get("strong", "")) or self.main
        if not self.role or strong is None or spec_of(strong) != self.roles.get("strong"):
            return None
        return cost(strong.kind, strong.origin.model, usage, strong.tariff)

    def holds(self, provider: BaseLLMProvider) -> bool:
        """Whether a role may still speak through it."""
        return any(provider is made for made in self._made.values())

    async def close(self) -> None:
        for provider in (*self._made.values(), *((self.main,) if self.main is not None else ())):
            await provider.close()


def roles_of(settings: Settings) -> dict[Role, str]:
    roles = settings.roles
    found: dict[Role, str] = {"strong": roles.strong, "everyday": roles.everyday, "cheap": roles.cheap}
    return {role: spec for role, spec in found.items() if spec}


def route_of(settings: Settings, cast: Cast | None) -> Route:
    """The policy in force. What the roles at hand can't carry out is off."""
    if cast is None or cast.pinned:
        return "off"
    cheap, strong, everyday = (cast.roles.get(role, "") for role in ("cheap", "strong", "everyday"))
    several: dict[Route, bool] = {
        "read-cheap": bool(cheap and strong and cheap != strong),
        "plan-strong": bool(cheap and strong and cheap != strong),
        "escalate": bool(strong and (everyday or cast.main is not None) and strong != everyday),
        "off": True,
    }
    wanted: Route = "read-cheap" if settings.routing.policy == "auto" else settings.routing.policy
    return wanted if several[wanted] else "off"


def spec_of(provider: BaseLLMProvider) -> str:
    return f"{provider.origin.provider}:{provider.origin.model}"
