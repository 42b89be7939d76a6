"""What goes out: JSON lines on stdout, sentences for people on stderr, with what hides made visible."""

import json
import os
import sys
import time
from typing import Any

from flux_tui.protocol.events import Event
from flux_tui.protocol.wire import event_line
from flux_tui.safety.visible import visible


class Lines:
    """The JSON lines of one run, numbered without a gap."""

    def __init__(self) -> None:
        self._seq = 0

    def event(self, event: Event) -> None:
        self._seq += 1
        answer(event_line(event, self._seq, time.time()))


def answer(row: dict[str, Any]) -> None:
    """One JSON object on stdout, UTF-8 whatever the locale, flushed at once."""
    _write(json.dumps(row, ensure_ascii=False, separators=(",", ":")))


def out(text: str) -> None:
    """Text for a person on stdout, with what hides made visible."""
    _write(visible(text))


def _write(text: str) -> None:
    """A reader that went away ends the process quietly."""
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None


def tell(text: str) -> None:
    """A sentence for the person, on stderr."""
    try:
        sys.stderr.buffer.write(visible(text).encode("utf-8", "backslashreplace") + b"\n")
        sys.stderr.buffer.flush()
    except BrokenPipeError:
        pass
