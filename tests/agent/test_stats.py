"""The score and the statistics, from lists of events."""

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from flux_tui.agent.stats import Scorer, stats
from flux_tui.protocol.codes import Code, FaultName, StopReason
from flux_tui.protocol.events import (
    CallFinished,
    CheckFinished,
    ErrorOccurred,
    Event,
    FileChanged,
    HistoryRewound,
    MessageFinished,
    ModelChanged,
    RequestSent,
    Score,
    TurnStarted,
)
from flux_tui.protocol.messages import Usage
from flux_tui.protocol.wire import event_line
from flux_tui.store import Store


def call(tool: str, code: Code, *targets: str, seen: tuple[str, ...] = (), name: str = "c") -> CallFinished:
    return CallFinished(name, tool, code, "", targets, (), {path: ((1, 2),) for path in seen}, None, None)


def edit(code: Code, *targets: str) -> CallFinished:
    return call("edit_file", code, *targets)


def scored(*events: Event) -> tuple[int, int]:
    scorer = Scorer()
    for number, event in enumerate(events):
        scorer.note(event_line(event, number, 0.0))
    assert isinstance(scorer.score(), Score)
    return scorer.score().attempts, scorer.score().first_attempt


ONE, TWO = TurnStarted(1, ""), TurnStarted(2, "")


def test_only_the_first_try_of_a_turn_and_file_counts() -> None:
    assert scored(ONE, edit(Code.SYNTAX_ERROR, "a"), edit(Code.OK, "a"), edit(Code.OK, "b")) == (2, 1)
    assert scored(ONE, edit(Code.OK, "a"), edit(Code.SYNTAX_ERROR, "a"), TWO, edit(Code.OK, "a")) == (2, 2)


def test_a_call_on_two_files_is_two_attempts() -> None:
    assert scored(ONE, call("move_file", Code.OK, "a", "b")) == (2, 2)


@pytest.mark.parametrize(
    "code", ["DENIED", "INTERRUPTED", "LIMIT_REACHED", "TIMEOUT", "UNKNOWN_TOOL", "INTERNAL_ERROR"]
)
def test_what_never_had_a_chance_is_no_attempt(code: str) -> None:
    assert scored(ONE, edit(Code(code), "a"), edit(Code.OK, "a")) == (1, 1)


@pytest.mark.parametrize("code", ["REJECTED", "BLOCKED_REPEAT", "STALE_FILE", "NOT_READ", "UNSEEN_LINES", "NO_CHANGE"])
def test_every_other_failure_is_one(code: str) -> None:
    assert scored(ONE, edit(Code(code), "a"), edit(Code.OK, "a")) == (1, 0)


def test_bad_arguments_count_where_a_path_was_given() -> None:
    assert scored(ONE, edit(Code.INVALID_ARGUMENTS), edit(Code.OK, "a")) == (1, 1)
    assert scored(ONE, edit(Code.INVALID_ARGUMENTS, "a"), edit(Code.OK, "a")) == (1, 0)


def test_reads_and_commands_are_no_attempts() -> None:
    assert scored(ONE, call("read_files", Code.OK, "a"), call("run_command", Code.OK, "a")) == (0, 0)


def test_a_failed_check_takes_the_success_of_what_went_before_in_its_turn() -> None:
    bad, good = CheckFinished("pytest", 1, ""), CheckFinished("pytest", 0, "")
    assert scored(ONE, edit(Code.OK, "a"), good) == (1, 1)
    assert scored(ONE, edit(Code.OK, "a"), TWO, edit(Code.OK, "a"), bad, good, edit(Code.OK, "b")) == (3, 2)
    assert scored(ONE, edit(Code.OK, "a"), CheckFinished("pytest", None, "")) == (1, 0)


def test_what_the_person_took_back_was_not_kept() -> None:
    done = (ONE, edit(Code.OK, "a"), edit(Code.OK, "b"), TWO, edit(Code.OK, "a"))
    undone = HistoryRewound("undo", ("a",), (), (2,))
    assert scored(*done, undone) == (3, 2)
    assert scored(*done, undone, HistoryRewound("redo", ("a",), (), (2,))) == (3, 3)
    assert scored(*done, HistoryRewound("rewind", ("a", "b"), (), (1, 2))) == (3, 0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(tmp_path / "flux.db")) as opened:
        yield opened


def save(store: Store, session: str, *events: Event) -> None:
    store.save(session, 1, events=[(1.0, event) for event in events])


def said(model: str, cost: str | None) -> MessageFinished:
    return MessageFinished("x", StopReason.END, "demo", model, Usage(10, 5, 2, 1), Decimal(cost) if cost else None)


def test_nothing_stored_is_zero_and_unknown_rates(store: Store) -> None:
    found = stats(store, [], "all")
    assert found["scope"] == "all"
    assert found["edits"] == {"attempts": 0, "first_attempt": 0, "rate": None}
    assert found["reads_first"] == {"edits": 0, "read": 0, "rate": None}
    assert (found["sessions"], found["turns"], found["requests"], found["cost_usd"]) == (0, 0, 0, "0")
    assert found["usage"]["total"] == 0


def test_all_counts_of_two_sessions(store: Store, tmp_path: Path) -> None:
    one, two = (store.create(tmp_path, "demo", "m", "ask", None) for _ in range(2))
    save(
        store,
        one,
        ONE,
        RequestSent(1, 1, "demo", "m"),
        RequestSent(2, 2, "demo", "m"),
        said("m", "0.10"),
        call("read_files", Code.OK, seen=("a.py",)),
        edit(Code.OK, "a.py"),
        edit(Code.NOT_READ, "b.py"),
        FileChanged("x", "w", "new.py", None, "00"),
        call("write_file", Code.OK, "new.py", name="w"),
        call("delete_file", Code.REJECTED, "c.unknown"),
        ErrorOccurred(FaultName.QUOTA, 429, "x"),
        ModelChanged("demo", "n"),
        RequestSent(3, 1, "demo", "n"),
        said("n", "0.05"),
        edit(Code.BLOCKED_REPEAT, "b.py"),
    )
    save(store, two, ONE, TWO, RequestSent(1, 1, "demo", "m"), said("m", "0.2"))
    found = stats(store, [one, two], str(tmp_path))
    assert (found["sessions"], found["turns"], found["requests"], found["cost_usd"]) == (2, 3, 4, "0.35")
    assert found["usage"] == {
        "input": 30,
        "output": 15,
        "cache_read": 6,
        "cache_write": 3,
        "total": 54,
        "estimated": False,
    }
    assert found["edits"] == {"attempts": 4, "first_attempt": 2, "rate": 0.5}
    assert found["reads_first"] == {"edits": 2, "read": 1, "rate": 0.5}
    assert (found["rejected"], found["blocked"]) == (1, 1)
    assert found["codes"] == {"BLOCKED_REPEAT": 1, "NOT_READ": 1, "OK": 3, "REJECTED": 1}
    assert [(row["model"], row["requests"], row["cost_usd"], row["attempts"]) for row in found["by_model"]] == [
        ("m", 3, "0.30", 4),
        ("n", 1, "0.05", 0),
    ]
    assert {row["tool"]: (row["calls"], row["ok"], row["attempts"]) for row in found["by_tool"]} == {
        "read_files": (1, 1, 0),
        "edit_file": (3, 1, 2),
        "write_file": (1, 1, 1),
        "delete_file": (1, 0, 1),
    }
    assert found["by_language"] == [
        {"language": "python", "attempts": 3, "first_attempt": 2},
        {"language": "unknown", "attempts": 1, "first_attempt": 0},
    ]


def test_one_unknown_price_makes_the_sum_unknown(store: Store, tmp_path: Path) -> None:
    session = store.create(tmp_path, "demo", "m", "ask", None)
    save(store, session, said("m", "0.1"), said("n", None), said("m", "0.1"))
    found = stats(store, [session])
    assert found["cost_usd"] is None
    assert [(row["model"], row["cost_usd"]) for row in found["by_model"]] == [("m", "0.2"), ("n", None)]


def test_a_fork_counts_only_what_is_its_own(store: Store, tmp_path: Path) -> None:
    old = store.create(tmp_path, "demo", "m", "ask", None)
    save(store, old, ONE, said("m", "0.1"), call("read_files", Code.OK, seen=("a.py",)), edit(Code.OK, "b.py"))
    fork = store.fork(old)
    save(store, fork, TWO, edit(Code.OK, "a.py"))
    found = stats(store, [old, fork])
    assert (found["turns"], found["cost_usd"]) == (2, "0.1")
    assert found["edits"]["attempts"] == 2
    assert found["reads_first"] == {"edits": 2, "read": 1, "rate": 0.5}
