"""Faults of the wire over each protocol: classified, retried as they may be, told in a sentence, never run."""

import asyncio
from dataclasses import replace

import pytest

from flux_tui.protocol.codes import FaultName
from flux_tui.protocol.messages import user
from flux_tui.protocol.stream import Failed, Finished, PartialDropped, RequestStarted, RetryWaiting
from tests.fakes.fixtures import Serve, model_server
from tests.fakes.script import Call, Fault, Protocol, Reply, status
from tests.llm import playing
from tests.llm.conversations import ALL, EDIT

__all__ = ["model_server"]

WELL = Reply("All is well.")
SHORT = replace(playing.QUICK, first_event_timeout=0.3, idle_timeout=0.3, request_timeout=1.0)

STATUSES = [
    (400, None, FaultName.BAD_REQUEST, 1),
    (401, None, FaultName.BAD_KEY, 1),
    (402, None, FaultName.QUOTA, 1),
    (403, None, FaultName.FORBIDDEN, 1),
    (404, None, FaultName.UNKNOWN_MODEL, 1),
    (413, None, FaultName.TOO_LARGE, 1),
    (429, None, FaultName.RATE_LIMITED, 6),
    (500, None, FaultName.SERVER_ERROR, 6),
    (502, "<html><h1>Bad gateway</h1></html>", FaultName.SERVER_ERROR, 6),
    (503, None, FaultName.OVERLOADED, 6),
    (529, None, FaultName.OVERLOADED, 6),
    (400, {"error": {"message": "prompt is too long: 9 tokens > 8 maximum"}}, FaultName.CONTEXT_FULL, 1),
    (400, {"error": {"code": "context_length_exceeded", "message": "too long"}}, FaultName.CONTEXT_FULL, 1),
    (429, {"error": {"code": "insufficient_quota", "message": "You exceeded your quota"}}, FaultName.QUOTA, 1),
    (400, {"error": "a bare string"}, FaultName.BAD_REQUEST, 1),
    (400, {"detail": [{"loc": 1}]}, FaultName.BAD_REQUEST, 1),
]


@pytest.mark.parametrize("protocol", ALL)
@pytest.mark.parametrize(("code", "body", "name", "requests"), STATUSES)
async def test_statuses(
    code: int, body: object, name: FaultName, requests: int, protocol: Protocol, model_server: Serve
) -> None:
    server = model_server([status(code, body)] * 6)
    async with playing.provider(server, protocol) as made:
        fault = await playing.failure(made, playing.request(user("Hi.")))
    assert (fault.name, fault.status, len(server.requests)) == (name, code, requests)
    assert fault.message.strip()
    assert "<h1>" not in fault.message
    assert "Traceback" not in fault.message


@pytest.mark.parametrize("protocol", ALL)
async def test_a_refused_key_is_named_by_its_source_and_never_told(protocol: Protocol, model_server: Serve) -> None:
    body = {"error": {"type": "authentication_error", "message": f"Incorrect API key provided: {playing.KEY}"}}
    server = model_server([status(401, body)])
    async with playing.provider(server, protocol) as made:
        fault = await playing.failure(made, playing.request(user("Hi.")))
    assert "FAKE_KEY" in fault.message
    assert playing.KEY not in fault.message


BEFORE = [
    (Fault("html"), FaultName.NOT_A_STREAM, 2),
    (Fault("json", error="overloaded_error"), FaultName.OVERLOADED, 6),
    (Fault("empty"), FaultName.EMPTY_REPLY, 2),
    (Fault("garbage"), FaultName.NOT_A_STREAM, 2),
    (Fault("redirect"), FaultName.REDIRECT, 1),
    (Fault("reset"), FaultName.UNREACHABLE, 6),
]


@pytest.mark.parametrize("protocol", ALL)
@pytest.mark.parametrize(("fault", "name", "requests"), BEFORE)
async def test_no_stream(fault: Fault, name: FaultName, requests: int, protocol: Protocol, model_server: Serve) -> None:
    server = model_server([Reply(fault=fault)] * 6)
    async with playing.provider(server, protocol) as made:
        found = await playing.failure(made, playing.request(user("Hi.")))
    assert (found.name, len(server.requests)) == (name, requests)


@pytest.mark.parametrize("protocol", ALL)
async def test_a_redirect_does_not_carry_the_prompt_elsewhere(protocol: Protocol, model_server: Serve) -> None:
    elsewhere = model_server([WELL])
    away = f"{elsewhere.base(protocol)}{'/v1/messages' if protocol == 'messages' else '/chat/completions'}"
    server = model_server([Reply(fault=Fault("redirect", location=away))])
    async with playing.provider(server, protocol) as made:
        found = await playing.failure(made, playing.request(user("Hi.")))
    assert found.name is FaultName.REDIRECT
    assert elsewhere.requests == []


@pytest.mark.parametrize("protocol", ALL)
@pytest.mark.parametrize("kind", ["cut", "drop", "bad_json"])
async def test_a_broken_stream_is_kept_as_cut_and_tried_again(
    kind: str, protocol: Protocol, model_server: Serve
) -> None:
    half = Reply("word " * 20, calls=(EDIT,), fault=Fault(kind, after=6))  # type: ignore[arg-type]
    server = model_server([half, WELL])
    async with playing.provider(server, protocol) as made:
        got = await playing.items(made, playing.request(user("Hi.")))
    kinds = [type(item) for item in got if not hasattr(item, "text")]
    assert kinds == [RequestStarted, PartialDropped, RetryWaiting, RequestStarted, Finished]
    dropped = next(item for item in got if isinstance(item, PartialDropped))
    assert dropped.message.cut
    assert dropped.message.calls == ()
    assert dropped.fault.name is FaultName.CUT
    assert "word" in dropped.message.text
    last = got[-1]
    assert isinstance(last, Finished)
    assert last.message.text == WELL.text


@pytest.mark.parametrize("protocol", ALL)
async def test_a_stream_that_is_cut_inside_a_call_never_gives_a_call(protocol: Protocol, model_server: Serve) -> None:
    for after in range(1, 9):
        broken = Reply("", calls=(Call("write_file", {"path": "a.py", "content": "x" * 60}),), pieces=9)
        server = model_server([replace(broken, fault=Fault("cut", after=after))] * 2)
        async with playing.provider(server, protocol) as made:
            got = await playing.items(made, playing.request(user("Hi.")))
        assert isinstance(got[-1], Failed)
        assert not any(isinstance(item, Finished) for item in got)
        assert len(server.requests) == 2


@pytest.mark.parametrize("protocol", ALL)
@pytest.mark.parametrize(
    ("kind", "name"), [("silent", FaultName.TIMEOUT), ("stall", FaultName.CUT), ("pings", FaultName.TIMEOUT)]
)
async def test_silence_has_its_limits(kind: str, name: FaultName, protocol: Protocol, model_server: Serve) -> None:
    server = model_server([Reply("word " * 20, fault=Fault(kind))] * 6)  # type: ignore[arg-type]
    async with playing.provider(server, protocol, SHORT) as made:
        fault = await playing.failure(made, playing.request(user("Hi.")))
    assert fault.name is name
    assert len(server.requests) <= 2


async def test_a_stream_that_has_begun_has_the_shorter_patience(model_server: Serve) -> None:
    server = model_server([Reply("word " * 20, fault=Fault("stall"))] * 2)
    patient = replace(playing.QUICK, first_event_timeout=100.0, idle_timeout=0.3, request_timeout=200.0)
    async with asyncio.timeout(20), playing.provider(server, "messages", patient) as made:
        fault = await playing.failure(made, playing.request(user("Hi.")))
    assert fault.name is FaultName.CUT


ERRORS = [
    ("overloaded_error", "Overloaded", FaultName.OVERLOADED),
    ("rate_limit_error", "slow down", FaultName.RATE_LIMITED),
    ("api_error", "oops", FaultName.SERVER_ERROR),
    ("invalid_request_error", "prompt is too long: 5 tokens > 4 maximum", FaultName.CONTEXT_FULL),
    ("insufficient_quota", "no money", FaultName.QUOTA),
    ("429", "slow down", FaultName.RATE_LIMITED),
]


@pytest.mark.parametrize("protocol", ALL)
@pytest.mark.parametrize(("kind", "message", "name"), ERRORS)
async def test_an_error_inside_the_stream_goes_by_its_type(
    kind: str, message: str, name: FaultName, protocol: Protocol, model_server: Serve
) -> None:
    broken = Reply("Hi", fault=Fault("error_event", after=2, error=kind, message=message))
    server = model_server([broken] * 6)
    async with playing.provider(server, protocol) as made:
        fault = await playing.failure(made, playing.request(user("Hi.")))
    assert fault.name is name


@pytest.mark.parametrize("protocol", ALL)
async def test_it_is_tried_again_until_it_is_well(protocol: Protocol, model_server: Serve) -> None:
    server = model_server([status(529), status(503), status(500), WELL])
    async with playing.provider(server, protocol) as made:
        got = await playing.items(made, playing.request(user("Hi.")))
    assert [item.attempt for item in got if isinstance(item, RequestStarted)] == [1, 2, 3, 4]
    assert [item.fault.status for item in got if isinstance(item, RetryWaiting)] == [529, 503, 500]
    assert isinstance(got[-1], Finished)


async def test_a_wait_is_obeyed_up_to_its_limit_and_a_no_is_a_no(model_server: Serve) -> None:
    server = model_server([status(429, retry_after="0.01"), WELL])
    async with playing.provider(server, "messages") as made:
        got = await playing.items(made, playing.request(user("Hi.")))
    assert [item.wait_s for item in got if isinstance(item, RetryWaiting)] == [0.01]
    server = model_server([status(429, retry_after="3600")])
    async with playing.provider(server, "messages") as made:
        fault = await playing.failure(made, playing.request(user("Hi.")))
    assert "60 minutes" in fault.message
    server = model_server([status(429, x_should_retry="false")])
    async with playing.provider(server, "messages") as made:
        await playing.failure(made, playing.request(user("Hi.")))
    assert len(server.requests) == 1


@pytest.mark.parametrize("protocol", ALL)
async def test_nobody_listens(protocol: Protocol, model_server: Serve) -> None:
    server = model_server([])
    server.url = "http://127.0.0.1:9"
    async with playing.provider(server, protocol) as made:
        got = await playing.items(made, playing.request(user("Hi.")))
    last = got[-1]
    assert isinstance(last, Failed)
    assert last.fault.name is FaultName.UNREACHABLE
    assert "127.0.0.1:9" in last.fault.message
    assert sum(isinstance(item, RequestStarted) for item in got) == 6


@pytest.mark.parametrize("protocol", ALL)
async def test_an_empty_answer_is_no_success(protocol: Protocol, model_server: Serve) -> None:
    server = model_server([Reply(""), Reply("  \n ")])
    async with playing.provider(server, protocol) as made:
        fault = await playing.failure(made, playing.request(user("Hi.")))
    assert fault.name is FaultName.EMPTY_REPLY
    assert len(server.requests) == 2


async def test_a_model_without_tools_says_so(model_server: Serve) -> None:
    body = {"error": {"message": "registry.ollama.ai/library/x does not support tools", "type": "api_error"}}
    server = model_server([status(400, body)])
    async with playing.provider(server, "chat") as made:
        fault = await playing.failure(made, playing.request(user("Hi.")))
    assert "can't use tools" in fault.message
