"""What the person has decided so far, and the answer it makes. An undecided unit is never a yes."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from flux_tui.protocol.blocks import DiffBlock
from flux_tui.protocol.decisions import Approve, FileReview, Reject, Review

if TYPE_CHECKING:
    from flux_tui.ui.review.files import FileDiff, Unit

State = Literal["open", "accepted", "rejected"]


class Decisions:
    """One state a unit, in the order of the units."""

    def __init__(self, files: "Sequence[FileDiff]") -> None:
        self._files = files
        self.units: tuple[Unit, ...] = tuple(unit for file in files for unit in file.units)
        self._states: list[State] = ["open"] * len(self.units)
        self._earlier: list[tuple[list[State], dict[int, str]]] = []
        self._words: dict[int, str] = {}

    def __getitem__(self, unit: int) -> State:
        return self._states[unit]

    def decide(self, units: Iterable[int], state: State, words: str = "") -> None:
        """`words`: why, for the model."""
        wanted = list(units)
        self._earlier.append((self._states.copy(), self._words.copy()))
        for unit in wanted:
            self._states[unit] = state
            self._words.pop(unit, None)
            if words:
                self._words[unit] = words

    def undo(self) -> bool:
        """Take back the last decision. False if there is none."""
        if not self._earlier:
            return False
        self._states, self._words = self._earlier.pop()
        return True

    def words(self, unit: int) -> str:
        return self._words.get(unit, "")

    def count(self, state: State) -> int:
        return self._states.count(state)

    def of_file(self, file: int) -> list[int]:
        return [index for index, unit in enumerate(self.units) if unit.file == file]

    def open_units(self, units: Iterable[int] | None = None) -> list[int]:
        """The undecided ones of these, or of all."""
        wanted = range(len(self.units)) if units is None else units
        return [index for index in wanted if self._states[index] == "open"]

    def next_open(self, after: int) -> int | None:
        """The first undecided unit behind this one, or else from the start."""
        left = self.open_units()
        return next((index for index in left if index > after), left[0] if left else None)

    def answer(self) -> Approve | Reject | Review | None:
        """None while nothing is decided: leaving everything open says nothing."""
        states = set(self._states)
        if states <= {"open"}:
            return None
        words = "\n".join(f"{self._place(unit)}: {said}" for unit, said in sorted(self._words.items()))
        if states == {"accepted"}:
            return Approve()
        if states == {"rejected"}:
            return Reject(words)
        return Review(tuple(review for file in self._files for review in self._reviews(file)), words)

    def _reviews(self, file: "FileDiff") -> list[FileReview]:
        units = self.of_file(file.index)
        if file.kind in ("moved", "binary") or not file.hunks:
            return [_whole(block, self._states[units[0]]) for block in file.blocks]
        taken = {state: frozenset(self._indexes(units, state)) for state in ("accepted", "rejected")}
        return [FileReview(file.path, taken["accepted"], taken["rejected"])]

    def _indexes(self, units: Iterable[int], state: str) -> Iterable[int]:
        return (self.units[unit].hunks[0].index for unit in units if self._states[unit] == state)

    def _place(self, unit: int) -> str:
        it = self.units[unit]
        line = f" line {it.hunks[0].after_first}" if it.hunks else ""
        return f"{self._files[it.file].path}{line}"


def _whole(block: DiffBlock, state: State) -> FileReview:
    """All hunks of a block. One without hunks is decided by a hunk 0 that is not there."""
    from flux_tui.workspace.hunks import hunks

    found = frozenset(range(max(len(hunks(block.before or "", block.after or "")), 1)))
    none = frozenset[int]()
    return FileReview(block.path, found if state == "accepted" else none, found if state == "rejected" else none)
