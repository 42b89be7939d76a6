"""Drives a real llama.cpp server with a small model through all three protocols. `make test-real`; not part of CI.

A model of 135M parameters calls no tool: this proves streaming, counting, cancelling, lists and limits, not the loop.
"""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from flux_tui.config.settings import Network, ProviderSettings, Settings
from flux_tui.llm.base_provider import BaseLLMProvider, Request
from flux_tui.llm.listing import local_servers
from flux_tui.llm.provider_factory import make
from flux_tui.protocol.codes import FaultName, StopReason
from flux_tui.protocol.messages import CallPart, Message, Origin, ResultPart, user
from flux_tui.protocol.stream import Failed, Finished, RequestStarted, StreamItem, TextDelta
from tests.fakes.script import Protocol
from tests.llm.conversations import ALL
from tests.llm.playing import TOOLS

WINDOW = 2048
PATIENCE = 60.0
"""Seconds until the server must be up."""
MODEL = "smollm2"


def main() -> int:
    folder = Path(sys.argv[1])
    with serving(folder) as port:
        for protocol in ALL:
            asyncio.run(drive(protocol, port))
            sys.stdout.write(f"{protocol}: well\n")
        (found,) = (server for server in local_servers(settings("chat", port)) if server.name == "llamacpp")
        check("the local server is found with its window", found.models[0].window, WINDOW)
    return 0


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    words = ["--model", "model.gguf", "--alias", MODEL, "--ctx-size", str(WINDOW), "--parallel", "1", "--threads", "2"]
    command = [str(folder / "llama-server"), *words, "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        await_port(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def await_port(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not local_servers(settings("chat", port)):
        if time.monotonic() > deadline:
            raise TimeoutError("the server did not come up; see server.log")
        time.sleep(0.2)


def settings(protocol: Protocol, port: int) -> Settings:
    own = ProviderSettings(type="anthropic", base_url=f"http://127.0.0.1:{port}", max_output=64)
    if protocol != "messages":
        own = replace(own, type="openai", api="responses" if protocol == "responses" else "chat")
    off = ProviderSettings(base_url="http://127.0.0.1:9")
    others = dict.fromkeys(("ollama", "lmstudio", "vllm"), off)
    return Settings(network=Network(max_tries=2), providers={**others, "llamacpp": own})


async def drive(protocol: Protocol, port: int) -> None:
    made = make(f"llamacpp:{MODEL}", settings(protocol, port), {})
    try:
        await answers(made)
        await goes_on(made)
        await can_be_cancelled(made)
        await says_what_does_not_fit(made)
    finally:
        await made.close()


def asked(*history: Message, tools: bool = False, max_output: int = 0) -> Request:
    return Request("You are brief.", TOOLS if tools else (), history, "real", max_output=max_output)


async def items(made: BaseLLMProvider, request: Request) -> list[StreamItem]:
    return [item async for item in made.reply(request)]


async def reply(made: BaseLLMProvider, request: Request) -> Message:
    last = (await items(made, request))[-1]
    if not isinstance(last, Finished):
        raise SystemExit(f"{made.origin.api}: no reply: {last}")
    return last.message


async def answers(made: BaseLLMProvider) -> None:
    got = await items(made, asked(user("Say hello."), tools=True))
    last = got[-1]
    assert isinstance(last, Finished), last
    streamed = "".join(item.text for item in got if isinstance(item, TextDelta))
    check("what streamed is what is kept", streamed.strip(), last.message.text.strip())
    usage = last.message.usage
    assert usage is not None
    check(
        "tokens are counted by the server", (usage.estimated, usage.output > 0, usage.total > 20), (False, True, True)
    )
    cut = await reply(made, asked(user("Count from one to one hundred in words."), max_output=3))
    check("a cut is seen", cut.stop_reason, StopReason.MAX_TOKENS)


async def goes_on(made: BaseLLMProvider) -> None:
    """Calls of another model, their results, and words after them are taken."""
    elsewhere = Origin("other", "chat", "http://elsewhere", "another")
    call = Message("assistant", (CallPart("call_1", "list_files", {}),), elsewhere, StopReason.TOOL_CALLS)
    result = Message("user", (ResultPart("call_1", "list_files", "a.py"), *user("What did you see?").parts))
    first = await reply(made, asked(user("List the files."), call, result, tools=True))
    check("a history with calls is taken", first.origin, made.origin)
    again = await reply(made, asked(user("List the files."), call, result, first, user("Thanks."), tools=True))
    usage = again.usage
    assert usage is not None
    check("the cached share is counted", usage.cache_read > 0, True)


async def can_be_cancelled(made: BaseLLMProvider) -> None:
    begun = asyncio.Event()

    async def listen() -> None:
        async for item in made.reply(asked(user("Tell a very long story."), max_output=1500)):
            if isinstance(item, TextDelta):
                begun.set()

    task = asyncio.create_task(listen())
    await begun.wait()
    task.cancel()
    await asyncio.wait((task,))
    start = time.monotonic()
    await reply(made, asked(user("Say hello."), max_output=4))
    check("the next request is answered at once", time.monotonic() - start < 5, True)


async def says_what_does_not_fit(made: BaseLLMProvider) -> None:
    got = await items(made, asked(user("word " * 3 * WINDOW)))
    last = got[-1]
    assert isinstance(last, Failed), last
    check("too much is told as that", last.fault.name, FaultName.CONTEXT_FULL)
    check("and not tried again", sum(isinstance(item, RequestStarted) for item in got), 1)


def check(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise SystemExit(f"{what}: {found!r}, not {wanted!r}")
    sys.stdout.write(f"  {what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
