"""Commands run as processes: bounded in time and output, and never survived by anything they started.

It knows nothing of sandboxes but what `boxstatus` reads.
"""

import asyncio
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flux_tui.workspace import proctree
from flux_tui.workspace.boxstatus import Status
from flux_tui.workspace.output import Output
from flux_tui.workspace.unbroken import ended

GRACE = 2.0
"""Seconds between the request to end and the end, after a time-out."""
GRACE_INTERRUPTED = 0.15
_CHUNK = 64 * 1024
_LINGER = 0.3
"""Seconds to wait for the end of the output once the command itself has ended."""

OnOutput = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    exit: int | None
    """None if it was ended from outside or never ran. 128 + N after signal N."""
    output: str
    """stdout and stderr as they came; head and tail if it was long."""
    timed_out: bool = False
    started: bool = True
    """False if its sandbox, or the program itself, could not be started; then `output` says why."""
    seconds: float = 0.0
    too_much: bool = False
    """It was ended because it printed without end."""
    spilled: str = ""
    """Name of the file with the whole output, where it was too long to be kept."""


async def run(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    timeout: float,  # noqa: ASYNC109 - what times out is a process tree, not an await
    on_output: OnOutput | None = None,
    spill: Path | None = None,
) -> Ended:
    """Run to the end, or to `timeout` seconds. Cancelling ends the whole process tree before it is let through.

    `spill`: where a file with an output goes that is too long to be kept.
    """
    job = await start(argv, env=env, cwd=cwd, on_output=on_output, spill=spill)
    try:
        timed_out = not await job.wait(timeout)
        if timed_out:
            await job.stop(GRACE)
    except asyncio.CancelledError:
        await ended(job.stop(GRACE_INTERRUPTED))
        raise
    return job.ended(timed_out=timed_out)


async def start(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    on_output: OnOutput | None = None,
    spill: Path | None = None,
) -> "Job":
    """A running command. Its owner has to wait for it or stop it. Never raises for a program that can't be started."""
    job = Job(argv, on_output, spill)
    # What follows must not meet a process that still begins.
    _, cancelled = await ended(job.begin(env, cwd))
    if cancelled:
        await ended(job.stop(GRACE_INTERRUPTED))
        raise asyncio.CancelledError
    return job


class Job:
    """One command and all its processes."""

    def __init__(self, argv: Sequence[str], on_output: OnOutput | None = None, spill: Path | None = None) -> None:
        self.output = Output(spill)
        self._argv = list(argv)
        self._on_output = on_output
        self._process: asyncio.subprocess.Process | None = None
        self._status = Status()
        self._watch: asyncio.Task[None] | None = None
        self._began = time.monotonic()
        self._seconds: float | None = None
        self._stopped = False
        self._failure = ""

    async def begin(self, env: Mapping[str, str], cwd: Path) -> None:
        ours, theirs = os.pipe()
        try:
            with self._status.open(self._argv) as (argv, descriptors):
                self._process = await asyncio.create_subprocess_exec(
                    *argv,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=theirs,
                    stderr=asyncio.subprocess.STDOUT,
                    env=dict(env),
                    cwd=cwd,
                    start_new_session=True,
                    pass_fds=descriptors,
                )
        except (OSError, ValueError) as error:
            self._failure = f"{self._argv[0]}: {getattr(error, 'strerror', None) or error}"
            os.close(ours)
            self._status.close()
            return
        finally:
            os.close(theirs)
        self._watch = asyncio.create_task(self._watched(self._process, ours))

    @property
    def running(self) -> bool:
        return self._watch is not None and not self._watch.done()

    @property
    def seconds(self) -> float:
        """How long it ran, or has been running."""
        return time.monotonic() - self._began if self._seconds is None else self._seconds

    async def wait(self, seconds: float | None = None) -> bool:
        """Whether it ended within so many seconds."""
        if self._watch is None:
            return True
        done, _ = await asyncio.wait((self._watch,), timeout=seconds)
        return bool(done)

    async def stop(self, grace: float) -> None:
        """End it: asked to first, and `grace` seconds later without asking. Returns when nothing of it is left."""
        if not self.running or self._process is None:
            return
        self._stopped = True
        await self._stood()
        if self._ask(self._process) and await self.wait(grace):
            return
        for attempt in range(50):
            self._strike(self._process, spare=attempt < 5)
            if await self.wait(0.1):
                return

    async def _stood(self) -> None:
        """Wait until the box has told its child: before that, ending the box alone would let the child go on."""
        for _ in range(200):
            if not self._status.opened or self._status.child() is not None or await self.wait(0.005):
                return

    def kill(self) -> None:
        """End it at once, from where nothing can be awaited."""
        if self.running and self._process is not None:
            self._stopped = True
            self._strike(self._process, spare=False)

    def ended(self, *, timed_out: bool = False) -> Ended:
        """How it ended. Only once it has."""
        code, started = self._outcome()
        text = self.output.text() or self._failure
        return Ended(code, text, timed_out, started, self.seconds, self.output.too_much, self.output.spilled)

    def _root(self, process: asyncio.subprocess.Process) -> int:
        return self._status.child() or process.pid

    def _ask(self, process: asyncio.subprocess.Process) -> bool:
        if self._status.opened:
            # Never the box itself: ended while it is being set up, it would let its child go on alone.
            return proctree.ask_below(self._root(process))
        proctree.ask_group(process.pid)
        return True

    def _strike(self, process: asyncio.subprocess.Process, *, spare: bool) -> None:
        """A launcher is spared at first: it adopts what loses its parent, and goes by itself when all are gone."""
        root = self._root(process)
        if spare and root == process.pid and self._status.opened:
            proctree.end_below(root)
        else:
            proctree.end(root, process.pid)

    def _outcome(self) -> tuple[int | None, bool]:
        """(exit status, whether it was started at all)"""
        if self._process is None:
            return None, False
        if not self._status.opened:
            code = self._process.returncode
            return None if self._stopped or code is None else code if code >= 0 else 128 - code, True
        if self._stopped:
            return None, True
        code = self._status.exit_code()
        # Without a report the box never stood (then it says so itself) or was killed from outside.
        stood = self._status.child() is not None and not self.output.text().startswith(("bwrap: ", "sandbox: "))
        return code, code is not None or stood

    async def _watched(self, process: asyncio.subprocess.Process, descriptor: int) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=_CHUNK)
        pipe = os.fdopen(descriptor, "rb", buffering=0)
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
        reading = asyncio.create_task(self._read(reader))
        try:
            await process.wait()
            self._seconds = time.monotonic() - self._began
            await asyncio.wait((reading,), timeout=_LINGER)
        except asyncio.CancelledError:
            proctree.end(self._root(process), process.pid)
            raise
        finally:
            reading.cancel()
            transport.close()
            self._status.close()
            self.output.close()

    async def _read(self, stream: asyncio.StreamReader) -> None:
        while data := await stream.read(_CHUNK):
            self.output.feed(data)
            if self._on_output is not None:
                self._on_output(data)
            if self.output.too_much:
                self.kill()
                return
