"""A reply of 100 KB of Markdown in 5,000 chunks through the real screen, beside `Log.write` of the same text."""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from tests.bench.measure import Figure, Yardstick, best
from tests.bench.runs import MODELS, Playing, environment
from tests.bench.terminal import Terminal, terminal
from tests.fakes.script import Reply
from tests.fakes.server import FakeServer

SIZE = 100_000
PIECE = 20
END = "That is the very end"
SECTION = """## Part {n}: what changes

The parser reads *every* line once; `feed(text)` keeps what has ended and draws only the tail again. A second sentence
makes the paragraph long enough to wrap, with a [link](https://example.org/{n}) and **strong words** in it.

- first point of part {n}, with `code`
- second point, which goes on for a while so that it needs more than one line on a narrow screen
  - a nested one
1. counted
2. counted again

| name | value | note |
|---|---:|---|
| alpha | {n} | the first |
| beta | 12 | the second |

```python
def part_{n}(items: list[int]) -> int:
    \"\"\"Adds what is even.\"\"\"
    total = 0
    for item in items:
        if item % 2 == 0:  # keep it
            total += item
    return total
```

"""


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="flux-bench-") as name:
        folder = Path(name)
        (folder / "project").mkdir()
        (folder / "home" / "config").mkdir(parents=True)
        (folder / "text").write_text(markdown())
        log = Yardstick("Log.write", best(lambda: _log(folder)))
        yield Figure("100 KB as fast as it is taken", best(lambda: _fast(folder)), log, "1000 ms")
        yield from _paced(folder, log)


def markdown() -> str:
    parts: list[str] = []
    length = 0
    while length < SIZE:
        parts.append(SECTION.format(n=len(parts) + 1))
        length += len(parts[-1])
    return "".join(parts)[: SIZE - 1] + "\n\n" + END + "\n"


def _log(folder: Path) -> float:
    words = [sys.executable, "-m", "tests.bench.apps", "log", str(folder / "text")]
    with terminal(words, _plain(folder)) as running:
        running.until(b"first frame")
        before = running.settle(0.3)
        return running.until(b"the end") - before


def _plain(folder: Path) -> dict[str, str]:
    with FakeServer([]) as server:
        return environment(folder, server, "chat")


def _fast(folder: Path) -> float:
    with _asked(folder, 0.0) as (running, before, _):
        running.until(END.encode())
        return running.settle() - before


def _paced(folder: Path, log: Yardstick) -> Iterator[Figure]:
    """At 1,000 chunks a second, with somebody typing."""
    with _asked(folder, 0.001) as (running, before, idle):
        running.until(b"Part 1")
        running.silences.clear()
        echoes, shares = _typed_while(running)
        total = running.settle() - before
    yield Figure("100 KB at 1,000 chunks a second, typed over", total, log, "1.5 x")
    start = Yardstick("at the start", median(shares[:2]))
    yield Figure("  a second of it at the end", median(shares[-2:]), start, "the same")
    quiet = Yardstick("with nothing else to do", idle)
    yield Figure("  key to letter, median", median(echoes), quiet, unit="ms")
    yield Figure("  key to letter, p95", quantiles(echoes, n=20)[-1], quiet, "40 ms", "ms")
    beat = Yardstick("one beat", 1000 / 30)
    yield Figure("  longest silence of the screen", max(running.silences) * 1000, beat, "150 ms", "ms")


def _typed_while(running: Terminal) -> tuple[list[float], list[float]]:
    """(milliseconds of each key, CPU milliseconds of each whole second), until the end is drawn."""
    echoes: list[float] = []
    shares: list[float] = []
    since, cpu = time.monotonic(), running.cpu
    letters = iter(range(0x430, 0x10_000))
    while END.encode() not in running.plain():
        running.take(0.05)
        running.take(0.05)
        echoes.append(running.echo(chr(next(letters)).encode()))
        if time.monotonic() - since >= 1:
            shares.append((running.cpu - cpu) / (time.monotonic() - since))
            since, cpu = time.monotonic(), running.cpu
    return echoes, shares


@contextmanager
def _asked(folder: Path, delay: float) -> Iterator[tuple[Terminal, float, float]]:
    """Flux with a prompt just sent, its CPU milliseconds before, and those from a key to its letter."""
    playing = Playing(lambda _: Reply(markdown(), pieces=PIECE, delay=delay))
    with FakeServer(playing) as server:
        words = [sys.executable, "-m", "flux_tui", "--model", MODELS["chat"], str(folder / "project")]
        with terminal(words, environment(folder, server, "chat")) as running:
            playing.pid = running.pid
            running.settle()
            idle = median(running.echo(chr(letter).encode()) for letter in range(0x3B1, 0x3C0))
            before = running.settle()
            running.keys(b"\r")
            yield running, before, idle
