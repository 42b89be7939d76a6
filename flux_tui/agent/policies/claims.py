"""What the model says of tests is no evidence: where it claims more than Flux saw, the person is told."""

import re

from flux_tui.agent import check_ideas
from flux_tui.agent.room import Room
from flux_tui.agent.turn import Policy, Say, Turn
from flux_tui.protocol.events import NoticeGiven

CLAIM = re.compile(
    r"\b(?:tests?|checks?|suite|build|linter?|type ?check(?:s|ing)?|specs?)\b[^.\n]{0,40}"
    r"\b(?:pass(?:es|ed|ing)?|succe(?:ed|eds|eded|ss(?:ful(?:ly)?)?)|green|clean|ok)\b"
    r"|\b(?:pass(?:es|ed|ing)?|green)\b[^.\n]{0,30}\b(?:tests?|checks?|suite)\b"
    r"|\b\d+ passed\b|\b(?:i|have|was|were|been) (?:fully )?verified\b|\bverified that\b",
    re.IGNORECASE,
)
DENIAL = re.compile(r"\b(?:not|n't|never|no|cannot|without|unverified|should|would|until|if|whether|fail\w*)\b", re.I)


class Claims(Policy):
    """Speaks up at the end of a turn, never to the model: it has nothing to mend."""

    def __init__(self) -> None:
        self._hinted = False

    async def before_end(self, room: Room, turn: Turn) -> Say | None:
        if claims(turn.text) and not stands(turn):
            room.journal.emit(NoticeGiven(f"The model says that checks passed. {what_flux_saw(turn)}", "warning"))
        elif turn.unchecked and turn.files and not self._hinted and room.interactive:
            self._hinted = True
            if ideas := check_ideas.ideas(room.workspace.root):
                room.journal.emit(NoticeGiven(f"Nothing checked this change. /verify could run: {ideas[0]}", "info"))
        return None


def claims(text: str) -> bool:
    """Whether a sentence says that tests pass, and does not say so of the future or deny it."""
    sentences = re.split(r"(?<=[.!?])\s+|\n", text)
    return any(CLAIM.search(sentence) and not DENIAL.search(sentence) for sentence in sentences)


def stands(turn: Turn) -> bool:
    """Checks that Flux itself ran after the last edit, and that passed."""
    return bool(turn.checks) and not turn.unchecked and all(check.exit == 0 for check in turn.checks)


def what_flux_saw(turn: Turn) -> str:
    failed = [f"{check.command} (exit {check.exit})" for check in turn.checks if check.exit != 0]
    if failed and not turn.unchecked:
        return f"They did not: {', '.join(failed)}."
    if turn.files:
        return "Flux ran none after the last change: unverified."
    return "Flux ran none in this turn." if not turn.commands else "Flux saw commands, but ran no check of its own."
