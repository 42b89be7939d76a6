"""What the model has seen of each file: the hash of the bytes and the lines really sent to it.

Computed from the conversation's results alone, so it is right after a resume, a rewind, a refusal.
It never reads the disk.
"""

from dataclasses import dataclass, replace
from typing import Literal

from flux_tui.protocol.messages import Ranges, ResultPart, Sight, Written
from flux_tui.workspace import ranges

Knowledge = Literal["unseen", "seen", "partly", "stale"]


@dataclass(frozen=True, slots=True)
class _Entry:
    sha256: str
    seen: Ranges
    total: int | None
    edited: Ranges = ()


class Ledger:
    """Fold results into it in the order of the conversation."""

    def __init__(self) -> None:
        self._files: dict[str, _Entry] = {}

    def note(self, result: ResultPart, *, remembered: bool = True) -> None:
        """Writes first, then what the same result showed of the new state. `remembered=False`: the model is no longer
        sent what it wrote there."""
        before = dict(self._files)
        for written in result.written:
            self._write(written, before)
            if not remembered:
                self._unsee_new(written)
        for sight in result.seen:
            self._see(sight)

    def forget(self, path: str | None = None) -> None:
        """One file, or everything."""
        if path is None:
            self._files.clear()
        else:
            self._files.pop(path, None)

    def paths(self) -> tuple[str, ...]:
        return tuple(self._files)

    def sight(self, path: str) -> tuple[str | None, Ranges]:
        """(hash of the bytes seen, lines seen); (None, ()) for a file never shown."""
        entry = self._files.get(path)
        return (entry.sha256, entry.seen) if entry else (None, ())

    def covers(self, path: str, sha256: str, lines: Ranges) -> bool:
        entry = self._files.get(path)
        return entry is not None and entry.sha256 == sha256 and not ranges.subtract(lines, entry.seen)

    def missing(self, path: str, sha256: str, lines: Ranges) -> Ranges:
        """Those of `lines` that were not seen at this hash."""
        entry = self._files.get(path)
        if entry is None or entry.sha256 != sha256:
            return ranges.normal(lines)
        return ranges.subtract(ranges.normal(lines), entry.seen)

    def state(self, path: str, sha256: str) -> Knowledge:
        """What is known of the file whose bytes have this hash now."""
        entry = self._files.get(path)
        if entry is None:
            return "unseen"
        if entry.sha256 != sha256:
            return "stale"
        whole = entry.total is not None and ranges.count(entry.seen) >= entry.total
        return "seen" if whole else "partly"

    def edited(self, path: str) -> Ranges:
        """Lines that Flux wrote, in the numbering of the last known state."""
        entry = self._files.get(path)
        return entry.edited if entry else ()

    def _see(self, sight: Sight) -> None:
        entry = self._files.get(sight.path)
        if entry is None or entry.sha256 != sight.sha256:
            self._files[sight.path] = _Entry(sight.sha256, ranges.normal(sight.lines), sight.total)
            return
        self._files[sight.path] = replace(entry, seen=ranges.union(entry.seen, sight.lines), total=sight.total)

    def _write(self, written: Written, before: dict[str, _Entry]) -> None:
        if written.after is None:
            self._files.pop(written.path, None)
            return
        old = before.get(written.moved_from) if written.moved_from else self._files.get(written.path)
        if written.moved_from:
            self._files.pop(written.path, None)
            if old is not None:
                self._files[written.path] = self._moved(old, written)
            return
        if written.shifts:
            self._files[written.path] = _edited(old, written)

    def _unsee_new(self, written: Written) -> None:
        entry = self._files.get(written.path)
        if entry is not None and written.shifts:
            new = ranges.added(written.shifts)
            self._files[written.path] = replace(entry, seen=ranges.subtract(entry.seen, new))

    def _moved(self, old: _Entry, written: Written) -> _Entry:
        return _edited(old, replace(written, before=old.sha256)) if written.shifts else old


def _edited(old: _Entry | None, written: Written) -> _Entry:
    """The entry after an own write. What was seen of other bytes than those replaced is not carried over."""
    new = ranges.added(written.shifts)
    assert written.after is not None
    if old is None or old.sha256 != written.before:
        return _Entry(written.after, new, None, new)
    growth = sum(shift.added - shift.removed for shift in written.shifts)
    return _Entry(
        written.after,
        ranges.union(ranges.shifted(old.seen, written.shifts), new),
        None if old.total is None else old.total + growth,
        ranges.union(ranges.shifted(old.edited, written.shifts), new),
    )
