"""Bash itself, asked whether a line is one: it reads without running. Bounded, and only as good as bash is there."""

import re
import shutil
import subprocess
from functools import cache

_CLEAR = re.compile(r"[A-Za-z0-9 _./:=,@%+\-]*")
_SECONDS = 0.7


def bash_objects(command: str) -> str:
    """Why bash would not take the line, as a clause; "" if it takes it, or is not there."""
    program = _bash()
    if program is None or _CLEAR.fullmatch(command):
        return ""
    try:
        done = subprocess.run(
            [program, "--norc", "--noprofile", "-n", "-c", command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            cwd="/",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "bash took too long to read it"
    except (OSError, ValueError):
        return "bash could not read it"
    if done.returncode or done.stderr:
        return "bash does not read it as the grammar does"
    return ""


@cache
def _bash() -> str | None:
    return shutil.which("bash", path="/bin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
