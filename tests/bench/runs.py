"""`flux exec` at work on a copy of a real package, a scripted model on loopback, watched from request to request."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import rich

from tests.bench.measure import ROOT, cpu_so_far, ended
from tests.fakes.script import Heard, Protocol, Reply
from tests.fakes.server import FakeServer

MODELS = {"messages": "anthropic:claude-haiku-4-5", "responses": "openai:gpt-6-luna", "chat": "openai:gpt-6-luna"}
SDKS = {"messages": "anthropic", "responses": "openai", "chat": "openai"}


@dataclass(frozen=True, slots=True)
class Spent:
    total: float
    """CPU milliseconds of the process and its children."""
    marks: tuple[float, ...]
    """Its own CPU milliseconds when each request had arrived."""

    def steps(self) -> list[float]:
        """From each request to the next one."""
        return [later - earlier for earlier, later in zip(self.marks, self.marks[1:], strict=False)]


class Playing:
    """A model that answers by the number of the request, and notes what the asking process has used by then."""

    def __init__(self, answer: Callable[[int], Reply]) -> None:
        self.pid = 0
        self.marks: list[float] = []
        self._answer = answer

    def __call__(self, heard: Heard) -> Reply:
        self.marks.append(cpu_so_far(self.pid) * 1000)
        return self._answer(heard.index)


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder with a home and a project: a copy of the package `rich`."""
    with tempfile.TemporaryDirectory(prefix="flux-bench-") as name:
        folder = Path(name)
        package = Path(rich.__file__).parent
        shutil.copytree(package, folder / "project" / "rich", ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "home" / "config").mkdir(parents=True)
        yield folder


def environment(folder: Path, server: FakeServer, protocol: Protocol) -> dict[str, str]:
    vendor = SDKS[protocol].upper()
    if protocol != "messages":
        (folder / "home" / "config" / "config.toml").write_text(f'[providers.openai]\napi = "{protocol}"\n')
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "FLUX_HOME": str(folder / "home"),
        "PYTHONPATH": str(ROOT),
        f"{vendor}_API_KEY": "none",
        f"{vendor}_BASE_URL": server.base(protocol),
    }


def flux_exec(answer: Callable[[int], Reply], protocol: Protocol = "chat") -> Spent:
    """One whole run. RuntimeError if it does not end well."""
    playing = Playing(answer)
    with workplace() as folder, FakeServer(playing) as server:
        flux = [sys.executable, "-m", "flux_tui", "exec", "--json", "--mode", "full"]
        words = [*flux, "--cwd", str(folder / "project"), "--model", MODELS[protocol], "go"]
        return _watched(words, environment(folder, server, protocol), playing)


def sdk_alone(requests: int) -> Spent:
    """The same requests by the SDK without Flux."""
    playing = Playing(lambda _: Reply("Working on it."))
    with workplace() as folder, FakeServer(playing) as server:
        code = SDK_ALONE.format(url=server.base("chat"), requests=requests)
        return _watched([sys.executable, "-c", code], environment(folder, server, "chat"), playing)


def _watched(words: list[str], env: dict[str, str], playing: Playing) -> Spent:
    with subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        playing.pid = process.pid
        return Spent(ended(process), tuple(playing.marks))


SDK_ALONE = """
import asyncio, openai
async def main():
    client = openai.AsyncOpenAI(api_key="none", base_url="{url}", max_retries=0)
    for _ in range({requests}):
        async for _ in await client.chat.completions.create(
            model="m", messages=[{{"role": "user", "content": "go"}}], stream=True
        ):
            pass
asyncio.run(main())
"""
