"""Lines that match a regular expression, found by ripgrep or, without it, by a program of our own: the same answers.

A pattern is Python's `re`, matched within one line. What ripgrep does not understand, or understands otherwise, goes to
the program of our own. In a file that is neither UTF-8 nor marked UTF-16, ripgrep does not see the characters that are
not ASCII. Neither engine reads the person's configuration, follows a link or runs another program.
"""

import os
import re
import shutil
import subprocess
import sys
import threading
import warnings
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import flux_tui
from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Refusal
from flux_tui.workspace.files import READ_LIMIT, Workspace
from flux_tui.workspace.ignore import PRUNED, Ignores

Hits = Generator[tuple[str, int], None, None]
TIMEOUT = 20.0
"""Seconds."""
CHUNK = 1 << 16
RECORD = re.compile(rb"([^\0]+)\0(\d+):[^\n]*\n")
MEANS_OTHER = re.compile(r"\[\^?\]?[^\]]*(?:\[|&&|--|~~)|\(\?[a-zA-Z]*[aLu]|\\[<>bB]\{")
"""Set operations, and flags that ripgrep reads in another way."""
_LOCK = threading.Lock()
STARTER = "import sys; sys.path.insert(0, sys.argv.pop(1)); from flux_tui.workspace.scan import main; main()"


def check(pattern: str) -> None:
    """Refusal: INVALID_ARGUMENTS with the position of the fault."""
    if not pattern:
        raise Refusal(Code.INVALID_ARGUMENTS, "INVALID_ARGUMENTS: the pattern is empty. Nothing was searched.")
    if "\0" in pattern or not _is_encodable(pattern):
        raise Refusal(
            Code.INVALID_ARGUMENTS, "INVALID_ARGUMENTS: the pattern holds NUL or no text. Nothing was searched."
        )
    try:
        with _LOCK, warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # A `[` in a set; it would be printed onto the screen.
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        place = f" at position {error.pos}" if isinstance(error, re.error) and error.pos is not None else ""
        said = error.msg if isinstance(error, re.error) else str(error)
        raise Refusal(
            Code.INVALID_ARGUMENTS,
            f"INVALID_ARGUMENTS: the pattern is no regular expression: {said}{place}. Nothing was searched. "
            "Next: put a backslash before ( ) [ ] { } . * + ? | that are meant literally.",
        ) from error


def grep(workspace: Workspace, pattern: str, under: str = "", ripgrep: str | None = "rg") -> Hits:
    """(path, line number) in the order of `walk.files`, as they are found. `under`: a folder or a file, "" = all.

    `ripgrep`: its name or path; None = not wanted. Close the iterator to end the search. Refusal: INVALID_ARGUMENTS,
    TIMEOUT.
    """
    check(pattern)
    program = shutil.which(ripgrep) if ripgrep and not MEANS_OTHER.search(pattern) else None
    if program and Path(program).is_absolute():
        ignores = Ignores(workspace.root, under)
        found = False
        try:
            for path, line in _run(_ripgrep(program, workspace, pattern, under, ignores), workspace.root):
                found = True
                if path == under or not ignores.hides(path):
                    yield path, line
            return
        except _NotUnderstoodError:
            if found:
                return
    yield from _run(_own(workspace, pattern, under), workspace.root)


def _is_encodable(pattern: str) -> bool:
    try:
        os.fsencode(pattern)
    except UnicodeEncodeError:
        return False
    return True


class _NotUnderstoodError(Exception):
    """The program ended with an error before the end of the search."""


def _ripgrep(program: str, workspace: Workspace, pattern: str, under: str, ignores: Ignores) -> list[str]:
    """No option here may depend on the person's settings: their ignore files and configuration are switched off."""
    options = "--no-config --no-ignore-global --no-ignore-exclude --no-ignore-parent --no-require-git --hidden --text"
    options += " --no-messages --null --line-number --no-heading --with-filename --color=never --max-columns=1 --crlf"
    options += f" --sort=path --no-stats --max-filesize={READ_LIMIT}"
    arguments = [program, *options.split(), *(f"--glob=!{name}" for name in sorted(PRUNED))]
    if under and not ignores.asked_for_hidden:
        rules = (workspace.root / name for name in (".gitignore", ".ignore", ".rgignore"))
        arguments += [f"--ignore-file={path}" for path in rules if path.is_file() and not path.is_symlink()]
    return [*arguments, f"--regexp={pattern}", "--", f"./{under}"]


def _own(workspace: Workspace, pattern: str, under: str) -> list[str]:
    home = str(Path(flux_tui.__file__).parent.parent)
    return [sys.executable, "-I", "-c", STARTER, home, str(workspace.root), pattern, under]


def _run(arguments: list[str], root: Path) -> Hits:
    """What the program prints, as it comes; it is killed when the iterator is closed or the time is up."""
    process = subprocess.Popen(
        arguments,
        cwd=root,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(TIMEOUT, end)
    timer.daemon = True
    timer.start()
    try:
        with closing(process.stdout):
            yield from _records(process.stdout.fileno(), root)
        status = process.wait()
    finally:
        timer.cancel()
        process.kill()
        process.wait()
    if late.is_set():
        raise Refusal(
            Code.TIMEOUT,
            f"TIMEOUT: the search was ended after {TIMEOUT:.0f} s. Nothing was changed. "
            "Next: name a folder with path, or a simpler pattern.",
        )
    if status not in (0, 1):
        raise _NotUnderstoodError


def _records(pipe: int, root: Path) -> Hits:
    rest = b""
    while chunk := os.read(pipe, CHUNK):
        rest += chunk
        end = 0
        for record in RECORD.finditer(rest):
            end = record.end()
            yield os.fsdecode(record[1]).removeprefix("./"), int(record[2])
        rest = rest[end:]
