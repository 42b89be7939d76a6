"""Commands end when they should, with all they started, and what they printed is kept in bounds: boxed and bare."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flux_tui.safety.sandbox import Sandbox, environment
from flux_tui.workspace.output import HEAD, TAIL
from flux_tui.workspace.processes import Ended, run, start
from tests import sandboxes

Argv = Callable[[str], list[str]]


@pytest.fixture(params=["boxed", "bare"])
def argv(request: pytest.FixtureRequest, tmp_path: Path) -> Argv:
    sandbox: Sandbox = sandboxes.box() if request.param == "boxed" else sandboxes.OFF
    work, tmp = tmp_path / "work", tmp_path / "tmp"
    work.mkdir()
    tmp.mkdir()
    return lambda command: sandbox.argv(command, workspace=work, cwd=work, tmp=tmp)


@pytest.fixture
def work(argv: Argv, tmp_path: Path) -> Path:
    return tmp_path / "work"


async def ran(argv: list[str], work: Path, timeout: float = 20) -> Ended:  # noqa: ASYNC109 - passed on
    return await run(argv, env=environment(os.environ), cwd=work, timeout=timeout)


def alive(marker: str) -> list[int]:
    """Processes whose command line has the marker."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and marker.encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return found


def gone(marker: str) -> None:
    """Wait for them to go, 3 seconds at most."""
    deadline = time.monotonic() + 3
    while alive(marker) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert alive(marker) == []


@pytest.fixture
def marker(tmp_path: Path) -> Iterator[str]:
    """A number of seconds that no other process sleeps."""
    seconds = f"9{os.getpid()}.{abs(hash(tmp_path)) % 10**8}"
    yield seconds
    left = alive(seconds)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []


async def test_output_and_status_come_back(argv: Argv, work: Path) -> None:
    ended = await ran(argv("echo out; echo err >&2; exit 3"), work)
    assert (ended.exit, ended.output, ended.timed_out, ended.started) == (3, "out\nerr\n", False, True)


async def test_a_signal_is_a_status_over_128(argv: Argv, work: Path) -> None:
    assert (await ran(argv("kill -KILL $$"), work)).exit == 137


async def test_nobody_answers(argv: Argv, work: Path) -> None:
    ended = await ran(argv("read x; echo $?; : < /dev/tty; echo $?"), work)
    assert ended.output.startswith("1\n")
    assert ended.output.endswith("1\n")


async def test_a_time_out_ends_everything(argv: Argv, work: Path, marker: str) -> None:
    began = time.monotonic()
    command = f"sleep {marker} & (setsid nohup sleep {marker} &) ; echo up; sleep {marker}"
    ended = await ran(argv(command), work, timeout=0.5)
    assert (ended.exit, ended.output, ended.timed_out, ended.started) == (None, "up\n", True, True)
    assert time.monotonic() - began < 5.5


async def test_a_time_out_asks_first(argv: Argv, work: Path) -> None:
    (work / "x.py").write_text(
        "import signal, sys, time\n"
        "signal.signal(15, lambda *_: (print('bye', flush=True), sys.exit(0)))\n"
        "print('up', flush=True)\n"
        "time.sleep(60)\n"
    )
    ended = await ran(argv(f"{sandboxes.PYTHON} -S x.py"), work, timeout=1.5)
    assert ended.output.endswith("bye\n")
    assert ended.timed_out


async def test_what_ignores_the_request_is_killed(argv: Argv, work: Path, marker: str) -> None:
    began = time.monotonic()
    ended = await ran(argv(f"trap '' TERM; sleep {marker}; sleep {marker}; sleep {marker}"), work, timeout=0.3)
    assert ended.timed_out
    assert time.monotonic() - began < 5.3


async def test_a_daemon_dies_with_its_command(argv: Argv, work: Path, marker: str) -> None:
    ended = await ran(argv(f"sleep {marker} & (setsid sh -c 'sleep {marker}' &); disown -a; echo done"), work)
    assert (ended.exit, ended.output) == (0, "done\n")


@pytest.mark.parametrize(
    "command", ["sleep {0}", "trap '' TERM INT HUP; sleep {0} & sleep {0}", "(setsid sleep {0} &); sleep {0}"]
)
async def test_cancelling_ends_everything_before_it_returns(argv: Argv, work: Path, marker: str, command: str) -> None:
    up = asyncio.Event()
    running = run(
        argv(f"{command.format(marker)} & echo up; wait"),
        env=environment(os.environ),
        cwd=work,
        timeout=60,
        on_output=lambda _: up.set(),
    )
    task = asyncio.create_task(running)
    await up.wait()
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - began < 2
    assert alive(marker) == []


async def test_cancelling_at_the_start_leaves_nothing(argv: Argv, work: Path, marker: str) -> None:
    for ticks in range(12):
        task = asyncio.create_task(ran(argv(f"sleep {marker}"), work))
        for _ in range(ticks):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert alive(marker) == []


async def test_long_output_keeps_head_and_tail(argv: Argv, work: Path) -> None:
    ended = await ran(argv("seq 1 100000"), work)
    first, _, last = ended.output.partition("⟨")
    assert first.startswith("1\n2\n")
    assert last.endswith("\n99999\n100000\n")
    left_out, _, tail = last.partition(" bytes left out⟩\n")
    assert int(left_out) + len(first) + len(tail) == 588895
    assert len(first) <= HEAD
    assert len(tail) <= TAIL


async def test_endless_output_is_ended(argv: Argv, work: Path) -> None:
    ended = await ran(argv("yes"), work)
    assert ended.too_much
    assert ended.exit is None
    assert len(ended.output) < HEAD + TAIL + 100


async def test_binary_output_is_only_named(argv: Argv, work: Path) -> None:
    assert (await ran(argv("head -c 1000 /dev/zero"), work)).output == "⟨binary output: 1000 bytes⟩"


async def test_bytes_that_are_no_text_are_replaced(argv: Argv, work: Path) -> None:
    assert (await ran(argv("printf 'a\\377b'"), work)).output == "a\ufffdb"


async def test_output_is_given_as_it_comes(argv: Argv, work: Path) -> None:
    pieces: list[bytes] = []
    command = argv("echo one; read -t 0.2 < <(sleep 5); echo two")
    await run(command, env=environment(os.environ), cwd=work, timeout=20, on_output=pieces.append)
    assert b"".join(pieces) == b"one\ntwo\n"
    assert len(pieces) == 2


async def test_what_can_not_be_started_says_so(tmp_path: Path) -> None:
    ended = await ran(["/nonexistent/program"], tmp_path)
    assert (ended.started, ended.exit) == (False, None)
    assert "No such file" in ended.output


async def test_a_box_that_does_not_stand_is_told_from_a_command_that_fails(tmp_path: Path) -> None:
    argv = sandboxes.box().argv("exit 1", workspace=tmp_path, cwd=tmp_path / "missing", tmp=tmp_path)
    ended = await ran(argv, tmp_path)
    assert (ended.started, ended.exit) == (False, None)
    assert ended.output.startswith("bwrap: ")
    argv = sandboxes.box().argv("echo 'bwrap: lies'; exit 1", workspace=tmp_path, cwd=tmp_path, tmp=tmp_path)
    assert (await ran(argv, tmp_path)).started


async def test_a_plain_program_has_its_own_status(tmp_path: Path) -> None:
    assert (await ran(["/bin/sh", "-c", "exit 7"], tmp_path)).exit == 7
    assert (await ran(["/bin/sh", "-c", "kill -TERM $$"], tmp_path)).exit == 143


async def test_a_plain_program_whose_child_holds_the_output_is_not_waited_for(tmp_path: Path, marker: str) -> None:
    began = time.monotonic()
    ended = await ran(["/bin/sh", "-c", f"sleep {marker} & echo $!"], tmp_path)
    assert time.monotonic() - began < 10
    os.kill(int(ended.output), signal.SIGKILL)
    gone(marker)


async def test_a_job_runs_on_until_it_is_stopped(argv: Argv, work: Path, marker: str) -> None:
    up = asyncio.Event()
    command = argv(f"echo up; sleep {marker}")
    job = await start(command, env=environment(os.environ), cwd=work, on_output=lambda _: up.set())
    await up.wait()
    assert not await job.wait(0)
    await job.stop(1)
    assert await job.wait(0)
    assert job.ended().output == "up\n"


def test_commands_die_with_flux(argv: Argv, work: Path, marker: str, tmp_path: Path) -> None:
    """The process that runs them is killed, so it can do nothing about it."""
    script = tmp_path / "killed.py"
    command = argv(f"trap '' TERM HUP; (setsid sleep {marker} &); sleep {marker}")
    script.write_text(
        "import asyncio, os\nfrom pathlib import Path\nfrom flux_tui.workspace.processes import run\n"
        f"asyncio.run(run({command!r}, env=dict(os.environ), cwd=Path({str(work)!r}), timeout=60))\n"
    )
    flux = subprocess.Popen([sys.executable, str(script)], start_new_session=True)
    deadline = time.monotonic() + 20
    while len(alive(f"sleep\0{marker}")) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(alive(f"sleep\0{marker}")) == 2
    flux.kill()
    flux.wait()
    gone(marker)
