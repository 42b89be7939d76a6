"""The yardsticks of the screen: the least a Textual app can be. Run as `python -m tests.bench.apps NAME [FILE]`."""

import asyncio
import sys
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widgets import Log, Static

BEAT = 1 / 30


class Minimal(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("first frame")


class Logging(App[None]):
    """Writes a file into a `Log` as a stream would come: some pieces every thirtieth of a second."""

    def compose(self) -> ComposeResult:
        yield Log()

    async def on_ready(self) -> None:
        self.query_one(Log).write("first frame\n")
        self.run_worker(self.stream())

    async def stream(self) -> None:
        await asyncio.sleep(1)
        text = Path(sys.argv[2]).read_text()  # noqa: ASYNC240  nothing else runs
        for at in range(0, len(text), 660):
            self.query_one(Log).write(text[at : at + 660])
            await asyncio.sleep(BEAT)
        self.query_one(Log).write("\nthe end\n")


APPS: dict[str, type[App[None]]] = {"minimal": Minimal, "log": Logging}

if __name__ == "__main__":
    APPS[sys.argv[1]]().run()
