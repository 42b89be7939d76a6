"""What a reply cost, exactly, in dollars. A price that is not known gives None, never zero."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from flux_tui.llm.models import Price, model_info
from flux_tui.protocol.messages import Usage

if TYPE_CHECKING:
    from flux_tui.llm.base_provider import BaseLLMProvider

MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Tariff:
    """Prices of a server that is not the vendor's own."""

    listed: str = ""
    """Its name in genai-prices, "" = not listed."""
    price: Price | None = None
    """The person's own figures, for all its models."""


def cost(kind: str, model: str, usage: Usage, tariff: Tariff | None = None) -> Decimal | None:
    """Dollars for one reply. By provider type and model, whatever the address; named servers by their tariff alone."""
    if kind == "demo":
        return Decimal(0)
    if tariff is not None:
        if tariff.price is not None:
            return _by_row((tariff.price,), usage)
        return _by_genai(tariff.listed, model, usage) if tariff.listed else None
    prices = model_info(kind, model).prices
    return _by_row(prices, usage) if prices else _by_genai(kind, model, usage)


def window(provider: "BaseLLMProvider", model: str) -> int | None:
    """Tokens of the context as genai-prices has them."""
    listed = provider.kind if provider.tariff is None else provider.tariff.listed
    if not listed:
        return None
    import genai_prices

    try:
        return genai_prices.calc_price(genai_prices.Usage(), model_ref=model, provider_id=listed).model.context_window
    except (LookupError, ValueError):
        return None


def _by_row(prices: tuple[Price, ...], usage: Usage) -> Decimal | None:
    """One token above a threshold makes the whole request dearer."""
    prompt = usage.input + usage.cache_read + usage.cache_write
    price = next((price for price in reversed(prices) if prompt > price.above), prices[0])
    if usage.cache_read and price.cache_read is None:
        return None
    total = usage.input * price.input + usage.output * price.output
    total += usage.cache_read * (price.cache_read or Decimal(0))
    total += usage.cache_write * (price.input if price.cache_write is None else price.cache_write)
    return (total / MILLION).normalize()


def _by_genai(kind: str, model: str, usage: Usage) -> Decimal | None:
    """genai-prices counts the cached tokens into the input."""
    import genai_prices

    counts = genai_prices.Usage(
        input_tokens=usage.input + usage.cache_read + usage.cache_write,
        cache_read_tokens=usage.cache_read,
        cache_write_tokens=usage.cache_write,
        output_tokens=usage.output,
    )
    try:
        found = genai_prices.calc_price(counts, model_ref=model, provider_id=kind)
    except (LookupError, ValueError):
        return None
    return found.total_price
