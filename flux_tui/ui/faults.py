"""Errors of the screen: logged whole, shown as one sentence, never the end of the app."""

import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

LOG_LIMIT = 2_000_000
"""Bytes after which the log starts anew; the old one stays beside it."""


class Guard:
    """`with guard:` lets an error go no further: it is logged and told, and the block ends."""

    def __init__(self, tell: Callable[[str], None], log: Callable[[], Path | None]) -> None:
        self._tell = tell
        self._log = log
        self.caught: list[Exception] = []

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        if not isinstance(error, Exception):
            return False
        self.report(error)
        return True

    def report(self, error: Exception) -> None:
        """Log the error and tell the person. Repeats of the same error are told once."""
        known = any(type(old) is type(error) and str(old) == str(error) for old in self.caught[-20:])
        self.caught = [*self.caught[-99:], error]
        where = write(self._log(), error)
        if not known:
            self._tell(sentence(error, where))


def sentence(error: Exception, log: Path | None) -> str:
    place = f" Details: {log}" if log else ""
    return f"The screen met an error and went on: {type(error).__name__}: {str(error)[:300]}.{place}"


def write(log: Path | None, error: Exception) -> Path | None:
    """Append the traceback; returns the file, or None where none could be written."""
    if log is None:
        return None
    try:
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".old"))
        with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"\n{datetime.now(UTC).isoformat(timespec='seconds')}\n")
            file.write("".join(traceback.format_exception(error)))
    except OSError:
        return None
    return log
