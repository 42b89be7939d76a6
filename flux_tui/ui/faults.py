"""Errors of the screen: logged whole, shown as one sentence, never the end of the app."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from flux_tui.safety.visible import visible


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
    return f"The screen met an error and went on: {type(error).__name__}: {visible(str(error)[:300])}.{place}"


def write(log: Path | None, error: Exception) -> Path | None:
    """Log the traceback, without keys; returns the file, or None where none could be written."""
    from flux_tui.agent import logs

    if log is not None and logs.path() != log:
        logs.start(log.parent)
    logs.crashed(type(error), error, error.__traceback__)
    where = logs.path()
    return where if where is not None and where.exists() else None
