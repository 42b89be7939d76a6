"""`flux stats`: tokens, cost and first-attempt success, counted from the stored events."""

from pathlib import Path
from typing import Any

from flux_tui.agent.stats import stats
from flux_tui.headless.lines import answer, out
from flux_tui.headless.stored import chosen, opened
from flux_tui.safety.visible import visible


def run(session: str | None, everywhere: bool, as_json: bool) -> int:
    cwd = Path.cwd().resolve()
    with opened() as store:
        if session is not None:
            ids, scope = [chosen(store, session, cwd).id], "session"
        else:
            ids = [row.id for row in store.sessions(None if everywhere else cwd)]
            scope = "all" if everywhere else str(cwd)
        found = stats(store, ids, scope)
    if as_json:
        answer(found)
    else:
        for line in page(found):
            out(line)
    return 0


def page(found: dict[str, Any]) -> list[str]:
    """The figures in words."""
    usage, edits, reads = found["usage"], found["edits"], found["reads_first"]
    mark = "~" if usage["estimated"] else ""
    lines = [
        f"{'sessions':<22}{found['sessions']:>10,}",
        f"{'turns':<22}{found['turns']:>10,}",
        f"{'requests':<22}{found['requests']:>10,}",
        f"{'tokens':<22}{mark + format(usage['total'], ','):>10}",
        f"{'from the cache':<22}{share(found['cache']['share']):>10}  ({usage['cache_read']:,} of what was sent)",
        f"{'cost':<22}{money(found['cost_usd']):>10}",
        f"{'first-attempt edits':<22}{share(edits['rate']):>10}  ({edits['first_attempt']} of {edits['attempts']})",
        f"{'read before edited':<22}{share(reads['rate']):>10}  ({reads['read']} of {reads['edits']})",
        f"{'rejected':<22}{found['rejected']:>10,}",
        f"{'blocked':<22}{found['blocked']:>10,}",
    ]
    missed = ", ".join(f"{reason} {n}" for reason, n in found["cache"]["misses"].items())
    lines += [f"{'cache missed':<22}  {visible(missed)}"] if missed else []
    lines += [""] if found["by_model"] else []
    for row in found["by_model"]:
        name = f"{row['provider']}:{row['model']}"
        lines.append(f"{name:<40} {row['usage']['total']:>10,} tokens {money(row['cost_usd']):>9}")
    lines += ["", "codes  " + ", ".join(f"{code} {n}" for code, n in found["codes"].items())] if found["codes"] else []
    return lines


def money(cost: str | None) -> str:
    return "n/a" if cost is None else f"${float(cost):.4f}"


def share(rate: float | None) -> str:
    return "n/a" if rate is None else f"{rate:.0%}"
