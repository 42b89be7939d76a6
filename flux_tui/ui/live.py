"""One session as the screen holds it: its events folded, its questions kept, its state put into what the bars show."""

from typing import TYPE_CHECKING

from flux_tui.protocol.events import ApprovalAnswered, ApprovalAsked, Event, TurnEnded
from flux_tui.ui.completions import Completions
from flux_tui.ui.pump import Pump
from flux_tui.ui.questions import Questions
from flux_tui.ui.widgets.guide import Waiting
from flux_tui.ui.widgets.status_bar import Status

if TYPE_CHECKING:
    from flux_tui.agent.session import Session


class Live:
    def __init__(self, session: "Session", pump: Pump) -> None:
        self.session = session
        self.pump = pump
        self.questions = Questions()
        self.completions = Completions(session.cwd)
        self.prompts_left = list(session.guide_prompts)
        """The guided demo's prompts that were not offered yet."""
        self.guided = bool(session.guide_prompts)

    def note(self, event: Event) -> None:
        """Keep the open questions: an answered one goes, and with the turn all of them."""
        match event:
            case ApprovalAsked(asked=asked):
                self.questions.add(asked)
            case ApprovalAnswered(call=call):
                self.questions.drop(call)
            case TurnEnded():
                self.questions.clear()
            case _:
                pass

    @property
    def spec(self) -> str:
        """`provider:model` in use."""
        provider = self.session.room.provider
        return f"{provider.origin.provider}:{provider.origin.model}" if provider is not None else ""

    def sight(self, path: str) -> str:
        """What the model has seen of a file: `unseen`, `seen`, `partly`, `stale` or `edited`."""
        ledger = self.session.ledger
        if ledger.edited(path):
            return "edited"
        known, _ = ledger.sight(path)
        return ledger.state(path, known) if known else "unseen"

    def status(self) -> Status:
        session, totals = self.session, self.session.totals
        score = totals.score
        return Status(
            mode=session.mode,
            sandbox=session.room.sandbox.label,
            profile=session.settings.profile or "",
            model=self.spec.removeprefix("anthropic:").removeprefix("openai:"),
            context=totals.context,
            window=totals.window,
            tokens=totals.turn_usage.total,
            estimated=totals.usage.estimated,
            turn_cost=totals.turn_cost,
            cost=totals.cost,
            attempts=score.attempts,
            first_attempt=score.first_attempt,
            running=session.running,
            activity=self.pump.activity,
        )

    def waiting(self, *, card_open: bool, review_focused: bool, decided: bool, drafted: bool) -> Waiting:
        return Waiting(
            over=not self.prompts_left and not drafted,
            running=self.session.running,
            approval=self.questions.card is not None,
            approval_open=card_open,
            review=self.questions.edit is not None,
            review_focused=review_focused,
            decided=decided,
            drafted=drafted,
        )
