"""Room is made between whole exchanges, the oldest results first; what the person said, refused and planned stays."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_tui.agent.compaction import COMPACTED, THOROUGH, UNCOMPACTED, compacted, plan_in
from flux_tui.agent.context import meter
from flux_tui.agent.conversation import Conversation
from flux_tui.agent.fitting import characters, everything, oldest
from flux_tui.agent.opening import open_session
from flux_tui.config.settings import Context
from flux_tui.llm.history import validate
from flux_tui.llm.scripted import Call, Reply, ScriptedProvider
from flux_tui.protocol.codes import Code
from flux_tui.protocol.events import CallFinished, NoticeGiven
from flux_tui.protocol.messages import CallPart, Message, Origin, Part, ResultPart, Sight, TextPart, user
from flux_tui.workspace.ledger import Ledger
from tests.agent.scripts import call, opening, turn

HERE = Origin("a", "chat", "http://x", "m")
FILES = ("a.py", "b.py", "c.py")


@st.composite
def exchanges(draw: st.DrawFn, number: int) -> list[Message]:
    """One reply, perhaps with calls and their results."""
    kind = draw(st.sampled_from(["read", "read", "edit", "reject", "plan", "say", "prompt"]))
    id, size = f"c{number}", draw(st.sampled_from([20, 300, 2000]))
    if kind == "prompt":
        return [user(f"Please do {number}. {'w' * size}")]
    if kind == "say":
        return [Message("assistant", (TextPart(f"Answer {number} {'z' * size}"),), HERE), user(f"And now {number}?")]
    if kind == "plan":
        asked = CallPart(id, "update_plan", {"steps": [f"[ ] step {number}"]})
        return [Message("assistant", (asked,), HERE), Message("user", (ResultPart(id, "update_plan", "The plan."),))]
    path = draw(st.sampled_from(FILES))
    tool = "read_files" if kind == "read" else "edit_file"
    asked = CallPart(id, tool, {"path": path, "replace": "y" * size})
    first = draw(st.integers(1, 50))
    sight = Sight(path, "h", ((first, first + 9),), 100)
    code = Code.REJECTED if kind == "reject" else Code.OK
    result = ResultPart(id, tool, f"{code} {path} {'r' * size}", code, (sight,) if code is Code.OK else ())
    return [Message("assistant", (asked,), HERE), Message("user", (result,))]


@st.composite
def histories(draw: st.DrawFn) -> list[Message]:
    count = draw(st.integers(1, 14))
    return [user("Begin."), *(message for number in range(count) for message in draw(exchanges(number)))]


def mark(calls: list[str] | None, thorough: bool) -> Message:
    vendor: dict[str, Any] = {"flux": COMPACTED}
    vendor |= {} if calls is None else {"calls": calls}
    vendor |= {"level": THOROUGH} if thorough else {}
    return Message("user", (TextPart("[left out]", vendor),))


def said(messages: list[Message]) -> list[str]:
    """The person's own words."""
    return [
        part.text
        for message in messages
        if message.role == "user"
        for part in message.parts
        if isinstance(part, TextPart) and part.vendor is None
    ]


def text_of(messages: list[Message]) -> str:
    parts: list[Part] = [part for message in messages for part in message.parts]
    return "\n".join(part.text for part in parts if isinstance(part, (TextPart, ResultPart)))


@settings(max_examples=120, deadline=None)
@given(histories(), st.data())
def test_what_stays(history: list[Message], data: st.DataObject) -> None:
    calls = oldest(history, data.draw(st.integers(0, 12_000)))
    for level in ({}, {"level": THOROUGH}):
        short = compacted(history, {"calls": calls, **level})
        assert validate(short)[1] == ()
        assert said(short) == said(history)
        assert plan_in(short) == plan_in(history)
        for message in history:
            for result in message.results:
                if result.code is Code.REJECTED:
                    assert result.text in text_of(short)
        twice = compacted([*short, user("More.")], {"calls": everything(short), "level": THOROUGH})
        assert said(twice) == [*said(history), "More."]
        assert plan_in(twice) == plan_in(history)


@settings(max_examples=120, deadline=None)
@given(histories(), st.integers(0, 12_000))
def test_only_as_many_results_as_needed_and_the_oldest_first(history: list[Message], wanted: int) -> None:
    every, chosen = everything(history), oldest(history, wanted)
    assert chosen == every[: len(chosen)]
    if chosen and wanted > 0 and len(chosen) < len(every):
        before = characters(compacted(history, {"calls": []}))
        assert before - characters(compacted(history, {"calls": chosen})) >= wanted
        assert before - characters(compacted(history, {"calls": chosen[:-1]})) < wanted


@settings(max_examples=120, deadline=None)
@given(histories(), histories(), st.booleans(), st.integers(0, 6000))
def test_it_is_the_same_after_a_resume_and_undone_exactly(
    history: list[Message], later: list[Message], thorough: bool, wanted: int
) -> None:
    later = [replace(message, parts=tuple(map(renamed, message.parts))) for message in later]
    live, whole = Conversation(), Conversation()
    rows = [*history, mark(oldest(history, wanted), thorough), *later]
    for message in rows:
        live.add(message)
    back = Message("user", (TextPart("[brought back]", {"flux": UNCOMPACTED}),))
    again = Conversation()
    again.load(rows)
    assert again.messages == live.messages
    assert seen(again.ledger) == seen(live.ledger)
    for message in (*history, *later, back):
        whole.add(message)
    live.add(back)
    assert live.messages == whole.messages
    assert seen(live.ledger) == seen(whole.ledger)


@settings(max_examples=120, deadline=None)
@given(histories(), st.integers(0, 6000), st.booleans())
def test_the_ledger_forgets_what_left_and_nothing_else(history: list[Message], wanted: int, thorough: bool) -> None:
    talk, expected = Conversation(), Ledger()
    talk.load([*history, mark(oldest(history, wanted), thorough)])
    shown = [result for message in talk.messages for result in message.results]
    for result in shown:
        if "left out to save room" not in result.text:
            expected.note(result)
    assert seen(talk.ledger) == seen(expected)


def seen(ledger: Ledger) -> dict[str, object]:
    return {path: ledger.sight(path) for path in FILES if ledger.sight(path)[0] is not None}


def renamed(part: Part) -> Part:
    match part:
        case CallPart():
            return replace(part, id=f"later-{part.id}")
        case ResultPart():
            return replace(part, call=f"later-{part.call}")
        case _:
            return part


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    for name in "abcdef":
        (folder / f"{name}.py").write_text("".join(f"{name}_{n} = {n}\n" for n in range(300)))
    return folder


READS = [call("read_files", paths=[f"{name}.py"]) for name in "abcdef"]


async def test_the_oldest_results_leave_and_are_named(project: Path, home: Path) -> None:
    provider = ScriptedProvider([*READS, Reply("Seen."), Reply("Done.")])
    session = await open_session(opening(project, home, provider))
    await turn(session, "Look at all of them, word for word.")
    session.totals.window = 12_500
    events = await turn(session, "And now?")
    sent = str(provider.requests[-1].history)
    kept = {name for name in "abcdef" if f"{name}_299" in sent}
    (told,) = [event.text for event in events if isinstance(event, NoticeGiven)]
    await session.close()
    assert kept, "only as many as needed"
    assert kept < set("abcdef")
    assert kept == set("abcdef"[-len(kept) :])
    assert "Look at all of them, word for word." in sent
    assert all((f"read {name}.py" in told) is (name not in kept) for name in "abcdef")
    assert all(bool(session.ledger.sight(f"{name}.py")[1]) is (name in kept) for name in "abcdef")


async def test_an_edit_of_lines_that_left_is_refused_with_them(project: Path, home: Path) -> None:
    edit = call("edit_file", path="a.py", search="a_7 = 7\n", replace="a_7 = 77\n")
    edit_f = call("edit_file", path="f.py", search="f_7 = 7\n", replace="f_7 = 77\n")
    provider = ScriptedProvider([*READS, Reply("Seen."), edit, edit_f, Reply("Done.")])
    session = await open_session(opening(project, home, provider))
    await turn(session, "look")
    session.totals.window = 12_500
    events = await turn(session, "edit")
    await session.close()
    codes = [event.code for event in events if isinstance(event, CallFinished)]
    assert codes == [Code.NOT_READ, Code.OK]


async def test_undo_brings_it_back_and_a_resume_knows(project: Path, home: Path) -> None:
    provider = ScriptedProvider([*READS, Reply("Seen."), Reply("One."), Reply("Two."), Reply("Three.")])
    session = await open_session(opening(project, home, provider))
    await turn(session, "look")
    before = list(session.room.conversation.messages)
    await session.compact()
    await turn(session, "one")
    assert "a_299" not in str(provider.requests[-1].history)
    assert "sent again" in await session.compact("undo")
    assert session.room.conversation.messages[: len(before)] == before
    await turn(session, "two")
    assert "a_299" in str(provider.requests[-1].history)
    assert "Nothing" in await session.compact("undo")
    await session.close()
    again = await open_session(opening(project, home, provider, resume="last"))
    assert again.room.conversation.messages == session.room.conversation.messages
    assert again.ledger.sight("a.py") == session.ledger.sight("a.py") != (None, ())
    await again.close()


async def test_the_size_the_person_set_leaves_results_out_but_no_exchange(project: Path, home: Path) -> None:
    provider = ScriptedProvider([*READS, Reply("Seen."), Reply("Done.")])
    session = await open_session(opening(project, home, provider))
    await turn(session, "look")
    session.room.settings = replace(session.room.settings, context=Context(most_tokens=4_000))
    events = await turn(session, "and now?")
    await session.close()
    assert ["most_tokens" in event.text for event in events if isinstance(event, NoticeGiven)] == [True]
    assert len(provider.requests[-1].history) >= len(provider.requests[-2].history)


async def test_the_meter_explains(project: Path, home: Path) -> None:
    provider = ScriptedProvider([*READS, Reply("Seen."), Reply(calls=(Call("list_files", {}),)), Reply("Done.")])
    session = await open_session(opening(project, home, provider))
    await turn(session, "look")
    session.totals.window = 100_000
    found = meter(session.room)
    await session.close()
    names = [part.name for part in found.slices]
    assert names[:2] == ["instructions and tools", "files read and searched"]
    assert "a.py" in found.slices[1].detail
    assert found.ceiling is not None
    assert found.ceiling.tokens == 90_000
    assert found.tokens == sum(part.tokens for part in found.slices) > 6_000
