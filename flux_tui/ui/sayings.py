"""The sentences the screen says about events that are neither text nor calls."""

from typing import Literal, assert_never

from flux_tui.protocol.codes import Limit
from flux_tui.protocol.events import (
    ErrorOccurred,
    HistoryRewound,
    LimitReached,
    LimitWarned,
    ModelChanged,
    NoticeGiven,
    RetryScheduled,
)

Level = Literal["info", "good", "warning", "error"]
Spoken = RetryScheduled | ErrorOccurred | LimitWarned | LimitReached | HistoryRewound | NoticeGiven | ModelChanged

_UNITS = {
    Limit.TURNS: "model replies",
    Limit.CALLS: "tool calls",
    Limit.TOKENS: "tokens",
    Limit.COST: "dollars",
    Limit.TIME: "minutes",
    Limit.REPEAT: "blocked repeats",
}


def said(event: Spoken) -> tuple[str, Level]:
    """One sentence and how much it matters."""
    match event:
        case RetryScheduled(attempt=attempt, wait_s=wait, message=message):
            return f"{message} Trying again in {wait:.0f} s (try {attempt + 1}). Esc stops.", "warning"
        case ErrorOccurred(message=message):
            return message, "error"
        case LimitWarned(limit=limit, used=used, max=most, scope=scope):
            return f"{used:g} of {most:g} {_UNITS[limit]} of this {scope} are used; at the limit it ends.", "warning"
        case LimitReached(limit=limit, max=most, scope=scope, summary=summary):
            way = "/limits reset opens what is closed." if limit is Limit.REPEAT else "/budget sets another limit."
            return f"The limit of {most:g} {_UNITS[limit]} in this {scope} ended the turn. {summary} {way}", "error"
        case HistoryRewound():
            return _rewound(event)
        case NoticeGiven(text=text, level=level):
            return text, level
        case ModelChanged(provider=provider, model=model, role=role, why=why):
            said = f" ({role}: {why})" if role and why else f" ({role})" if role else ""
            return f"The model is now {provider}:{model}{said}.", "info"
        case _:
            assert_never(event)


def _rewound(event: HistoryRewound) -> tuple[str, Level]:
    verb = {"undo": "Undone", "redo": "Done again", "rewind": "Set back"}[event.what]
    done = f"{verb}: {', '.join(event.files)}." if event.files else f"{verb}."
    if not event.refused:
        return done, "info"
    kept = f"Left as they are, because they were edited since: {', '.join(event.refused)}."
    return (f"{done} {kept}" if event.files else kept), "warning"
