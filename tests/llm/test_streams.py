"""Pieces of the stream: event parsing, thinking tags, arguments, cancelling, and what a long history costs."""

import asyncio
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_tui.llm.draft import Draft, parsed
from flux_tui.llm.encoding import Encoder
from flux_tui.llm.scripted import Call, Reply, ScriptedProvider
from flux_tui.llm.sse import Event, NotJson, Parser
from flux_tui.llm.think_tags import ThinkTags
from flux_tui.protocol.codes import FaultName, StopReason
from flux_tui.protocol.messages import Message, Origin, ResultPart, Usage, user
from flux_tui.protocol.stream import Failed, Fault, Finished, PartialDropped, RetryWaiting, TextDelta
from tests.fakes import script
from tests.fakes.fixtures import Serve, model_server
from tests.llm import playing
from tests.llm.conversations import ALL

__all__ = ["model_server"]

STREAM = (
    ': a comment\r\n\r\nevent: one\r\ndata: {"a": "naïve 🙂"}\r\n\r\n'
    'data: {"b":\ndata: 2}\n\nevent: ping\n\nid: 7\nretry: 3\ndata: [1]\n\ndata: [DONE]\n\n'
).encode()


@given(st.lists(st.integers(1, 9), min_size=1))
def test_events_do_not_depend_on_the_segments(sizes: list[int]) -> None:
    events: list[Event] = []
    parser, at = Parser(), 0
    for size in (*sizes, len(STREAM)):
        events += parser.feed(STREAM[at : at + size])
        at += size
    assert [(event.name, event.data) for event in events] == [
        ("one", {"a": "naïve 🙂"}),
        ("", {"b": 2}),
        ("", [1]),
        ("done", None),
    ]


def test_broken_json_is_no_event() -> None:
    with pytest.raises(NotJson):
        list(Parser().feed(b'data: {"a": \n\n'))
    with pytest.raises(NotJson):
        list(Parser().feed(b"data: " + b"[" * 100_000 + b"\n\n"))


@given(
    st.sampled_from(["", "a <b> c", "hm </thin", "<think>"]),
    st.sampled_from(["", "text", "<think>later</think>"]),
    st.lists(st.integers(1, 6)),
)
def test_thinking_tags_are_found_however_they_are_split(thought: str, said: str, sizes: list[int]) -> None:
    whole, tags, at = f"<think>{thought}</think>\n\n{said}", ThinkTags(), 0
    pieces = []
    for size in (*sizes, len(whole)):
        pieces += tags.feed(whole[at : at + size]) if whole[at : at + size] else []
        at += size
    pieces += tags.rest()
    assert "".join(text for kind, text in pieces if kind == "thinking") == thought
    assert "".join(text for kind, text in pieces if kind == "text").lstrip("\n") == said


@given(st.text(), st.lists(st.integers(1, 5)))
def test_text_without_tags_is_left_alone(whole: str, sizes: list[int]) -> None:
    if whole.lstrip().startswith("<think>"):
        return
    tags, at, got = ThinkTags(), 0, []
    for size in (*sizes, len(whole) + 1):
        if piece := whole[at : at + size]:
            got += tags.feed(piece)
        at += size
    got += tags.rest()
    assert "".join(text for _, text in got) == whole


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("", {}),
        ("  ", {}),
        ('{"a": 1}', {"a": 1}),
        ('{"a": 1', None),
        ("[1]", None),
        ('"x"', None),
        ('{"a": NaN}', None),
        ('{"a": 1} trailing', None),
        ("null", None),
        ('{"a":' * 50_000, None),
    ],
)
def test_arguments_are_a_json_object_or_nothing(raw: str, found: object) -> None:
    assert parsed(raw) == found


@pytest.mark.parametrize(
    "stop", [StopReason.MAX_TOKENS, StopReason.REFUSAL, StopReason.CONTENT_FILTER, StopReason.CONTEXT_FULL]
)
def test_no_call_of_a_reply_that_did_not_end_well_is_runnable(stop: StopReason) -> None:
    draft = Draft(Origin("x", "chat", "", "m"), ())
    draft.new("call", id="c1", tool="run_command").add('{"command": "rm -rf build"}')
    call = draft.message(stop, Usage()).calls[0]
    assert call.arguments is None
    assert call.raw == '{"command": "rm -rf build"}'


@pytest.mark.parametrize("protocol", ALL)
async def test_cancelling_closes_the_connection_and_the_next_request_works(
    protocol: script.Protocol, model_server: Serve
) -> None:
    slow = script.Reply("word " * 400, delay=0.01)
    server = model_server([slow, script.Reply("Well.")])
    async with playing.provider(server, protocol) as made:
        begun = asyncio.Event()

        async def listen() -> None:
            async for item in made.reply(playing.request(user("Hi."))):
                if isinstance(item, TextDelta):
                    begun.set()

        task = asyncio.create_task(listen())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await playing.reply(made, playing.request(user("Hi.")))).text == "Well."


@pytest.mark.parametrize("protocol", ALL)
async def test_one_connection_serves_many_requests(protocol: script.Protocol, model_server: Serve) -> None:
    server = model_server([script.Reply("Well.")] * 3)
    async with playing.provider(server, protocol) as made:
        for _ in range(3):
            await playing.reply(made, playing.request(user("Hi.")))
    assert server.connections == 1


async def test_a_wait_between_tries_can_be_cancelled() -> None:
    busy = Fault(FaultName.OVERLOADED, "Busy.", 529, retry_after=50.0, retryable=True)
    made = ScriptedProvider([Reply("Half", fault=busy), Reply("Whole")])
    got = []
    stream = made.reply(playing.request(user("Hi.")))
    async for item in stream:
        got.append(item)
        if isinstance(item, RetryWaiting):
            break
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert len(made.requests) == 1
    assert any(isinstance(item, PartialDropped) and item.message.text == "Half" for item in got)


async def test_the_script_is_played_and_then_it_is_over() -> None:
    made = ScriptedProvider([Reply("I look.", (Call("read_files", {"paths": ["a"]}),))])
    first = [item async for item in made.reply(playing.request(user("Hi.")))][-1]
    assert isinstance(first, Finished)
    assert first.message.stop_reason is StopReason.TOOL_CALLS
    history = (user("Hi."), first.message, playing.answers(first.message))
    assert isinstance([item async for item in made.reply(playing.request(*history))][-1], Failed)


def test_an_old_message_is_encoded_once() -> None:
    encoded: list[Message] = []

    def encode(message: Message) -> list[dict[str, object]]:
        encoded.append(message)
        return [{"text": message.text}]

    encoder, history = Encoder(encode), [user(str(number)) for number in range(50)]
    for number in range(1, 51):
        rows = json.loads(b"[" + b",".join(encoder.items(history[:number])) + b"]")
        assert len(rows) == number
    assert encoded == history
    changed = replace(history[-1], parts=(*history[-1].parts, ResultPart("c", "t", "x")))
    encoder.items([*history[:-1], changed])
    assert len(encoded) == 51
