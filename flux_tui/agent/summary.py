"""What is done and what is open where a limit ends a turn: composed by Flux from what it knows, not by the model."""

from flux_tui.agent.room import Room
from flux_tui.agent.turn import Turn

MOST_NAMED = 8


def summary(room: Room, turn: Turn) -> str:
    """One to four sentences."""
    return " ".join(filter(None, (_files(turn), _checks(turn), _plan(room.conversation.plan), _closed(room))))


def _files(turn: Turn) -> str:
    return f"Changed: {named(turn.files)}." if turn.files else "No file was changed."


def _checks(turn: Turn) -> str:
    if not turn.files:
        return ""
    if turn.unchecked or not turn.checks:
        return "Unverified: no check ran after the last change."
    return "Checks: " + ", ".join(f"{check.command} (exit {check.exit})" for check in turn.checks) + "."


def _plan(steps: tuple[str, ...]) -> str:
    if not steps:
        return ""
    left = [step for step in steps if not step.lower().startswith("[x]")]
    texts = [step.partition("]")[2].strip() if step.startswith("[") else step for step in left]
    return f"Open: {len(left)} of {len(steps)} steps: {named(texts)}." if left else f"All {len(steps)} steps are done."


def _closed(room: Room) -> str:
    places = [f"{node} in {path}" if node else path for policy in room.policies for path, node in policy.closed()]
    return f"Closed after three failed edits: {named(places)}." if places else ""


def named(things: list[str]) -> str:
    more = f" and {len(things) - MOST_NAMED} more" if len(things) > MOST_NAMED else ""
    return ", ".join(things[:MOST_NAMED]) + more
