"""Providers against the fake server, through the real SDKs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from flux_tui.config.settings import Network, ProviderSettings, Settings
from flux_tui.llm.base_provider import BaseLLMProvider, Request
from flux_tui.llm.provider_factory import make
from flux_tui.protocol.messages import Message, ResultPart, ToolSpec
from flux_tui.protocol.stream import Failed, Fault, Finished, StreamItem
from tests.fakes.script import Protocol
from tests.fakes.server import FakeServer

KEY = "sk-test-0123456789abcdef0123456789abcdef"
QUICK = Network(
    connect_timeout=2.0,
    first_event_timeout=5.0,
    idle_timeout=5.0,
    request_timeout=20.0,
    backoff_first=0.0,
    backoff_max=0.0,
    retry_after_max=60.0,
)
MODELS: dict[Protocol, str] = {"messages": "claude-haiku-5-5", "chat": "local-model", "responses": "gpt-6-luna"}
TOOLS = (
    ToolSpec("read_files", "Show files.", {"type": "object", "properties": {"paths": {"type": "array"}}}),
    ToolSpec("list_files", "List files.", {"type": "object", "properties": {}}),
)


@asynccontextmanager
async def provider(
    server: FakeServer, protocol: Protocol, network: Network = QUICK, model: str = ""
) -> AsyncIterator[BaseLLMProvider]:
    made = make(f"fake:{model or MODELS[protocol]}", settings(server.url, protocol, network), {"FAKE_KEY": KEY})
    try:
        yield made
    finally:
        await made.close()


def settings(url: str, protocol: Protocol, network: Network = QUICK) -> Settings:
    own = ProviderSettings(type="anthropic", base_url=url, key_env="FAKE_KEY")
    if protocol != "messages":
        own = replace(own, type="openai", api="responses" if protocol == "responses" else "chat")
    return Settings(network=network, providers={"fake": own})


def request(*history: Message, system: str = "You are a test.") -> Request:
    return Request(system, TOOLS, history, "session-1")


async def items(made: BaseLLMProvider, asked: Request) -> list[StreamItem]:
    return [item async for item in made.reply(asked)]


async def reply(made: BaseLLMProvider, asked: Request) -> Message:
    last = (await items(made, asked))[-1]
    assert isinstance(last, Finished), last
    return last.message


async def failure(made: BaseLLMProvider, asked: Request) -> Fault:
    last = (await items(made, asked))[-1]
    assert isinstance(last, Failed), last
    return last.fault


def answers(message: Message) -> Message:
    """A result for every call, long enough to be worth something."""
    return Message("user", tuple(ResultPart(call.id, call.tool, f"result of {call.tool}") for call in message.calls))
