"""Whatever a history went through, what is sent of it is valid for every vendor. Proved at the strict fake servers."""

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from flux_tui.llm.anthropic_wire import MessagesWire
from flux_tui.llm.history import Checked, validate
from flux_tui.llm.models import model_info
from flux_tui.llm.openai_chat import ChatWire
from flux_tui.llm.openai_responses import ResponsesWire
from flux_tui.protocol.codes import Code, StopReason
from flux_tui.protocol.messages import CallPart, Message, Origin, Part, ResultPart, TextPart, ThinkingPart, user
from tests.fakes import chat_wire, messages_wire, responses_wire
from tests.fakes.book import Book
from tests.llm.playing import request

HERE = Origin("fake", "messages", "http://x", "claude-haiku-5-5")
CALL = CallPart("c1", "read_files", {"paths": ["a"]})
ASKED = Message("assistant", (TextPart("I look."), CALL), HERE, StopReason.TOOL_CALLS)
DONE = Message("assistant", (TextPart("Done."),), HERE, StopReason.END)
RESULT = ResultPart("c1", "read_files", "1|a")

ids = st.sampled_from(["c1", "c2", "c3", "weird id/with:signs", "x" * 90])
texts = st.sampled_from(["", " ", "\n", "word", "a \ud800 lone one", "naïve 🙂"])
calls = st.builds(
    CallPart,
    ids,
    st.just("read_files"),
    st.one_of(st.none(), st.just({"paths": ["a"]})),
    st.sampled_from(["", '{"cut": "']),
)
results = st.builds(ResultPart, ids, st.just("read_files"), texts, st.sampled_from([Code.OK, Code.INTERRUPTED]))
parts: st.SearchStrategy[Part] = st.one_of(st.builds(TextPart, texts), st.builds(ThinkingPart, texts), calls)
said = st.builds(
    Message,
    st.just("assistant"),
    st.lists(parts, max_size=4).map(tuple),
    st.just(replace(HERE, model="another")),
    st.sampled_from([StopReason.END, StopReason.TOOL_CALLS, StopReason.MAX_TOKENS]),
    st.none(),
    st.booleans(),
)
told = st.builds(
    Message,
    st.just("user"),
    st.lists(st.one_of(st.builds(TextPart, texts), results), max_size=4).map(tuple),
)
histories = st.lists(st.one_of(said, told), min_size=1, max_size=8)


@settings(max_examples=300, deadline=None)
@given(histories)
def test_any_history_becomes_valid_for_every_vendor(history: list[Message]) -> None:
    good, _ = validate([user("Begin."), *history])
    asked = request(*good)
    messages = MessagesWire(HERE, model_info("anthropic", HERE.model))
    chat = ChatWire(replace(HERE, api="chat"))
    responses = ResponsesWire(replace(HERE, api="responses"), model_info("openai", "x"), cache_key=False)
    version = {"anthropic-version": "1"}
    assert messages_wire.check(json.loads(messages.body(asked)), version, Book()) == []
    assert chat_wire.check(json.loads(chat.body(asked)), {}, Book()) == []
    assert responses_wire.check(json.loads(responses.body(asked)), {}, Book()) == []


@settings(max_examples=200, deadline=None)
@given(histories)
def test_a_valid_history_is_left_alone(history: list[Message]) -> None:
    good, _ = validate([user("Begin."), *history])
    again, repairs = validate(good)
    assert repairs == ()
    assert all(one is other for one, other in zip(good, again, strict=True))


@settings(max_examples=200, deadline=None)
@given(st.lists(histories, min_size=1, max_size=3))
def test_the_growing_check_agrees_with_the_whole_one(pieces: list[list[Message]]) -> None:
    checked, history = Checked(), [user("Begin.")]
    for piece in pieces:
        history += piece
        assert checked.valid(history) == validate(history)[0]


def test_a_call_without_a_result_gets_one() -> None:
    good, repairs = validate([user("Hi."), ASKED, user("Are you there?")])
    assert [message.role for message in good] == ["user", "assistant", "user"]
    assert good[2].results[0].code is Code.INTERRUPTED
    assert good[2].text == "Are you there?"
    assert repairs == ("call c1 had no result",)


def test_a_cut_reply_that_was_replaced_is_not_sent() -> None:
    cut = Message("assistant", (TextPart("Do"), CALL), HERE, cut=True)
    good, _ = validate([user("Hi."), cut, DONE, user("More.")])
    assert [message.text for message in good] == ["Hi.", "Done.", "More."]


def test_a_cut_reply_that_stood_is_kept_as_text() -> None:
    cut = Message("assistant", (ThinkingPart("hm"), TextPart("I was about to "), CALL), HERE, cut=True)
    good, _ = validate([user("Hi."), cut, user("Go on.")])
    assert good[1].parts == (TextPart("I was about to"),)


def test_results_split_over_messages_come_together() -> None:
    two = replace(ASKED, parts=(CALL, replace(CALL, id="c2")))
    late = Message("user", (TextPart("Wait."), replace(RESULT, call="c2")))
    good, _ = validate([user("Hi."), two, Message("user", (RESULT,)), late])
    assert [result.call for result in good[2].results] == ["c1", "c2"]
    assert good[2].parts[-1] == TextPart("Wait.")


def test_two_prompts_in_a_row_stay_as_they_were() -> None:
    history = (user("One."), user("Two."))
    assert validate(history) == (history, ())
