"""What bash really starts: lines run in the sandbox, where programs are stand-ins that only write down their names."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from flux_tui.safety.environment import environment
from flux_tui.workspace.processes import run
from tests import sandboxes

REAL = ("env", "xargs", "find", "timeout", "nice", "nohup", "stdbuf", "setsid", "bash", "sh")
"""Wrappers that are there as they are: they start the stand-ins."""
STAND_INS = (
    *(f"p{number}" for number in range(10)),
    *("ls", "cat", "rm", "mv", "cp", "grep", "git", "curl", "make", "python", "wget", "sudo", "head", "wc", "sort"),
)
STAND_IN = """#!/bin/bash
printf '%s\\x1f' "${0##*/}" "$@" $'\\x1e' >> "$LOG"
exit ${RESULT:-0}
"""
DRIVER = """
cd "$1" || exit 9
mkdir -p logs place
export PATH="$1/bin" LOG RESULT
command_not_found_handle() {
  printf '%s\\x1f' "$@" $'\\x1e' >> "$LOG"
  return "${RESULT:-0}"
}
export -f command_not_found_handle
for file in lines/*; do
  LOG="$1/logs/${file##*/}"
  IFS= read -r -d '' text < "$file"
  for RESULT in 0 1; do
    ( cd place && timeout -k 1 1 bash -c "$text" </dev/null >/dev/null 2>&1 )
  done
  /bin/rm -rf place/* 2>/dev/null
done
exit 0
"""


Words = tuple[str, ...]


def started(lines: Sequence[str], folder: Path) -> list[set[Words]]:
    """For each line the programs that bash started, with their words, whether they succeed or fail."""
    (folder / "tmp").mkdir()
    work = folder / "work"
    for name in ("bin", "lines"):
        (work / name).mkdir(parents=True)
    for name in REAL:
        place = next(path for path in (Path("/usr/bin") / name, Path("/bin") / name) if path.exists())
        (work / "bin" / name).symlink_to(place)
    for name in STAND_INS:
        (work / "bin" / name).write_text(STAND_IN)
        (work / "bin" / name).chmod(0o755)
    for number, line in enumerate(lines):
        (work / "lines" / f"{number:05}").write_bytes(line.encode() + b"\0")
    (work / "driver").write_text(DRIVER)
    command = f"/bin/bash '{work}/driver' '{work}'"
    boxed = sandboxes.box().argv(command, workspace=work, cwd=work, tmp=folder / "tmp")
    ended = asyncio.run(run(boxed, env=environment(os.environ), cwd=work, timeout=300))
    assert ended.exit == 0, ended.output
    return [_read(work / "logs" / f"{number:05}") for number in range(len(lines))]


def _read(log: Path) -> set[Words]:
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return {tuple(one.split("\x1f")[:-1]) for one in text.split("\x1e\x1f")[:-1]}
