"""What is known of models: limits, effort levels, thinking, prices. Unknown stays unknown, never guessed."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

DATED = re.compile(r"-(\d{8}|\d{4}-\d{2}-\d{2})$")


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars per million tokens, for requests of more than `above` prompt tokens. None = not known."""

    above: int
    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ModelInfo:
    provider: str
    """Kind of provider: `anthropic`, `openai`, `demo`."""
    id: str
    window: int | None = None
    """Tokens of context."""
    max_output: int | None = None
    efforts: tuple[str, ...] = ()
    thinking: str = ""
    """How thinking is asked for: `adaptive` (Messages), `reasoning` (Responses), "" = not at all."""
    role: str = ""
    """`strong`, `everyday`, `cheap`: its vendor's default for that role."""
    prices: tuple[Price, ...] = ()
    """Ascending by `above`. Empty = see genai-prices."""
    cache: bool = True


def model_info(kind: str, id: str) -> ModelInfo:
    """The row of this id, of the id without its date, or of the longest prefix that has one."""
    rows, prefixes = _table()
    found = rows.get((kind, id)) or rows.get((kind, DATED.sub("", id)))
    if found is not None:
        return found
    near = [prefix for prefix in prefixes if prefix[0] == kind and id.startswith(prefix[1])]
    if near:
        like = prefixes[max(near, key=lambda prefix: len(prefix[1]))]
        return ModelInfo(kind, id, efforts=like.efforts, thinking=like.thinking)
    return ModelInfo(kind, id)


def all_models() -> tuple[ModelInfo, ...]:
    """Every model with a row, in the file's order."""
    return tuple(_table()[0].values())


def by_role(kind: str, role: str) -> ModelInfo | None:
    return next((info for info in all_models() if info.provider == kind and info.role == role), None)


Rows = dict[tuple[str, str], ModelInfo]


@cache
def _table() -> tuple[Rows, Rows]:
    """Rows by (kind, id), and by (kind, prefix)."""
    text = resources.files("flux_tui.llm").joinpath("models.toml").read_text(encoding="utf-8")
    rows: Rows = {}
    prefixes: Rows = {}
    for row in tomllib.loads(text)["models"]:
        kind = row["kind"]
        if "prefix" in row:
            prefixes[kind, row["prefix"]] = _info(row, row["prefix"])
        else:
            rows[kind, row["id"]] = _info(row, row["id"])
    return rows, prefixes


def _info(row: Mapping[str, Any], id: str) -> ModelInfo:
    return ModelInfo(
        row["kind"],
        id,
        row.get("window"),
        row.get("max_output"),
        tuple(row.get("efforts", ())),
        row.get("thinking", ""),
        row.get("role", ""),
        tuple(_price(price) for price in row.get("price", ())),
    )


def _price(row: Mapping[str, Any]) -> Price:
    known = {name: Decimal(row[name]) for name in ("cache_read", "cache_write") if name in row}
    return Price(row["above"], Decimal(row["input"]), Decimal(row["output"]), **known)
