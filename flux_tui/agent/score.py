"""First-attempt success of edits, folded from event lines alone, so that anyone can recompute it from the store.

An attempt is (turn, file): the first call of the turn that tries to change the file. Mended later, it stays a failure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flux_tui.protocol.codes import Code
from flux_tui.protocol.events import Score

EDIT_TOOLS = frozenset({"edit_file", "ast_edit", "write_file", "move_file", "delete_file"})
NEEDS_READING = frozenset({"edit_file", "ast_edit", "write_file"})
NO_ATTEMPT = frozenset(
    {Code.DENIED, Code.INTERRUPTED, Code.LIMIT_REACHED, Code.TIMEOUT, Code.UNKNOWN_TOOL, Code.INTERNAL_ERROR}
)
"""Codes after which the next call is the first."""


@dataclass(slots=True)
class Attempt:
    turn: int
    path: str
    tool: str
    provider: str
    model: str
    code: str
    read: bool | None
    """Whether lines of the file had been shown before; None where there was nothing to read (a new file, a move)."""
    checked: bool = True
    """False once a check failed in the turn after it."""
    kept: bool = True
    """False while the person has taken it back."""

    @property
    def good(self) -> bool:
        return self.code == Code.OK and self.checked and self.kept


class Scorer:
    """One session's attempts."""

    def __init__(self) -> None:
        self._turn = 0
        self._model = ("", "")
        self._seen: set[str] = set()
        self._created: set[tuple[str, str]] = set()
        self._attempts: dict[tuple[int, str], Attempt] = {}

    @property
    def attempts(self) -> list[Attempt]:
        return list(self._attempts.values())

    def score(self) -> Score:
        return Score(len(self._attempts), sum(attempt.good for attempt in self._attempts.values()))

    def note(self, line: Mapping[str, Any]) -> None:
        """Fold one event line, in the order of the session."""
        match line["type"]:
            case "turn_started":
                self._turn = line["turn"]
            case "session_started" | "request_sent" | "message_finished" | "model_changed":
                self._model = (line["provider"], line["model"])
            case "file_changed":
                if line["before"] is None:
                    self._created.add((line["call"], line["path"]))
            case "call_finished":
                self._called(line)
            case "check_finished":
                if line["exit"] != 0:
                    self._failed()
            case "history_rewound":
                self._rewound(line)

    def _called(self, line: Mapping[str, Any]) -> None:
        if line["tool"] in EDIT_TOOLS and line["code"] not in NO_ATTEMPT:
            for path in line["targets"]:
                if (self._turn, path) not in self._attempts:
                    self._attempts[self._turn, path] = self._attempt(line, path)
        self._seen.update(line["seen"])

    def _attempt(self, line: Mapping[str, Any], path: str) -> Attempt:
        new = (line["call"], path) in self._created or line["code"] == Code.FILE_NOT_FOUND
        read = None if new or line["tool"] not in NEEDS_READING else path in self._seen
        return Attempt(self._turn, path, line["tool"], *self._model, line["code"], read)

    def _failed(self) -> None:
        for attempt in self._attempts.values():
            if attempt.turn == self._turn:
                attempt.checked = False

    def _rewound(self, line: Mapping[str, Any]) -> None:
        for turn in line.get("turns", ()):
            for path in line["files"]:
                if attempt := self._attempts.get((turn, path)):
                    attempt.kept = line["what"] == "redo"
