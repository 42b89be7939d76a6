"""What sessions have used and how well their edits went, counted from the stored events and nothing else."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flux_tui.agent.score import Attempt, Scorer
from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import Usage
from flux_tui.protocol.wire import usage_json
from flux_tui.store import Store

__all__ = ["Scorer", "stats"]


@dataclass(slots=True)
class _Spent:
    requests: int = 0
    usage: Usage = field(default_factory=Usage)
    cost: Decimal | None = Decimal(0)
    misses: Counter[str] = field(default_factory=Counter)

    def add(self, line: Mapping[str, Any]) -> None:
        counts = line["usage"]
        self.usage += Usage(**{key: value for key, value in counts.items() if key != "total"})
        self.misses.update([line["cache_miss"]] if line.get("cache_miss") else ())
        known = self.cost is not None and line["cost_usd"] is not None
        self.cost = self.cost + Decimal(line["cost_usd"]) if known and self.cost is not None else None

    def json(self) -> dict[str, Any]:
        cost = None if self.cost is None else format(self.cost, "f")
        return {"requests": self.requests, "usage": usage_json(self.usage), "cost_usd": cost, "cache": self._cache()}

    def _cache(self) -> dict[str, Any]:
        """The share of what was sent that the vendors had in their cache, and why they had not more of it."""
        usage = self.usage
        share = _rate(usage.cache_read, usage.input + usage.cache_read + usage.cache_write)
        return {"share": share, "misses": dict(self.misses.most_common())}


@dataclass(slots=True)
class _Tally:
    """All sessions together."""

    turns: int = 0
    spent: _Spent = field(default_factory=_Spent)
    models: dict[tuple[str, str], _Spent] = field(default_factory=dict)
    codes: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    good_calls: Counter[str] = field(default_factory=Counter)
    attempts: list[Attempt] = field(default_factory=list)

    def session(self, lines: Sequence[Mapping[str, Any]], told_before: int) -> None:
        """`told_before`: how many lines a fork took from its origin; they are context, counted there."""
        scorer = Scorer()
        for line in lines[:told_before]:
            scorer.note(line)
        known = len(scorer.attempts)
        for line in lines[told_before:]:
            scorer.note(line)
            self._count(line)
        self.attempts += scorer.attempts[known:]

    def _count(self, line: Mapping[str, Any]) -> None:
        match line["type"]:
            case "turn_started":
                self.turns += 1
            case "request_sent":
                self.spent.requests += 1
                self._of(line).requests += 1
            case "message_finished":
                self.spent.add(line)
                self._of(line).add(line)
            case "call_finished":
                self.codes[line["code"]] += 1
                self.calls[line["tool"]] += 1
                self.good_calls[line["tool"]] += line["code"] == Code.OK

    def _of(self, line: Mapping[str, Any]) -> _Spent:
        return self.models.setdefault((line["provider"], line["model"]), _Spent())


def stats(store: Store, sessions: Iterable[str], scope: str = "") -> dict[str, Any]:
    """The object of `flux stats --json` for these session ids. `scope` says in a word or a path which they are."""
    tally, count = _Tally(), 0
    for session in sessions:
        lines = store.events(session)
        tally.session(lines, len(lines) - len(store.events(session, copied=False)))
        count += 1
    to_read = [attempt for attempt in tally.attempts if attempt.read is not None]
    read = sum(attempt.read is True for attempt in to_read)
    return {
        "scope": scope,
        "sessions": count,
        "turns": tally.turns,
        **tally.spent.json(),
        "edits": {**_scored(tally.attempts), "rate": _rate(_good(tally.attempts), len(tally.attempts))},
        "reads_first": {"edits": len(to_read), "read": read, "rate": _rate(read, len(to_read))},
        "rejected": tally.codes[Code.REJECTED],
        "blocked": tally.codes[Code.BLOCKED_REPEAT],
        "codes": dict(sorted(tally.codes.items())),
        "by_model": _by_model(tally),
        "by_tool": _by_tool(tally),
        "by_language": _by_language(tally.attempts),
    }


def _by_model(tally: _Tally) -> list[dict[str, Any]]:
    groups = _grouped(tally.attempts, lambda attempt: (attempt.provider, attempt.model))
    names = dict.fromkeys((*tally.models, *groups))
    return [
        {
            "provider": provider,
            "model": model,
            **tally.models.get((provider, model), _Spent()).json(),
            **_scored(groups.get((provider, model), [])),
        }
        for provider, model in names
    ]


def _by_tool(tally: _Tally) -> list[dict[str, Any]]:
    groups = _grouped(tally.attempts, lambda attempt: (attempt.tool,))
    return [
        {"tool": tool, "calls": calls, "ok": tally.good_calls[tool], **_scored(groups.get((tool,), []))}
        for tool, calls in tally.calls.items()
    ]


def _by_language(attempts: Sequence[Attempt]) -> list[dict[str, Any]]:
    groups = _grouped(attempts, lambda attempt: (_language(attempt.path),))
    return [{"language": language, **_scored(group)} for (language,), group in sorted(groups.items())]


def _language(path: str) -> str:
    from flux_tui.syntax.languages import language_of

    if found := language_of(path):
        return found.name
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name[1:] else "other"


def _grouped(
    attempts: Iterable[Attempt], key: Callable[[Attempt], tuple[str, ...]]
) -> dict[tuple[str, ...], list[Attempt]]:
    groups: dict[tuple[str, ...], list[Attempt]] = {}
    for attempt in attempts:
        groups.setdefault(key(attempt), []).append(attempt)
    return groups


def _scored(attempts: Sequence[Attempt]) -> dict[str, int]:
    return {"attempts": len(attempts), "first_attempt": _good(attempts)}


def _good(attempts: Iterable[Attempt]) -> int:
    return sum(attempt.good for attempt in attempts)


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None
