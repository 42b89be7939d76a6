"""Whatever a server sends as an event: it is read, or it is a fault. It never gets through as an exception of ours."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_tui.llm.anthropic_wire import MessagesReader
from flux_tui.llm.draft import Draft
from flux_tui.llm.faults import Place, from_error_body, from_status, retry_after
from flux_tui.llm.openai_chat import ChatReader
from flux_tui.llm.openai_responses import ResponsesReader
from flux_tui.llm.veil import Veil
from flux_tui.llm.wire import Reader, StreamError
from flux_tui.protocol.codes import StopReason
from flux_tui.protocol.messages import Origin, Usage
from flux_tui.protocol.stream import TextDelta, ThinkingDelta
from flux_tui.safety.redaction import GONE

NAMES = st.sampled_from(
    [
        "type",
        "index",
        "delta",
        "content_block",
        "message",
        "usage",
        "stop_reason",
        "text",
        "thinking",
        "partial_json",
        "signature",
        "id",
        "name",
        "input",
        "error",
        "choices",
        "finish_reason",
        "content",
        "reasoning_content",
        "reasoning",
        "tool_calls",
        "function",
        "arguments",
        "prompt_tokens",
        "refusal",
        "output_index",
        "item",
        "call_id",
        "response",
        "status",
        "incomplete_details",
        "reason",
        "output",
        "summary",
        "code",
        "encrypted_content",
        "input_tokens",
        "output_tokens",
        "input_tokens_details",
        "cached_tokens",
        "completion_tokens",
    ]
)
WORDS = st.sampled_from(
    [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "error",
        "text",
        "text_delta",
        "thinking",
        "thinking_delta",
        "input_json_delta",
        "signature_delta",
        "tool_use",
        "redacted_thinking",
        "end_turn",
        "response.created",
        "response.output_item.added",
        "response.output_item.done",
        "response.output_text.delta",
        "response.reasoning_summary_text.delta",
        "response.reasoning_summary_part.added",
        "response.function_call_arguments.delta",
        "response.completed",
        "response.incomplete",
        "response.failed",
        "message",
        "reasoning",
        "function_call",
        "stop",
        "length",
        "{}",
        '{"a":1}',
    ]
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-1, 3), st.floats(allow_nan=False), WORDS)
JSON = st.recursive(
    LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(NAMES, inner, max_size=4))
)
EVENTS = st.lists(st.tuples(WORDS, st.one_of(st.dictionaries(NAMES, JSON, max_size=5), JSON)), max_size=8)
HERE = Origin("x", "chat", "http://x", "m")
PLACE = Place("x", "m", "http://x")
MAKERS = [MessagesReader, ChatReader, lambda draft: ResponsesReader(draft, 10)]


@pytest.mark.parametrize("maker", MAKERS, ids=["messages", "chat", "responses"])
@settings(max_examples=400, deadline=None)
@given(events=EVENTS)
def test_events_of_any_shape(maker: type[Reader], events: list[tuple[str, object]]) -> None:
    reader = maker(Draft(HERE, ()))
    told = [told for name, data in events if (told := taken(reader, name, data)) is not None]
    assert all(told)
    message = reader.draft.message(reader.stop or StopReason.END, reader.usage or Usage())
    assert len({call.id for call in message.calls}) == len(message.calls)


def taken(reader: Reader, name: str, data: object) -> str | None:
    """The sentence for an error event, None for any other."""
    try:
        list(reader.take(name, data))
    except StreamError as error:
        return from_error_body(error.body, PLACE).message
    return None


@settings(max_examples=200, deadline=None)
@given(st.integers(300, 599), st.one_of(JSON, st.text()))
def test_errors_of_any_shape(status: int, body: object) -> None:
    fault = from_status(status, {}, body, PLACE)
    assert fault.message.strip()
    assert "\n" not in fault.message


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2", 2.0),
        ("-3", 0.0),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 99 Oct 99999 07:28:00 GMT", None),
    ],
)
def test_waits_of_any_shape(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}) == seconds


KEY = "sk-abcab-canary"


@given(
    st.lists(st.sampled_from([KEY, "sk-", "sk-abc", "a", " ", "sk-abcab-canar", "s"]), max_size=6),
    st.lists(st.integers(1, 9)),
)
def test_the_key_is_never_shown_however_it_is_cut(words: list[str], sizes: list[int]) -> None:
    whole, veil, at = "".join(words), Veil((KEY,)), 0
    seen = ""
    for size in (*sizes, len(whole) + 1):
        if piece := whole[at : at + size]:
            seen += "".join(item.text for item in veil.shown(TextDelta(piece)) if isinstance(item, TextDelta))
        at += size
    seen += "".join(item.text for item in veil.rest() if isinstance(item, TextDelta))
    assert seen == whole.replace(KEY, GONE) == veil.clean(whole)


def test_what_was_held_back_comes_before_what_follows() -> None:
    veil = Veil((KEY,))
    assert list(veil.shown(ThinkingDelta("thought sk-"))) == [ThinkingDelta("thought ")]
    assert list(veil.shown(TextDelta("word"))) == [ThinkingDelta("sk-"), TextDelta("word")]


def test_a_short_key_takes_no_words_out_of_the_text() -> None:
    assert Veil(("none",)).clean("none of " + string.ascii_letters) == "none of " + string.ascii_letters
