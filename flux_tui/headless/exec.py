"""`flux exec`: one prompt, no screen, nobody to answer. Exit codes and lines are a public contract."""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass, field

from flux_tui.agent.opening import Opening, open_session
from flux_tui.agent.session import Session
from flux_tui.headless.lines import Lines, out, tell
from flux_tui.protocol.codes import Code, Evidence, TurnOutcome
from flux_tui.protocol.errors import FluxError, UsageError
from flux_tui.protocol.events import (
    ApprovalAsked,
    CallFinished,
    CallStarted,
    CheckFinished,
    ErrorOccurred,
    Event,
    LimitReached,
    MessageFinished,
    NoticeGiven,
    RetryScheduled,
    RunEnded,
    Score,
    TurnEnded,
)
from flux_tui.protocol.messages import Usage
from flux_tui.safety.visible import visible


@dataclass(slots=True)
class Run:
    """What a run has come to so far."""

    text: str = ""
    fault: str = ""
    limit: str = ""
    denied: str = ""
    check: str = ""
    outcome: TurnOutcome | None = None
    files: list[str] = field(default_factory=list)

    def note(self, event: Event) -> None:
        match event:
            case MessageFinished(text=text):
                self.text = text
            case ErrorOccurred(message=message):
                self.fault = message
            case LimitReached(limit=limit, used=used, max=most, scope=scope, summary=summary):
                where = "" if scope == "run" else " of the session"
                self.limit = f"The limit on {limit}{where} was reached ({used:g} of {most:g}). {summary}".rstrip()
            case CallFinished(code=Code.DENIED, text=text):
                self.denied = text
            case CheckFinished(command=command, exit=exit) if exit != 0:
                self.check = f"A check failed: {command} (exit {exit})."
            case TurnEnded(outcome=outcome, files=files, evidence=evidence):
                self.outcome = outcome
                self.files += [path for path in files if path not in self.files]
                self.check = self.check if evidence is Evidence.FAILED else ""
            case _:
                pass

    def verdict(self) -> tuple[int, str]:
        """(exit code, why). The first that applies."""
        if self.outcome is TurnOutcome.INTERRUPTED:
            return 130, "Interrupted."
        if self.outcome is TurnOutcome.FAILED:
            return 1, self.fault or "The run failed."
        if self.outcome is TurnOutcome.LIMIT:
            return 3, self.limit
        if self.denied:
            return 4, self.denied
        if self.check:
            return 5, self.check
        if not self.text.strip():
            return 1, "The model gave no answer. Ask again."
        return 0, ""


def run(opening: Opening, prompt: str, as_json: bool) -> int:
    """The exit code. Everything that is to be read has been written."""
    return asyncio.run(_run(opening, prompt, as_json))


def failed(as_json: bool, error: FluxError) -> int:
    """A run that never got as far as a session."""
    if as_json:
        Lines().event(_ended(error.exit_code, None, "", str(error), None, []))
    tell(f"flux: {error}")
    return error.exit_code


async def _run(opening: Opening, prompt: str, as_json: bool) -> int:
    lines = Lines() if as_json else None
    try:
        if not prompt.strip():
            raise UsageError('the prompt is empty. Give one: flux exec "what to do", or - to read it from stdin.')
        session = await open_session(opening)
    except FluxError as error:
        return failed(as_json, error)
    for note in session.notes:
        tell(f"flux: {note}")
    state = Run()
    try:
        await _follow(session, prompt, state, lines)
        code, why = state.verdict()
        if lines is not None:
            lines.event(_ended(code, session.id, state.text, why, session, state.files))
        elif state.text.strip():
            out(visible(state.text))
    finally:
        await session.close()
    if why:
        tell(f"flux: {why}")
    return code


async def _follow(session: Session, prompt: str, state: Run, lines: Lines | None) -> None:
    """Every event to the end of the turn, as a line or as progress for people."""
    events = session.events()
    _interruptible(session)
    await session.prompt(prompt)
    async for event in events:
        state.note(event)
        if lines is not None:
            lines.event(event)
        if (progress := sentence(event)) and (lines is None or isinstance(event, ErrorOccurred)):
            tell(progress)
        if isinstance(event, TurnEnded):
            return


def sentence(event: Event) -> str:
    """Progress on stderr."""
    match event:
        case CallStarted(title=title):
            return f"· {title}"
        case CallFinished(code=code, tool=tool) if code is not Code.OK:
            return f"  {tool}: {code}"
        case RetryScheduled(wait_s=wait, message=message):
            return f"  {message} Trying again in {wait:.0f} s."
        case ApprovalAsked(why=why):
            return f"  needs a yes: {why}"
        case CheckFinished(command=command, exit=exit):
            return f"· check {command}: exit {exit}"
        case NoticeGiven(text=text):
            return f"  {text}"
        case TurnEnded(files=files, checks=checks, evidence=evidence) if files:
            ran = ", ".join(f"{check.command} exit {check.exit}" for check in checks) or "no check ran"
            return f"· {evidence}: {', '.join(files)} changed; {ran}"
        case _:
            return ""


def _interruptible(session: Session) -> None:
    """One signal ends the turn in good order, a second one ends the process at once."""
    seen: list[int] = []

    def stop() -> None:
        seen.append(1)
        if len(seen) > 1:
            os._exit(130)
        session.interrupt()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)


def _ended(code: int, session: str | None, text: str, why: str, of: Session | None, files: list[str]) -> RunEnded:
    if of is None:
        return RunEnded(code, session, text, why, Usage(), None, 0, (), Score(0, 0))
    totals = of.totals
    return RunEnded(
        code, session, text, why, totals.run_usage, totals.run_cost, totals.requests, tuple(files), totals.score
    )


def stdin_prompt() -> str:
    """`-`: the whole of stdin."""
    return sys.stdin.buffer.read().decode("utf-8", "replace")
