"""What the panes do when something happened in the session, and how an answer goes back to it."""

from typing import TYPE_CHECKING

from flux_tui.protocol.decisions import Asked, Decision, EditQuestion
from flux_tui.protocol.events import (
    ApprovalAnswered,
    ApprovalAsked,
    CallFinished,
    Event,
    FileChanged,
    HistoryRewound,
    TurnEnded,
    TurnStarted,
)
from flux_tui.ui.panes import close_review, open_review

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp
    from flux_tui.ui.live import Live


def react(app: "FluxApp", live: "Live", event: Event) -> None:
    match event:
        case ApprovalAsked(asked=asked):
            app.terminal.call_back("Flux waits for an answer")
            _asked(app, live, asked)
        case ApprovalAnswered():
            _questions(app, live)
        case TurnStarted():
            app.main.files.refresh_marks()
        case TurnEnded():
            app.terminal.call_back("Flux is done")
            _questions(app, live)
            app.main.files.refresh_marks()
            offer_next(app, live)
        case CallFinished():
            app.main.files.refresh_marks()
        case FileChanged() | HistoryRewound():
            app.main.files.reload()
        case _:
            pass


def _asked(app: "FluxApp", live: "Live", asked: Asked) -> None:
    if isinstance(asked.question, EditQuestion):
        if live.questions.edit is asked:
            open_review(app)
            app.main.review.show(asked)
    else:
        app.main.chat.show_questions(live.questions)


def _questions(app: "FluxApp", live: "Live") -> None:
    """After one went away: show the next, or close what has nothing to show."""
    app.main.chat.show_questions(live.questions)
    edit = live.questions.edit
    if edit is None:
        close_review(app)
    else:
        app.main.review.show(edit)


def answer(app: "FluxApp", call: str, decision: Decision) -> None:
    """Hand the person's decision to the session; a question that is gone meanwhile is said to be so."""
    if app.live is None:
        return
    if not app.live.session.answer(call, decision):
        app.live.questions.drop(call)
        _questions(app, app.live)
        app.tell("That question is no longer open: the turn has ended or was stopped.", "warning")


def offer_next(app: "FluxApp", live: "Live") -> None:
    """In the guided demo the next prompt stands in the draft, so that Enter alone goes on."""
    composer = app.main.chat.composer
    if live.prompts_left and composer.empty:
        composer.fill(live.prompts_left.pop(0))
