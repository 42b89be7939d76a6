"""How much a model's context holds: the person's figure, what its server told, what is known of the model."""

from flux_tui.agent.availability import window_of
from flux_tui.config.places import Places
from flux_tui.config.settings import Settings
from flux_tui.llm import models, prices
from flux_tui.llm.base_provider import BaseLLMProvider


def window(provider: BaseLLMProvider, settings: Settings, places: Places) -> int | None:
    """Tokens, None where nobody knows."""
    origin = provider.origin
    own = settings.providers.get(origin.provider)
    if own is not None and own.window:
        return own.window
    if provider.kind == "demo":
        return None
    told = window_of(f"{origin.provider}:{origin.model}", places)
    return told or models.model_info(provider.kind, origin.model).window or prices.window(provider, origin.model)


def unknown(provider: BaseLLMProvider, found: int | None) -> list[str]:
    """A sentence where the window is not known: such servers may cut the conversation without a word."""
    if found is not None or provider.kind == "demo":
        return []
    name = provider.origin.provider
    return [
        f"How much the context of {name}:{provider.origin.model} holds is not known. `flux models --check` may find "
        f"it out; else set `window` under [providers.{name}]."
    ]
