"""`flux models`: the models Flux knows, with window, output limit and price, and whether a key for them is there."""

import os
from typing import Any

from flux_tui.config.load import load
from flux_tui.config.places import places
from flux_tui.headless.lines import answer, out, tell
from flux_tui.llm.models import ModelInfo, all_models
from flux_tui.llm.provider_factory import default_spec, key_sources


def run(as_json: bool) -> int:
    settings = load(places(os.environ), os.environ, {}, None).settings
    keys = {name: found for name, _, found in key_sources(settings, os.environ)}
    rows = [row(info, keys) for info in all_models()]
    default = default_spec(settings, os.environ)
    if as_json:
        answer({"default": default, "models": rows})
        return 0
    out(f"{'MODEL':<34} {'KEY':<4} {'WINDOW':>10} {'OUTPUT':>9}  $ PER MILLION TOKENS (IN / OUT)")
    for found in rows:
        name = f"{found['provider']}:{found['model']}"
        price = f"{found['input']} / {found['output']}" if found["input"] else "n/a"
        key = "yes" if found["key"] else "no"
        out(f"{name:<34} {key:<4} {_count(found['window']):>10} {_count(found['max_output']):>9}  {price}")
    if default.startswith("demo:"):
        tell("No key was found, so only the demo runs. Set ANTHROPIC_API_KEY or OPENAI_API_KEY.")
    return 0


def row(info: ModelInfo, keys: dict[str, bool]) -> dict[str, Any]:
    price = info.prices[0] if info.prices else None
    return {
        "provider": info.provider,
        "model": info.id,
        "key": keys.get(info.provider, info.provider == "demo"),
        "window": info.window,
        "max_output": info.max_output,
        "input": str(price.input) if price else None,
        "output": str(price.output) if price else None,
    }


def _count(number: int | None) -> str:
    return "n/a" if number is None else f"{number:,}"
