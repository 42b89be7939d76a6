"""Folds a session's events into the transcript's items and marks what is dirty. Draws nothing; no event may end it."""

from collections.abc import AsyncIterator, Callable
from typing import assert_never

from flux_tui.protocol.blocks import CommandBlock, PlanBlock
from flux_tui.protocol.codes import Code, Evidence, TurnOutcome
from flux_tui.protocol.events import (
    ApprovalAnswered,
    ApprovalAsked,
    CallFinished,
    CallGrew,
    CallStarted,
    CheckFinished,
    ErrorOccurred,
    Event,
    FileChanged,
    HistoryRewound,
    LimitReached,
    LimitWarned,
    MessageCut,
    MessageFinished,
    ModeChanged,
    ModelChanged,
    NoticeGiven,
    OutputArrived,
    PromptQueued,
    RequestSent,
    RetryScheduled,
    RunEnded,
    SessionStarted,
    TextArrived,
    ThinkingArrived,
    TurnEnded,
    TurnStarted,
)
from flux_tui.ui.faults import Guard
from flux_tui.ui.items import AnswerItem, CallItem, EvidenceItem, Item, NoticeItem, PlanItem, PromptItem, ThoughtItem
from flux_tui.ui.sayings import Level, said
from flux_tui.ui.transcript import Transcript

Words = TextArrived | ThinkingArrived | CallGrew | MessageCut | MessageFinished
Calls = CallStarted | OutputArrived | CallFinished | CheckFinished
Turns = TurnStarted | RequestSent | PromptQueued | TurnEnded


class Pump:
    """One a session on the screen."""

    def __init__(self, transcript: Transcript, mark: Callable[[], None], guard: Guard) -> None:
        self.transcript = transcript
        self.activity = ""
        """What is going on, in a word, for the status bar."""
        self.last_answer = ""
        self.steering: list[str] = []
        self.queued: list[str] = []
        self._mark = mark
        self._guard = guard
        self._answer: AnswerItem | None = None
        self._thought: ThoughtItem | None = None
        self._calls: dict[str, CallItem] = {}

    async def run(self, events: AsyncIterator[Event], tell: Callable[[Event], None]) -> None:
        """Take until the session closes. `tell` gets each event after it was folded."""
        async for event in events:
            with self._guard:
                self.take(event)
                tell(event)
            self._mark()

    def take(self, event: Event) -> None:
        match event:
            case TextArrived() | ThinkingArrived() | CallGrew() | MessageCut() | MessageFinished():
                self._words(event)
            case CallStarted() | OutputArrived() | CallFinished() | CheckFinished():
                self._call(event)
            case TurnStarted() | RequestSent() | PromptQueued() | TurnEnded():
                self._turn(event)
            case (
                RetryScheduled()
                | ErrorOccurred()
                | LimitWarned()
                | LimitReached()
                | HistoryRewound()
                | NoticeGiven()
                | ModelChanged()
            ):
                self.notice(*said(event))
            case ApprovalAsked():
                self.activity = "waits for you"
            case ApprovalAnswered():
                self.activity = "working"
            case SessionStarted() | FileChanged() | ModeChanged() | RunEnded():
                pass
            case _:
                assert_never(event)

    def notice(self, text: str, level: Level = "info") -> None:
        self.transcript.append(NoticeItem(text, level))

    def take_back(self, text: str) -> None:
        """A queued prompt went back into the draft."""
        for waiting in (self.queued, self.steering):
            if text in waiting:
                waiting.remove(text)
                return

    def _words(self, event: Words) -> None:
        match event:
            case TextArrived(text=text):
                self.activity = "writing"
                self._open_answer().feed(text)
                self._changed(self._answer)
            case ThinkingArrived(text=text):
                self.activity = "thinking"
                self._open_thought().feed(text)
                self._changed(self._thought)
            case CallGrew(call=call, tool=tool, characters=characters):
                self.activity = f"writing {tool}"
                item = self._open_call(call, tool)
                item.grew(characters)
                self._changed(item)
            case MessageCut(reason=reason):
                self._close_thought()
                if self._answer is not None:
                    self._answer.cut(reason)
                    self._changed(self._answer)
                self._answer = None
                self._close_calls("The reply broke off: this call was never run.")
            case MessageFinished(text=text, thinking=thinking):
                self._finish_message(text, thinking)
            case _:
                assert_never(event)

    def _finish_message(self, text: str, thinking: str) -> None:
        if thinking:
            self._open_thought()
        self._close_thought(thinking)
        self.last_answer = text or self.last_answer
        if text or self._answer is not None:
            answer = self._open_answer()
            answer.finish(text)
            self._changed(answer)
        self._answer = None

    def _call(self, event: Calls) -> None:
        match event:
            case CallStarted(call=call, tool=tool, title=title):
                self.activity = title or tool
                item = self._open_call(call, title or tool)
                item.started(title or tool)
                self._changed(item)
            case OutputArrived(call=call, text=text):
                if (running := self._calls.get(call)) is not None:
                    running.output(text)
                    self._changed(running)
            case CallFinished():
                self._finish_call(event)
            case CheckFinished(command=command, exit=status, text=text):
                item = CallItem("check", f"check {command}")
                item.finish(Code.OK, text, (CommandBlock(command, text, status),), 0.0)
                self.transcript.append(item)
            case _:
                assert_never(event)

    def _finish_call(self, event: CallFinished) -> None:
        self.activity = "working"
        item = self._open_call(event.call, event.tool)
        self._calls.pop(event.call)
        plans = [block for block in event.blocks if isinstance(block, PlanBlock)]
        rest = tuple(block for block in event.blocks if not isinstance(block, PlanBlock))
        item.finish(event.code, event.text, rest, event.seconds)
        self._changed(item)
        for block in plans:
            self.transcript.append(PlanItem(block))

    def _turn(self, event: Turns) -> None:
        match event:
            case TurnStarted(turn=turn, prompt=prompt):
                self.activity = "asking the model"
                self.take_back(prompt)
                self.transcript.append(PromptItem(prompt, turn))
            case RequestSent(attempt=attempt):
                self.activity = "asking the model"
                # What steers goes out with the first request after it; a retry repeats what was sent.
                for text in self.steering if attempt == 1 else ():
                    self.transcript.append(PromptItem(text, 0))
                self.steering = self.steering if attempt > 1 else []
            case PromptQueued(kind=kind, text=text):
                (self.steering if kind == "steer" else self.queued).append(text)
            case TurnEnded():
                self._end_turn(event)
            case _:
                assert_never(event)

    def _end_turn(self, event: TurnEnded) -> None:
        self.activity = ""
        self._close_thought()
        if self._answer is not None:
            self._answer.finish()
            self._changed(self._answer)
            self._answer = None
        self._close_calls("The turn ended before this call was run.")
        if event.files or event.checks or event.outcome is not TurnOutcome.DONE or event.evidence is Evidence.FAILED:
            self.transcript.append(EvidenceItem(event))

    def _open_answer(self) -> AnswerItem:
        if self._answer is None:
            self._close_thought()
            self._answer = AnswerItem()
            self.transcript.append(self._answer)
        return self._answer

    def _open_thought(self) -> ThoughtItem:
        if self._thought is None:
            self._thought = ThoughtItem()
            self.transcript.append(self._thought)
        return self._thought

    def _close_thought(self, text: str = "") -> None:
        if self._thought is not None:
            self._thought.finish(text)
            self._changed(self._thought)
        self._thought = None

    def _open_call(self, call: str, title: str) -> CallItem:
        if call not in self._calls:
            self._calls[call] = CallItem(call, title)
            self.transcript.append(self._calls[call])
        return self._calls[call]

    def _close_calls(self, why: str) -> None:
        for item in self._calls.values():
            item.finish(Code.INTERRUPTED, why, (), 0.0)
            self._changed(item)
        self._calls.clear()

    def _changed(self, item: Item | None) -> None:
        if item is not None:
            self.transcript.changed(item)
