"""The table of conversations over each protocol, through the real SDKs; the server checks every history."""

import pytest

from flux_tui.protocol.codes import StopReason
from flux_tui.protocol.messages import Message, ThinkingPart, Usage, user
from flux_tui.protocol.stream import Finished, TextDelta, ThinkingDelta
from tests.fakes.fixtures import Serve, model_server
from tests.fakes.script import Protocol, Reply
from tests.llm import playing
from tests.llm.conversations import ALL, TABLE, Conversation, Said

__all__ = ["model_server"]

CASES = [
    pytest.param(conversation, protocol, id=f"{conversation.name} - {protocol}")
    for conversation in TABLE
    for protocol in conversation.protocols
]


@pytest.mark.parametrize(("conversation", "protocol"), CASES)
async def test_conversation(conversation: Conversation, protocol: Protocol, model_server: Serve) -> None:
    server = model_server(conversation.script, key=playing.KEY)
    history = [user("Begin.")]
    async with playing.provider(server, protocol) as made:
        for said in conversation.said:
            message = await playing.reply(made, playing.request(*history))
            check(message, said)
            assert message.origin == made.origin
            assert message.usage is not None
            assert message.usage.estimated is (conversation.skip_usage)
            history.append(message)
            if message.calls:
                history.append(playing.answers(message))
            elif message.stop_reason is not StopReason.PAUSE:
                history.append(user("Go on."))
    assert len(server.requests) == len(conversation.script)
    ids = [call.id for message in history for call in message.calls]
    assert len(ids) == len(set(ids))


def check(message: Message, said: Said) -> None:
    assert message.text.strip() == said.text.strip()
    assert [(call.tool, call.arguments) for call in message.calls] == list(said.calls)
    assert message.stop_reason is said.stop
    if said.thinking is not None:
        assert "".join(part.text for part in message.parts if isinstance(part, ThinkingPart)) == said.thinking


@pytest.mark.parametrize("protocol", ALL)
async def test_what_streams_is_what_is_kept(protocol: Protocol, model_server: Serve) -> None:
    server = model_server([Reply("word " * 50, thinking="thought " * 20, pieces=7)])
    async with playing.provider(server, protocol) as made:
        got = await playing.items(made, playing.request(user("Hi.")))
    last = got[-1]
    assert isinstance(last, Finished)
    assert "".join(item.text for item in got if isinstance(item, TextDelta)) == last.message.text == "word " * 50
    assert "".join(item.text for item in got if isinstance(item, ThinkingDelta)) == "thought " * 20


@pytest.mark.parametrize("protocol", ALL)
async def test_usage_is_without_the_cached_part(protocol: Protocol, model_server: Serve) -> None:
    usage = {"input": 10, "output": 5, "cache_read": 900, "cache_write": 0}
    server = model_server([Reply("Hi.", usage=usage)])
    async with playing.provider(server, protocol) as made:
        message = await playing.reply(made, playing.request(user("Hi.")))
        counted = made.get_token_usage()
    assert message.usage == Usage(10, 5, 900, 0)
    assert (counted["input"], counted["cache_read"], counted["total"]) == (10, 900, 915)


@pytest.mark.parametrize("protocol", ALL)
async def test_the_simple_interface_keeps_its_own_history(protocol: Protocol, model_server: Serve) -> None:
    from tests.llm.conversations import READ

    server = model_server([Reply(calls=(READ,)), Reply("Done."), Reply("Again.")])
    async with playing.provider(server, protocol) as made:
        got = [item async for item in made.send_message("Read it.", "Be brief.", playing.TOOLS)]
        last = got[-1]
        assert isinstance(last, Finished)
        made.add_tool_result(last.message.calls[0].id, "1|a = 1")
        assert isinstance([item async for item in made.send_message("")][-1], Finished)
        made.clear_history()
        assert isinstance([item async for item in made.send_message("Once more.")][-1], Finished)
    assert [len(playing_history(body)) for body in server.heard(protocol)] == [1, 3, 1]


def playing_history(body: dict[str, object]) -> list[object]:
    rows = body.get("messages", body.get("input"))
    assert isinstance(rows, list)
    return [row for row in rows if row.get("role") != "system"]


async def test_what_only_its_own_host_knows_is_sent_nowhere_else(model_server: Serve) -> None:
    server = model_server([Reply("Hi."), Reply("Hi.")])
    async with playing.provider(server, "chat") as made:
        await playing.reply(made, playing.request(user("Hi.")))
    async with playing.provider(server, "responses") as made:
        await playing.reply(made, playing.request(user("Hi.")))
    assert set(server.heard("chat")[0]) == {"model", "stream", "stream_options", "tools", "messages"}
    assert "prompt_cache_key" not in server.heard("responses")[0]


async def test_claude_is_asked_to_cache_and_to_think(model_server: Serve) -> None:
    server = model_server([Reply("Hi.")])
    async with playing.provider(server, "messages") as made:
        await playing.reply(made, playing.request(user("Hi.")))
    body = server.heard("messages")[0]
    assert body["cache_control"] == {"type": "ephemeral"}
    assert body["thinking"] == {"type": "adaptive", "display": "summarized"}
    assert body["max_tokens"] == 64_000
