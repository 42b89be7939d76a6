"""A session of 10,000 messages on the real screen, beside one of 200: opened, typed into, scrolled."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

from flux_tui.protocol.codes import Code, Evidence, Mode, StopReason, TurnOutcome
from flux_tui.protocol.events import CallFinished, CallStarted, Event, MessageFinished, TurnEnded, TurnStarted
from flux_tui.protocol.messages import Usage
from flux_tui.store import Store
from tests.bench.measure import RUNS, Figure, Yardstick
from tests.bench.runs import MODELS, environment
from tests.bench.streaming import SECTION
from tests.bench.terminal import Terminal, terminal
from tests.fakes.server import FakeServer

FEW, MANY = 200, 10_000
CHAT = b"\x1b1"
PAGE_UP = b"\x1b[5~"
PAGES = 20


def figures() -> Iterator[Figure]:
    few, many = ([_measured(count) for _ in range(RUNS)] for count in (FEW, MANY))
    for name, aim, unit in (
        ("from the start", "3 x", "ms CPU"),
        ("memory", "10 MB more", "MB"),
        ("key to letter, p95", "40 ms", "ms"),
        ("a page up", "the same", "ms CPU"),
    ):
        beside = Yardstick(f"{FEW} messages", min(run[name] for run in few))
        yield Figure(f"{MANY:,} messages: {name}", min(run[name] for run in many), beside, aim, unit)


def _measured(count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="flux-bench-") as name, FakeServer([]) as server:
        folder = Path(name)
        (folder / "project").mkdir()
        (folder / "home" / "config").mkdir(parents=True)
        env = environment(folder, server, "chat")
        words = [sys.executable, "-m", "flux_tui", "--model", MODELS["chat"], "--resume", "last"]
        _fill(folder, count)
        with terminal([*words, str(folder / "project")], env) as running:
            return _used(running)


def _used(running: Terminal) -> dict[str, float]:
    opened = running.settle()
    memory = running.memory
    echoes = [running.echo(chr(letter).encode()) for letter in range(0x430, 0x458)]
    running.keys(CHAT)
    before = running.settle()
    for _ in range(PAGES):
        running.keys(PAGE_UP)
        running.settle(0.1)
    pages = (running.cpu - before) / PAGES
    return {
        "from the start": opened,
        "memory": memory,
        "key to letter, p95": quantiles(echoes, n=20)[-1],
        "a page up": pages,
    }


def _fill(folder: Path, count: int) -> None:
    store = Store.open(folder / "home" / "data" / "flux.db")
    session = store.create(folder / "project", "openai", "gpt-6-luna", Mode.ASK, None)
    events = [event for turn in range(1, count // 4 + 1) for event in _turn(turn)]
    store.save(session, 1, (), [(1.0, event) for event in events])
    store.close()


def _turn(number: int) -> list[Event]:
    """Four messages: a prompt, two answers, a call."""
    call = f"call-{number}"
    text = SECTION.format(n=number)
    return [
        TurnStarted(number, f"Please look at part {number}, and say what it does."),
        _said(text[:300]),
        CallStarted(call, "read_files", {"paths": [f"part_{number}.py"]}, f"read part_{number}.py"),
        CallFinished(call, "read_files", Code.OK, "1|x = 1\n" * 20, (), (), {}, "", None, (), 0.1),
        _said(text),
        TurnEnded(number, TurnOutcome.DONE, (), (), Evidence.NOTHING),
    ]


def _said(text: str) -> MessageFinished:
    return MessageFinished(text, StopReason.END, "openai", "gpt-6-luna", Usage(100, 20), None, "")
