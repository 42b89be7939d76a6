"""The wall on macOS: a profile for `sandbox-exec`. Paths are parameters, never pasted into the profile's text."""

from collections.abc import Sequence
from pathlib import Path

PROGRAM = "/usr/bin/sandbox-exec"
_DEVICES = ("/dev/null", "/dev/zero", "/dev/tty", "/dev/dtracehelper")


def argv(write: Sequence[Path], guarded: Sequence[Path], hidden: Sequence[Path], network: bool) -> list[str]:
    """What goes before the command. All paths are real ones: `/tmp` is a link there.

    `write`: folders commands may write; `guarded`: what in them stays read-only; `hidden`: what they can't even read.
    """
    named = [
        *((f"WRITE{number}", path) for number, path in enumerate(write)),
        *((f"GUARD{number}", path) for number, path in enumerate(guarded)),
        *((f"HIDE{number}", path) for number, path in enumerate(hidden)),
    ]
    given = [word for name, path in named for word in ("-D", f"{name}={path}")]
    return [PROGRAM, "-p", profile(len(write), len(guarded), len(hidden), network), *given]


def profile(write: int, guarded: int, hidden: int, network: bool) -> str:
    """The rules, with so many parameters of each kind. Later rules win."""
    rules = [
        "(version 1)",
        "(allow default)",
        *([] if network else ["(deny network*)"]),
        "(deny file-write*)",
        _rule("allow", "file-write*", "WRITE", write, _literals()),
        # What lies above something guarded must not be moved away from over it either.
        _rule("deny", "file-write*", "GUARD", guarded),
        _rule("deny", "file-read* file-write*", "HIDE", hidden),
        "(deny process-info* (target others))",
        "(deny signal (target others))",
        "(allow signal (target same-sandbox))",
    ]
    return "\n".join(filter(None, rules))


def _literals() -> str:
    return "".join(f' (literal "{path}")' for path in _DEVICES)


def _rule(verdict: str, what: str, kind: str, count: int, more: str = "") -> str:
    places = "".join(f' (subpath (param "{kind}{number}"))' for number in range(count))
    return f"({verdict} {what}{places}{more})" if places or more else ""
