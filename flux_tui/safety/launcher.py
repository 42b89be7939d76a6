"""Where there is no bubblewrap: runs one command, and ends every process that came of it when it ends or Flux does.

A script of its own (`python -IES launcher.py --json-status-fd N -- ARGV…`): it imports nothing of Flux. It reports like
bubblewrap does, one JSON object a line: `{"child-pid": N}` at the start, `{"exit-code": N}` at the end. With
`--write PATH`, `--hide PATH`, `--network on` before the `--` the command runs inside the walls of `confine.py`, or not
at all; `--tmp PATH` names its folder for temporary files.
"""

import os
import select
import signal
import sys
import time

_PR_SET_CHILD_SUBREAPER = 36


def main() -> int:
    """Exit status: the command's own, 128 + N after signal N, 127 if it could not be started."""
    status, place = int(sys.argv[2]), sys.argv.index("--")
    options, argv = sys.argv[3:place], sys.argv[place + 1 :]
    os.set_inheritable(status, False)
    _adopt_orphans()
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    stood, standing = os.pipe()
    child = os.fork()
    if child == 0:
        _become(argv, options, standing)
    os.close(standing)
    os.write(status, b'{"child-pid": %d}\n' % os.getpid())
    code = _wait(child, status, wake)
    _end_all()
    if code is not None and not os.read(stood, 1):
        os.write(status, b'{"exit-code": %d}\n' % code)
    return 137 if code is None else code


def _become(argv: list[str], options: list[str], standing: int) -> None:
    """The command. What fails before it says so on `standing`, which closes when the command begins."""
    walls = False
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        _confine(options)
        walls = True
        os.execv(argv[0], argv)
    finally:
        said = f"{'' if walls else 'sandbox: '}{sys.exc_info()[1]}\n"
        os.write(2, said.encode("utf-8", "replace"))
        os.write(standing, b"" if walls else b"!")
        os._exit(127)


def _confine(options: list[str]) -> None:
    given: dict[str, list[str]] = {"--write": [], "--hide": [], "--tmp": [], "--network": []}
    for name, value in zip(options[::2], options[1::2], strict=True):
        given[name].append(value)
    if given["--tmp"]:
        os.environ["TMPDIR"] = given["--tmp"][0]
    if not given["--write"]:
        return
    with open(__file__.replace("launcher.py", "confine.py"), encoding="utf-8") as file:  # noqa: PTH123
        code = compile(file.read(), file.name, "exec")
    names: dict[str, object] = {"__name__": "confine"}
    exec(code, names)
    confine = names["confine"]
    assert callable(confine)
    confine(given["--write"], given["--hide"], given["--network"] == ["on"])


def _wait(child: int, status: int, wake: int) -> int | None:
    """The child's exit status; None if Flux went away first, which its end of the pipe tells."""
    poll = select.poll()
    poll.register(status, 0)
    poll.register(wake, select.POLLIN)
    while True:
        pid, raw = os.waitpid(-1, os.WNOHANG)
        if pid == child:
            code = os.waitstatus_to_exitcode(raw)
            return 128 - code if code < 0 else code
        if pid == 0:
            ready = dict(poll.poll())
            if status in ready:
                return None
            os.read(wake, 512)


def _adopt_orphans() -> None:
    """Make what daemonises ours, so that it can be found. Linux only; elsewhere the process group has to do."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _end_all() -> None:
    """Stop first, so that none can fork while the others die; then kill, until none is left."""
    for _ in range(400):
        _collect()
        left = _descendants()
        if not left:
            return
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in left:
                _send(pid, number)
        time.sleep(0.002)


def _descendants() -> list[int]:
    found, todo = [], [os.getpid()]
    while todo:
        parent = todo.pop()
        children = _children(parent)
        found += children
        todo += children
    return found


def _children(parent: int) -> list[int]:
    found: list[int] = []
    try:
        tasks = os.listdir(f"/proc/{parent}/task")  # noqa: PTH208 - pathlib would double the time to start
        for task in tasks:
            with open(f"/proc/{parent}/task/{task}/children", encoding="ascii") as file:  # noqa: PTH123
                found += map(int, file.read().split())
    except OSError:
        return found
    return found


def _send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _collect() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


if __name__ == "__main__":
    sys.exit(main())
