"""Sessions, messages and events: what goes in comes out, in order, for each session alone."""

import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_tui.protocol.codes import Code, StopReason
from flux_tui.protocol.errors import StoreError, UsageError
from flux_tui.protocol.events import Event, MessageFinished, TurnStarted
from flux_tui.protocol.messages import (
    CallPart,
    Message,
    Origin,
    Part,
    ResultPart,
    Shift,
    Sight,
    TextPart,
    ThinkingPart,
    Usage,
    Written,
    user,
)
from flux_tui.store import Store

TEXTS = st.text(st.characters(), max_size=30)
NUMBERS = st.integers(0, 10**6)
SIGHTS = st.builds(Sight, TEXTS, TEXTS, st.lists(st.tuples(NUMBERS, NUMBERS), max_size=2).map(tuple), NUMBERS)
WRITTEN = st.builds(
    Written,
    TEXTS,
    TEXTS,
    st.none() | TEXTS,
    st.none() | TEXTS,
    st.lists(st.builds(Shift, NUMBERS, NUMBERS, NUMBERS), max_size=2).map(tuple),
)
RESULTS = st.builds(
    ResultPart,
    TEXTS,
    TEXTS,
    TEXTS,
    st.sampled_from(Code),
    st.lists(SIGHTS, max_size=2).map(tuple),
    st.lists(WRITTEN, max_size=2).map(tuple),
    st.lists(TEXTS, max_size=2).map(tuple),
    st.none() | TEXTS,
    st.none() | st.integers(-200, 200),
)
PARTS: st.SearchStrategy[Part] = st.one_of(
    st.builds(TextPart, TEXTS, st.none() | st.dictionaries(TEXTS, TEXTS, max_size=2)),
    st.builds(ThinkingPart, TEXTS),
    st.builds(CallPart, TEXTS, TEXTS, st.none() | st.dictionaries(TEXTS, NUMBERS, max_size=2), TEXTS),
    RESULTS,
)
MESSAGES = st.builds(
    Message,
    st.sampled_from(["user", "assistant"]),
    st.lists(PARTS, max_size=4).map(tuple),
    st.none() | st.builds(Origin, TEXTS, TEXTS, TEXTS, TEXTS),
    st.none() | st.sampled_from(StopReason),
    st.none() | st.builds(Usage, NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.booleans()),
    st.booleans(),
)


@pytest.fixture
def store(tmp_path: Path, opened: Callable[[Path], Store]) -> Store:
    return opened(tmp_path / "flux.db")


def new(store: Store, cwd: Path) -> str:
    return store.create(cwd, "demo", "guide", "ask", None)


def finished(cost: str | None) -> Event:
    return MessageFinished("hi", StopReason.END, "demo", "guide", Usage(1, 2), None if cost is None else Decimal(cost))


@settings(max_examples=40)
@given(st.lists(MESSAGES, min_size=1, max_size=4))
def test_any_message_comes_back_equal(tmp_path_factory: pytest.TempPathFactory, messages: list[Message]) -> None:
    folder = tmp_path_factory.mktemp("store")
    store = Store.open(folder / "flux.db")
    session = new(store, folder)
    store.save(session, 7, messages)
    store.close()
    again = Store.open(folder / "flux.db")
    assert again.messages(session) == [(7, message) for message in messages]
    again.close()


def test_events_are_numbered_without_gaps_in_each_session(store: Store, tmp_path: Path) -> None:
    one, two = new(store, tmp_path), new(store, tmp_path)
    for turn in (1, 2):
        store.save(one, turn, events=[(10.0, TurnStarted(turn, "a")), (11.5, finished("0.1"))])
        store.save(two, turn, events=[(12.0, TurnStarted(turn, "b"))])
    assert [line["seq"] for line in store.events(one)] == [1, 2, 3, 4]
    assert [line["seq"] for line in store.events(two)] == [1, 2]
    assert store.events(one)[1] == {
        "type": "message_finished",
        "seq": 2,
        "time": "1970-01-01T00:00:11.500Z",
        "text": "hi",
        "stop_reason": "end",
        "provider": "demo",
        "model": "guide",
        "usage": {"input": 1, "output": 2, "cache_read": 0, "cache_write": 0, "total": 3, "estimated": False},
        "cost_usd": "0.1",
        "cache_miss": "",
        "role": "",
        "strong_usd": None,
    }


def test_turns_and_cost_are_counted_from_the_events(store: Store, tmp_path: Path) -> None:
    session = new(store, tmp_path)
    assert (store.session(session).turns, store.session(session).cost_usd) == (0, Decimal(0))
    store.save(session, 1, events=[(1.0, TurnStarted(1, "x")), (2.0, finished("0.1")), (3.0, finished("0.2"))])
    assert (store.session(session).turns, store.session(session).cost_usd) == (1, Decimal("0.3"))
    store.save(session, 2, events=[(1.0, TurnStarted(2, "x")), (2.0, finished(None))])
    assert (store.session(session).turns, store.session(session).cost_usd) == (2, None)


def test_the_last_used_comes_first_whatever_the_clock_says(store: Store, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    one, two, other = new(store, here), new(store, here), new(store, there)
    newest = store.newest(here)
    assert newest is not None
    assert newest.id == two
    store.save(one, 1, [user("again")])
    assert [row.id for row in store.sessions(here)] == [one, two]
    assert [row.id for row in store.sessions()] == [one, other, two]
    assert store.newest(tmp_path / "nowhere") is None


def test_a_folder_is_found_under_all_its_names(store: Store, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    session = new(store, tmp_path / "link")
    assert [row.id for row in store.sessions(tmp_path / "real")] == [session]
    assert store.session(session).cwd == str(tmp_path / "real")


def test_a_folder_whose_name_is_no_text_is_kept_exactly(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "a\udcffb"
    session = new(store, folder)
    assert store.session(session).cwd == str(folder)
    assert [row.id for row in store.sessions(folder)] == [session]


def test_a_session_is_called_by_its_name_or_else_its_first_prompt(store: Store, tmp_path: Path) -> None:
    session = new(store, tmp_path)
    assert store.session(session).name == ""
    store.save(session, 1, events=[(1.0, TurnStarted(1, "make\n it " + "x" * 100))])
    store.save(session, 2, events=[(1.0, TurnStarted(2, "second"))])
    assert store.session(session).name == "make it " + "x" * 71 + "…"
    store.update(session, name="mine", model="other", mode="full")
    row = store.session(session)
    assert (row.name, row.model, row.mode, row.provider) == ("mine", "other", "full", "demo")


def test_rewinding_takes_out_of_the_history_but_not_of_the_file(store: Store, tmp_path: Path) -> None:
    session = new(store, tmp_path)
    for turn in (1, 2, 3):
        store.save(session, turn, [user(f"m{turn}")], [(1.0, TurnStarted(turn, "x"))])
    assert store.rewind(session, 2) == 2
    assert store.messages(session) == [(1, user("m1"))]
    assert len(store.events(session)) == 3
    assert store.last_turn(session) == 3
    store.save(session, 4, [user("m4")])
    assert store.messages(session) == [(1, user("m1")), (4, user("m4"))]
    with pytest.raises(UsageError, match="no turn 0"):
        store.rewind(session, 0)


def test_a_fork_goes_on_alone_and_is_not_counted_twice(store: Store, tmp_path: Path) -> None:
    old = new(store, tmp_path)
    store.save(old, 1, [user("a"), user("b")], [(1.0, TurnStarted(1, "x")), (2.0, finished("0.5"))])
    store.rewind(old, 1)
    store.save(old, 2, [user("c")])
    fork = store.fork(old)
    store.save(fork, 3, [user("d")], [(3.0, finished("0.25"))])
    assert store.messages(fork) == [(2, user("c")), (3, user("d"))]
    assert [line["seq"] for line in store.events(fork)] == [1, 2, 3]
    assert [line["seq"] for line in store.events(fork, copied=False)] == [3]
    assert store.session(fork).cost_usd == Decimal("0.25")
    assert store.messages(old) == [(2, user("c"))]
    store.delete(old)
    assert len(store.events(fork)) == 3


def test_what_is_not_there_is_said(store: Store, tmp_path: Path) -> None:
    for act in (store.session, store.delete, store.fork, lambda name: store.update(name, name="x")):
        with pytest.raises(UsageError, match="no session 'nope'"):
            act("nope")
    session = new(store, tmp_path)
    store.delete(session)
    with pytest.raises(StoreError, match="may have been deleted"):
        store.save(session, 1, [user("x")])


def test_many_threads_may_save_at_once(store: Store, tmp_path: Path) -> None:
    session = new(store, tmp_path)

    def work(name: int) -> None:
        for turn in range(20):
            store.save(session, turn, [user(f"{name}")], [(1.0, TurnStarted(turn, "x"))])

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [line["seq"] for line in store.events(session)] == list(range(1, 81))
    assert len(store.messages(session)) == 80
