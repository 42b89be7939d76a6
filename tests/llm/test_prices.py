"""What is known of models, and what replies cost, held against genai-prices."""

from decimal import Decimal

import genai_prices
import pytest

from flux_tui.llm.models import all_models, by_role, model_info
from flux_tui.llm.prices import Tariff, cost
from flux_tui.protocol.messages import Usage

NOT_THERE_YET = {"gpt-6.2-sol", "gpt-6.2-astra"}
"""Not in genai-prices; from the vendor's own page."""
PRICED = [info for info in all_models() if info.id not in NOT_THERE_YET]


@pytest.mark.parametrize("prompt", [1, 99_999, 100_000, 100_001, 272_000, 272_001, 900_000])
@pytest.mark.parametrize("info", PRICED, ids=lambda info: info.id)
def test_prices_equal_genai_prices(info: object, prompt: int) -> None:
    from flux_tui.llm.models import ModelInfo

    assert isinstance(info, ModelInfo)
    read, write = prompt // 2, prompt // 10
    usage = Usage(prompt - read - write, 1234, read, write)
    counts = genai_prices.Usage(
        input_tokens=prompt, cache_read_tokens=read, cache_write_tokens=write, output_tokens=1234
    )
    theirs = genai_prices.calc_price(counts, model_ref=info.id, provider_id=info.provider).total_price
    assert cost(info.provider, info.id, usage) == theirs


@pytest.mark.parametrize("info", PRICED, ids=lambda info: info.id)
def test_windows_equal_genai_prices(info: object) -> None:
    from flux_tui.llm.models import ModelInfo

    assert isinstance(info, ModelInfo)
    found = genai_prices.calc_price(genai_prices.Usage(), model_ref=info.id, provider_id=info.provider)
    assert found.model.context_window in (info.window, None)


def test_a_model_without_a_row_is_looked_up() -> None:
    assert model_info("anthropic", "claude-sonnet-4-5").prices == ()
    price = cost("anthropic", "claude-sonnet-4-5", Usage(1_000_000, 0))
    assert price is not None
    assert price > 0


def test_what_is_not_known_is_not_guessed() -> None:
    assert cost("openai", "no-such-model", Usage(10, 10)) is None
    assert cost("openai", "gpt-6-luna", Usage(10, 10), Tariff()) is None
    assert model_info("openai", "no-such-model").window is None
    assert model_info("openai", "no-such-model").thinking == ""


def test_the_demo_costs_nothing() -> None:
    assert cost("demo", "guide", Usage(10, 10)) == Decimal(0)


def test_dated_ids_have_the_row_of_their_plain_id() -> None:
    assert model_info("anthropic", "claude-haiku-4-5-20251001") is model_info("anthropic", "claude-haiku-4-5")
    assert model_info("openai", "gpt-5.4-mini-2026-03-17") is model_info("openai", "gpt-5.4-mini")


def test_a_new_model_of_a_known_family_thinks_as_its_family() -> None:
    info = model_info("openai", "gpt-6.9-nova")
    assert (info.thinking, info.window, info.prices) == ("reasoning", None, ())


@pytest.mark.parametrize("kind", ["anthropic", "openai"])
def test_every_role_has_a_default(kind: str) -> None:
    assert all(by_role(kind, role) is not None for role in ("strong", "everyday", "cheap"))


def test_rows_are_complete() -> None:
    for info in all_models():
        assert info.window
        assert info.max_output
        assert info.prices[0].above == 0
        assert [price.above for price in info.prices] == sorted(price.above for price in info.prices)
