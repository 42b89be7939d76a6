"""From a tool call to its recorded result, step by step: validate, judge, guard, compute, gate, ask, perform, record.

Tools only compute and safety only decides; this is the one place where a call's effect is carried out.
"""

import asyncio
import itertools
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from flux_tui.agent import gate, performing, questions, rejections
from flux_tui.agent.caution import cautious
from flux_tui.agent.judging import judge, readable, secrets_in
from flux_tui.agent.performing import Performed
from flux_tui.agent.room import Room
from flux_tui.agent.states import state_of
from flux_tui.agent.turn import Turn
from flux_tui.protocol.codes import Code
from flux_tui.protocol.errors import FluxError
from flux_tui.protocol.events import CallFinished, CallStarted, Event, FileChanged
from flux_tui.protocol.messages import CallPart, Message, ResultPart
from flux_tui.protocol.outcomes import EditFiles, Outcome, Refusal, RunCommand
from flux_tui.safety.permissions import Verdict
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import Tool, build, meant_paths
from flux_tui.workspace.unbroken import unbroken

log = logging.getLogger(__name__)

INTERRUPTED = "INTERRUPTED: the person stopped this. The call was not carried out."


@dataclass(slots=True)
class Step:
    """A call on its way."""

    call: CallPart
    tool: Tool | None = None
    paths: tuple[str, ...] = ()
    """Workspace-relative."""
    verdict: Verdict | None = None
    state: str = ""
    started: float = 0.0


class Executor:
    """Runs the calls of one reply: reads that stand together side by side, all else strictly in order."""

    def __init__(self, room: Room, turn: Turn) -> None:
        self._room = room
        self._turn = turn
        self.performed: dict[str, Performed] = {}
        """By call id, what came of the calls of the last `run`."""

    async def run(self, calls: Sequence[CallPart]) -> tuple[ResultPart, ...]:
        """One result a call, recorded. When cancelled, every call has one before the cancellation goes on."""
        results: list[ResultPart] = []
        self.performed = {}
        try:
            for together, group in itertools.groupby(calls, _is_read):
                batch = list(group)
                for part in [batch] if together else [[call] for call in batch]:
                    results.extend(await self._batch(part))
        except asyncio.CancelledError:
            answered = {result.call for message in self._room.conversation.messages for result in message.results}
            open_calls = [Step(call) for call in calls if call.id not in answered]
            gone = Performed(Outcome(Code.INTERRUPTED, INTERRUPTED))
            await unbroken(self._record([(step, gone) for step in open_calls]))
            raise
        return tuple(results)

    async def _batch(self, calls: list[CallPart]) -> list[ResultPart]:
        steps = [Step(call) for call in calls]
        if len(steps) == 1:
            return await self._alone(steps[0])
        performed = await asyncio.gather(*(self._outcome(step) for step in steps))
        return await self._record(list(zip(steps, performed, strict=True)))

    async def _alone(self, step: Step) -> list[ResultPart]:
        """What reached the disk is recorded even if the turn is cancelled meanwhile."""
        performed = await self._outcome(step)
        results = await self._record([(step, performed)])
        if performed.cancelled:
            raise asyncio.CancelledError
        return results

    async def _outcome(self, step: Step) -> Performed:
        performed = await self._attempted(step)
        outcome = performed.outcome
        if outcome.code is Code.OK:
            return performed
        for policy in self._room.policies:
            outcome = policy.on_failure(self._room, step.call, outcome)
        return replace(performed, outcome=outcome)

    async def _attempted(self, step: Step) -> Performed:
        step.started = time.monotonic()
        try:
            return await self._steps(step)
        except Refusal as refusal:
            return Performed(self._aimed(step, refusal.outcome()))
        except FluxError:
            raise
        except Exception as error:
            log.exception("call of %s failed", step.call.tool)
            text = (
                f"INTERNAL_ERROR: {type(error).__name__} in {step.call.tool}. This is a fault of Flux; try another way."
            )
            return Performed(self._aimed(step, Outcome(Code.INTERNAL_ERROR, text)))

    async def _steps(self, step: Step) -> Performed:
        room, call = self._room, step.call
        tool = self._validate(step)
        step.verdict, step.paths = judge(room, tool)
        step.state = await asyncio.to_thread(state_of, room, tool, step.paths)
        for policy in room.policies:
            if objection := policy.before_call(room, call, step.state):
                return Performed(self._aimed(step, objection))
        if tool.kind == "read":
            await questions.ask_path(room, call, tool, step.paths, step.verdict)
        elif tool.kind == "edit":
            # The refusal of an edit shows lines too.
            for path, verdict in await asyncio.to_thread(secrets_in, room, step.paths):
                await questions.ask_path(room, call, tool, (path,), verdict)
        outcome = self._aimed(step, await self._compute(tool))
        for policy in room.policies:
            if objection := policy.before_effect(room, call, outcome):
                return Performed(objection)
        match outcome.effect:
            case None:
                return Performed(outcome)
            case EditFiles() as effect:
                return await self._edit(step, outcome, effect)
            case RunCommand() as effect:
                granted = await questions.ask_command(room, call, effect, step.verdict)
                if granted:
                    outcome = replace(outcome, decided=rejections.yes(rejections.no_to_command(effect.command)))
                return await performing.command(room, call, outcome, effect, granted)

    def _validate(self, step: Step) -> Tool:
        call = step.call
        try:
            step.tool = build(call.tool, call.arguments)
        except Refusal:
            self._room.journal.emit(CallStarted(call.id, call.tool, call.arguments or {"_raw": call.raw}, call.tool))
            raise
        title = f"{step.tool.verb} {step.tool.title()}"
        self._room.journal.emit(CallStarted(call.id, call.tool, call.arguments or {}, title))
        return step.tool

    async def _compute(self, tool: Tool) -> Outcome:
        room = self._room
        ledger, reading = room.conversation.ledger, room.settings.reading
        missing = frozenset(room.told_missing)
        context = ToolContext(room.workspace, ledger, reading, room.failures, partial(readable, room), missing)
        try:
            return await asyncio.to_thread(tool.run, context)
        except Refusal as refusal:
            return refusal.outcome()

    async def _edit(self, step: Step, outcome: Outcome, effect: EditFiles) -> Performed:
        """Gate, ask, perform. What the person left of the change may not parse by itself: asked again."""
        room = self._room
        notes: tuple[str, ...] = ()
        await asyncio.to_thread(gate.check, effect, outcome.node)
        verdict, consent = await asyncio.to_thread(cautious, room, effect, step.verdict)
        while True:
            answer = await questions.ask_edit(room, step.call, effect, verdict, notes)
            if answer.narrowed is None:
                break
            try:
                await asyncio.to_thread(gate.check, answer.narrowed)
            except Refusal as refusal:
                notes = (f"What you accepted can't be written by itself: {refusal.text}",)
                continue
            effect = answer.narrowed
            break
        outcome = replace(outcome, decided=answer.decided)
        return await performing.edit(room, step.call, outcome, replace(effect, consent=consent), answer.words)

    def _aimed(self, step: Step, outcome: Outcome) -> Outcome:
        """Every edit names its targets, also when it failed before the tool could."""
        if outcome.targets or (step.tool is not None and step.tool.kind != "edit"):
            return outcome
        return replace(outcome, targets=step.paths if step.tool is not None else self._meant(step.call))

    def _meant(self, call: CallPart) -> tuple[str, ...]:
        """The file that an edit with wrong arguments is about, if it named one that lies in the workspace."""
        try:
            return tuple(map(self._room.workspace.locate, meant_paths(call.tool, call.arguments)))
        except Refusal:
            return ()

    async def _record(self, performed: list[tuple[Step, Performed]]) -> list[ResultPart]:
        events: list[Event] = []
        results = []
        for step, done in performed:
            result = done.result(step.call, step.state)
            self.performed[step.call.id] = done
            changes = [FileChanged(w.change, step.call.id, w.path, w.before, w.after) for w in result.written]
            spent = time.monotonic() - step.started if step.started else 0.0
            seconds = max(0.0, spent - self._room.asker.waited(step.call.id))
            events += [*changes, finished(done, result, seconds)]
            results.append(result)
        if results:
            await self._room.journal.commit([Message("user", tuple(results))], events)
        for result in results:
            self._turn.note(result)
            self._room.writes += len(result.written)
            if result.code is Code.FILE_NOT_FOUND:
                self._room.told_missing.update(result.targets)
        return results


def finished(done: Performed, result: ResultPart, seconds: float) -> CallFinished:
    seen = {sight.path: sight.lines for sight in result.seen if sight.lines}
    outcome = done.outcome
    return CallFinished(
        result.call,
        result.tool,
        result.code,
        result.text,
        result.targets,
        done.changed,
        seen,
        result.node,
        result.exit,
        outcome.blocks,
        seconds,
    )


def _is_read(call: CallPart) -> bool:
    from flux_tui.tools.registry import tools

    tool = tools().get(call.tool)
    return tool is not None and tool.kind == "read"
