"""One conversation, handed from vendor to vendor at every step: nothing foreign reaches the other side."""

import itertools

import pytest

from flux_tui.llm.handoff import own, wire_id
from flux_tui.protocol.messages import CallPart, Message, Origin, TextPart, ThinkingPart, user
from tests.fakes.fixtures import Serve, model_server
from tests.fakes.script import Call, Heard, Protocol, Reply
from tests.llm import playing
from tests.llm.conversations import ALL, EDIT, READ

__all__ = ["model_server"]

STEPS = (
    Reply("I look.", thinking="First the file.", calls=(READ, EDIT)),
    Reply(thinking="Then the next.", calls=(Call("list_files", {}),)),
    Reply("Broken.", calls=(Call("write_file", raw='{"path": "a'),)),
    Reply("Done.", thinking="All is there."),
)


def by_turn(heard: Heard) -> Reply:
    return STEPS[min(heard.replies, len(STEPS) - 1)]


@pytest.mark.parametrize("order", list(itertools.product(ALL, repeat=3)), ids=" > ".join)
async def test_handed_over(order: tuple[Protocol, ...], model_server: Serve) -> None:
    server = model_server(by_turn)
    history = [user("Begin.")]
    makers = [playing.provider(server, protocol) for protocol in ALL]
    made = dict(zip(ALL, [await maker.__aenter__() for maker in makers], strict=True))
    for protocol in (*order, order[0], order[0]):
        message = await playing.reply(made[protocol], playing.request(*history))
        history += [message, playing.answers(message) if message.calls else user("Go on.")]
    for maker in makers:
        await maker.__aexit__(None, None, None)
    assert len(server.requests) == 5


def test_own_messages_stay_the_same_object() -> None:
    here = Origin("a", "messages", "http://x", "m")
    message = Message("assistant", (ThinkingPart("t", {"type": "thinking"}), TextPart("x")), here)
    assert own(message, here) is message
    other = own(message, Origin("a", "messages", "http://x", "another"))
    assert other.parts == (TextPart("x"),)


def test_foreign_payloads_are_dropped_but_not_the_call() -> None:
    call = CallPart("c1", "read_files", {}, vendor={"type": "function_call", "id": "fc_1"})
    message = Message("assistant", (call,), Origin("a", "responses", "http://x", "m"))
    kept = own(message, Origin("b", "responses", "http://y", "m")).calls[0]
    assert (kept.id, kept.tool, kept.vendor) == ("c1", "read_files", None)


def test_ids_are_made_fit_and_stay_apart() -> None:
    assert wire_id("call_1") == "call_1"
    odd = {wire_id(id) for id in ("a b", "a/b", "a|b", "x" * 90, "x" * 91)}
    assert len(odd) == 5
    assert all(len(id) <= 40 and " " not in id for id in odd)
    assert wire_id("a b") == wire_id("a b")
