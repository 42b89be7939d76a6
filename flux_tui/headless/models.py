"""`flux models`: the models Flux knows and the servers of this machine; `--check` asks what may really be used."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from typing import Any

from flux_tui.agent import availability
from flux_tui.agent.availability import Known
from flux_tui.config.load import load
from flux_tui.config.places import places
from flux_tui.headless.lines import answer, out, tell
from flux_tui.llm.provider_factory import VENDORS, default_spec, key_sources

SIGNS: Mapping[bool | None, str] = {True: "yes", False: "no", None: "?"}


def run(as_json: bool, *, check: bool = False) -> int:
    settings = load(places(os.environ), os.environ, {}, None).settings
    home = places(os.environ)
    found = asyncio.run(availability.check(settings, os.environ, home)) if check else availability.known(settings, home)
    keys = {name: there for name, _, there in key_sources(settings, os.environ)}
    rows = [row_of(row, keys) for row in found]
    default = default_spec(settings, os.environ)
    if as_json:
        answer({"default": default, "checked": check, "models": rows})
        return 0
    for line in table(rows):
        out(line)
    if default.startswith("demo:"):
        _tell_first_steps(rows)
    elif not check:
        tell("`flux models --check` asks each account what it may really use.")
    return 0


def _tell_first_steps(rows: Sequence[Mapping[str, Any]]) -> None:
    local = next((row for row in rows if row["available"] and row["provider"] not in VENDORS), None)
    if local is None:
        tell("No key was found, so only the demo runs. Set ANTHROPIC_API_KEY or OPENAI_API_KEY.")
    else:
        tell(f"No key was found, but a server answers here: flux --model {local['provider']}:{local['model']}")


def row_of(row: Known, keys: Mapping[str, bool]) -> dict[str, Any]:
    return {
        "provider": row.provider,
        "model": row.model,
        "key": keys.get(row.provider, row.provider not in VENDORS),
        "available": row.available,
        "why": row.why,
        "window": row.window,
        "max_output": row.max_output,
        "input": row.input,
        "output": row.output,
    }


def table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = [f"{'MODEL':<34} {'USABLE':<6} {'WINDOW':>10} {'OUTPUT':>9}  {'$ PER MILLION (IN / OUT)':<25} WHY NOT"]
    for row in rows:
        name = f"{row['provider']}:{row['model']}"
        price = f"{row['input']} / {row['output']}" if row["input"] else "n/a"
        usable = SIGNS[row["available"]] if row["key"] or row["available"] is not None else "no key"
        figures = f"{_count(row['window']):>10} {_count(row['max_output']):>9}  {price:<25}"
        lines.append(f"{name:<34} {usable:<6} {figures} {row['why']}".rstrip())
    return lines


def _count(number: int | None) -> str:
    return "n/a" if number is None else f"{number:,}"
