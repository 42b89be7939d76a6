"""The log of what went wrong inside Flux: JSON lines in the state folder, without keys, for the owner's eyes alone.

Nothing of it ever reaches a terminal: there a crash is one sentence.
"""

import json
import logging
import os
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType

from flux_tui.safety.redaction import keys_in, redact
from flux_tui.safety.visible import visible

NAME = "flux.log"
LIMIT = 1_000_000
"""Bytes after which the log starts anew at the next start; the old one stays beside it."""
_LOGGERS = ("flux_tui", "asyncio")
_keys: set[str] = set()
"""Values that must not be written, known so far."""


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        row = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "name": record.name,
            "message": _clean(record.getMessage()),
        }
        if record.exc_info:
            row["error"] = _clean(self.formatException(record.exc_info))
        return json.dumps(row)


class _Private(logging.FileHandler):
    """Made only when there is something to write. A log that can't be written is nobody's concern but its own."""

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and path.stat().st_size > LIMIT:
            path.replace(path.with_suffix(".old"))
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o600)
        os.fchmod(descriptor, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")

    def emit(self, record: logging.LogRecord) -> None:
        try:
            super().emit(record)
        except OSError:
            return

    def handleError(self, record: logging.LogRecord) -> None:
        return


def start(state: Path, keys: Iterable[str] = ()) -> None:
    """Log from now on into this folder. Called again: into that one, and without these keys as well."""
    know(keys)
    handler = _Private(state / NAME, delay=True)
    handler.setFormatter(_Lines())
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        for old in logger.handlers[:]:
            logger.removeHandler(old)
            old.close()
        logger.addHandler(handler)
        logger.propagate = False
    threading.excepthook = lambda told: crashed(told.exc_type, told.exc_value, told.exc_traceback)


def know(keys: Iterable[str]) -> None:
    """Never write these."""
    _keys.update(key for key in keys if key)


def path() -> Path | None:
    """Where the log is; None before `start`."""
    handlers = logging.getLogger(_LOGGERS[0]).handlers
    return next((Path(one.baseFilename) for one in handlers if isinstance(one, _Private)), None)


def crash_sentence(kind: type[BaseException]) -> str:
    where = path()
    return f"Something failed inside Flux ({kind.__name__})." + (f" The log has the details: {where}" if where else "")


def crashed(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """Log what nothing else caught, also before `start`."""
    if path() is None:
        from flux_tui.config.places import places

        start(places(os.environ).state, keys_in(os.environ))
    found = error if error is not None else kind()
    logging.getLogger(__name__).error("a crash", exc_info=(kind, found, trace))


def _clean(text: str) -> str:
    return visible(redact(text, _keys))
