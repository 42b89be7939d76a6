"""/history: the turns of this session with what each used; Enter jumps to one."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flux_tui.ui.commands import Command
from flux_tui.ui.items import PromptItem
from flux_tui.ui.widgets.status_bar import count, money

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp
    from flux_tui.ui.transcript import Transcript


@dataclass(slots=True)
class TurnRow:
    turn: int
    prompt: str
    tokens: int = 0
    cost: Decimal | None = Decimal(0)
    calls: int = 0
    failed: int = 0
    outcome: str = "running"


async def run(app: "FluxApp", argument: str) -> None:
    from flux_tui.ui.screens.picker import Picker, Row

    assert app.live is not None
    session = app.live.session
    turns = turn_rows(await asyncio.to_thread(session.store.events, session.id))
    if not turns:
        app.tell("Nothing was said yet.")
        return
    rows = [Row(str(one.turn), f"{one.turn}  {one.prompt.strip()}", _note(one), money(one.cost)) for one in turns]
    tokens, cost = count(session.totals.usage.total), money(session.totals.cost)
    title = f"History: {len(turns)} turns · {tokens} tokens · {cost}"
    chosen = await app.push_screen_wait(Picker(title, rows))
    if chosen is not None:
        go_to_turn(app.main.chat.transcript, int(chosen))


def go_to_turn(transcript: "Transcript", turn: int) -> None:
    """The prompt of a turn to the top of the pane, under the cursor."""
    roll = transcript.roll
    found = (index for index, item in enumerate(roll.items) if isinstance(item, PromptItem) and item.turn == turn)
    index = next(found, None)
    if index is not None:
        transcript.cursor = index
        transcript.jump(roll.top(index) + roll.air(index))
        transcript.focus()


def turn_rows(lines: Iterable[Mapping[str, Any]]) -> list[TurnRow]:
    """One row a turn, from the stored event lines."""
    rows: list[TurnRow] = []
    for line in lines:
        if line["type"] == "turn_started":
            rows.append(TurnRow(line["turn"], line["prompt"]))
        elif rows:
            _add(rows[-1], line)
    return rows


def _add(row: TurnRow, line: Mapping[str, Any]) -> None:
    match line["type"]:
        case "message_finished":
            row.tokens += line["usage"]["total"]
            cost = line["cost_usd"]
            row.cost = None if cost is None or row.cost is None else row.cost + Decimal(cost)
        case "call_finished":
            row.calls += 1
            row.failed += line["code"] != "OK"
        case "turn_ended":
            row.outcome = line["outcome"]
        case _:
            pass


def _note(row: TurnRow) -> str:
    failed = f", {row.failed} refused or failed" if row.failed else ""
    outcome = "" if row.outcome == "done" else f" · {row.outcome}"
    return f"{count(row.tokens)} tokens · {row.calls} calls{failed}{outcome}"


COMMAND = Command("history", "The turns of this session; Enter jumps to one", run)
