"""The loop between model and tools: ask, run the calls, ask again, until the model is done or a policy ends it.

Knows no tool, no policy and no vendor by name. A call is run only if its message ended well.
"""

from collections.abc import Callable

from flux_tui.agent.compaction import CHECKS
from flux_tui.agent.executor import Executor
from flux_tui.agent.replies import ask_model, written_call
from flux_tui.agent.room import Room
from flux_tui.agent.summary import summary
from flux_tui.agent.turn import PassOn, Stop, Turn
from flux_tui.protocol.codes import Code, FaultName, StopReason, TurnOutcome
from flux_tui.protocol.events import ErrorOccurred, LimitReached, NoticeGiven
from flux_tui.protocol.messages import CallPart, Message, ResultPart, TextPart, user

NO_ANSWER = {StopReason.REFUSAL: "The model refused", StopReason.CONTENT_FILTER: "A content filter stopped the reply"}
CUT_SHORT = (StopReason.MAX_TOKENS, StopReason.CONTEXT_FULL)

MOST_PAUSES = 4
NOT_WHOLE = "INVALID_ARGUMENTS: the reply was cut at its length limit, so this call was not run. Send less in one call."
FULL = "The reply was cut, since the model's context is full. Use /compact, or a model with a larger window."
CUT_AT_LIMIT = "The reply was cut at its length limit. Say “go on” for the rest."
WRITTEN = (
    "The model wrote a tool call as text. It was not run: choose a model, or a server setting, that supports tools."
)

Steer = Callable[[], str | None]
"""Takes the next words the person gave while the turn runs."""


async def converse(room: Room, executor: Executor, turn: Turn, steer: Steer) -> TurnOutcome:
    """From the recorded prompt to the end of the turn. Everything it does is recorded on the way."""
    while True:
        if stop := await first_stop(room, turn):
            return await stopped(room, turn, stop)
        message = await ask_model(room)
        if message is None:
            return TurnOutcome.FAILED
        turn.text = message.text
        if message.stop_reason in NO_ANSWER:
            return await refused(room, message)
        if message.calls:
            stop = await run_calls(room, executor, turn, message)
            if stop is not None:
                return await stopped(room, turn, stop)
            await pass_on(room, steer)
        elif not await goes_on(room, turn, message, steer):
            return ended(room, message)


async def first_stop(room: Room, turn: Turn) -> Stop | None:
    for policy in room.policies:
        if stop := await policy.before_request(room, turn):
            return stop
    return None


async def run_calls(room: Room, executor: Executor, turn: Turn, message: Message) -> Stop | None:
    """Run what the reply asks for, unless it was cut short or a policy says no. Each call gets its one result."""
    for policy in room.policies:
        stop = await policy.after_reply(room, turn, message)
        if isinstance(stop, PassOn):
            await answer_unrun(room, message.calls, Code.INTERRUPTED, stop.text)
            return None
        if stop is not None:
            what = f"LIMIT_REACHED: the limit on {stop.limit or 'this run'} ended the run; this call was not run."
            await answer_unrun(room, message.calls, Code.LIMIT_REACHED, what)
            return stop
    if message.stop_reason in CUT_SHORT:
        results = await answer_unrun(room, message.calls, Code.INVALID_ARGUMENTS, NOT_WHOLE)
        if message.stop_reason is StopReason.CONTEXT_FULL:
            room.journal.emit(ErrorOccurred(FaultName.CONTEXT_FULL, None, FULL))
            return Stop(TurnOutcome.FAILED)
    else:
        results = await executor.run(message.calls)
    for policy in room.policies:
        if stop := await policy.after_calls(room, turn, results):
            return stop
    return None


async def answer_unrun(room: Room, calls: tuple[CallPart, ...], code: Code, text: str) -> tuple[ResultPart, ...]:
    results = tuple(ResultPart(call.id, call.tool, text, code) for call in calls)
    await room.journal.commit([Message("user", results)])
    return results


async def pass_on(room: Room, steer: Steer) -> bool:
    """Give the model what the person said meanwhile. True if there was something."""
    said = False
    while (words := steer()) is not None:
        await room.journal.commit([user(words)])
        said = True
    return said


async def goes_on(room: Room, turn: Turn, message: Message, steer: Steer) -> bool:
    """A reply without calls ends the turn, unless it was a pause, the person said more, or a policy sends it back."""
    if message.stop_reason is StopReason.PAUSE and turn.pauses < MOST_PAUSES:
        turn.pauses += 1
        return True
    if await pass_on(room, steer):
        return True
    for policy in room.policies:
        if say := await policy.before_end(room, turn):
            await room.journal.commit([Message("user", (TextPart(say.text, {"flux": CHECKS}),))])
            return True
    return False


async def refused(room: Room, message: Message) -> TurnOutcome:
    text = f"{NO_ANSWER[message.stop_reason or StopReason.REFUSAL]}. Ask in other words, or choose another model."
    if message.calls:
        await answer_unrun(
            room, message.calls, Code.INTERRUPTED, "INTERRUPTED: the reply was refused; this call was not run."
        )
    room.journal.emit(ErrorOccurred(FaultName.REFUSED, None, text))
    return TurnOutcome.FAILED


async def stopped(room: Room, turn: Turn, stop: Stop) -> TurnOutcome:
    """A limit ends the turn with what is done and open, for the person and for the model that goes on later."""
    if stop.limit is not None:
        turn.limit = stop.limit
        done = summary(room, turn)
        reached = LimitReached(stop.limit, stop.used, stop.max, stop.scope, done)
        await room.journal.commit([user(f"[The limit on {stop.limit} ended the turn here. {done}]")], [reached])
    return stop.outcome


def ended(room: Room, message: Message) -> TurnOutcome:
    if message.stop_reason in CUT_SHORT:
        full = message.stop_reason is StopReason.CONTEXT_FULL
        room.journal.emit(NoticeGiven(FULL if full else CUT_AT_LIMIT, "warning"))
    elif written_call(message.text):
        room.journal.emit(NoticeGiven(WRITTEN, "warning"))
    if not message.text.strip():
        room.journal.emit(ErrorOccurred(FaultName.EMPTY_REPLY, None, "The model ended with an empty reply. Ask again."))
        return TurnOutcome.FAILED
    return TurnOutcome.DONE
