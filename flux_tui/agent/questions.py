"""Putting a call to the person, where the verdict says so, and carrying their answer back. Nobody there means no."""

import asyncio
from dataclasses import dataclass, replace

from flux_tui.agent import gate, rejections
from flux_tui.agent.reviewing import Narrowed, narrowed
from flux_tui.agent.room import Room
from flux_tui.agent.session_rules import remember
from flux_tui.protocol.codes import Code, Mode
from flux_tui.protocol.decisions import (
    Approve,
    Asked,
    CommandQuestion,
    Decision,
    EditQuestion,
    PathQuestion,
    Question,
    Reject,
    Review,
)
from flux_tui.protocol.messages import CallPart, Decided
from flux_tui.protocol.outcomes import EditFiles, Refusal, RunCommand
from flux_tui.safety.permissions import Verdict
from flux_tui.tools.registry import Tool


@dataclass(frozen=True, slots=True)
class Answer:
    """A yes, perhaps to a part."""

    narrowed: EditFiles | None = None
    """None = all of it, as proposed."""
    words: str = ""
    """What the model must hear of the decision."""
    decided: tuple[Decided, ...] = ()
    """What of it is to be remembered."""


async def ask_path(room: Room, call: CallPart, tool: Tool, paths: tuple[str, ...], verdict: Verdict | None) -> None:
    if verdict is None or verdict.verdict != "ask":
        return
    question = PathQuestion(tool.name, paths, verdict.rules)
    await _yes(room, call, verdict, question, ())


async def ask_command(room: Room, call: CallPart, effect: RunCommand, verdict: Verdict | None) -> bool:
    """Whether the person said yes; False where nobody had to be asked."""
    if room.rejections.of_command(effect.command):
        verdict = once_more(verdict)
    if verdict is None or verdict.verdict != "ask":
        return False
    where = str(room.workspace.root)
    question = CommandQuestion(effect.command, where, room.sandbox.walls, verdict.rules, verdict.dangerous)
    await _yes(room, call, verdict, question, rejections.no_to_command(effect.command))
    return True


async def ask_edit(
    room: Room, call: CallPart, effect: EditFiles, verdict: Verdict | None, notes: tuple[str, ...]
) -> Answer:
    if await asyncio.to_thread(room.rejections.of_edit, effect):
        verdict = once_more(verdict)
    if verdict is None or verdict.verdict != "ask":
        return Answer()
    question = EditQuestion(tuple(map(gate.shown, effect.changes)))
    decision = await _decision(room, call, verdict, question, notes)
    match decision:
        case Approve():
            await remember(room, decision, verdict.rules)
            return Answer(decided=rejections.yes(rejections.no_to_edit(effect)))
        case Reject(words):
            raise rejected(effect, words, rejections.no_to_edit(effect))
        case Review():
            part: Narrowed = narrowed(effect, decision)
            noes = rejections.no_to_hunks(effect, decision)
            if part.nothing:
                raise rejected(effect, part.words, noes)
            yeses = rejections.yes(rejections.no_to_edit(part.effect))
            return Answer(part.effect, part.words, (*yeses, *noes))


def once_more(verdict: Verdict | None) -> Verdict:
    """A question, whatever the rules say, and none that a rule could answer."""
    known = verdict or Verdict("ask", rejections.WHY)
    return replace(known, verdict="ask", why=rejections.WHY, rules=())


async def _yes(
    room: Room, call: CallPart, verdict: Verdict, question: CommandQuestion | PathQuestion, no: tuple[Decided, ...]
) -> None:
    """`no`: what is remembered if the person refuses."""
    decision = await _decision(room, call, verdict, question, ())
    match decision:
        case Approve():
            await remember(room, decision, verdict.rules)
        case Reject(words):
            said = f" The person said: {words}" if words else ""
            raise Refusal(
                Code.REJECTED,
                f"REJECTED: the person said no. Nothing was done.{said} Do not try it another way.",
                decided=no,
            )
        case Review():
            raise Refusal(Code.REJECTED, "REJECTED: this can't be approved in parts. Nothing was done.")


async def _decision(
    room: Room, call: CallPart, verdict: Verdict, question: Question, notes: tuple[str, ...]
) -> Decision:
    asked = Asked(call.id, verdict.why, question, notes)
    if room.interactive:
        return await room.asker.ask(asked)
    room.asker.told(asked)
    raise Refusal(Code.DENIED, denied(verdict, question, room.mode), targets=targets(question))


def denied(verdict: Verdict, question: Question, mode: Mode) -> str:
    match question:
        case EditQuestion():
            by_mode = "--mode auto-edit" if mode is Mode.ASK else "the person, in the terminal"
            way = f"a rule such as {verdict.rules[0]}" if verdict.rules else by_mode
        case CommandQuestion():
            rules = " and ".join(verdict.rules)
            way = f"the {'rule' if len(verdict.rules) == 1 else 'rules'} {rules}" if rules else "--mode full"
        case PathQuestion():
            way = f"the rule {verdict.rules[0]}" if verdict.rules else "the person, in the terminal"
    why = f"DENIED: this needs a yes and nobody is here to give it ({verdict.why})"
    return f"{why}. Nothing was done. It would be allowed by {way}."


def targets(question: Question) -> tuple[str, ...]:
    return tuple(file.path for file in question.files) if isinstance(question, EditQuestion) else ()


def rejected(effect: EditFiles, words: str, decided: tuple[Decided, ...]) -> Refusal:
    paths = tuple(change.path for change in effect.changes)
    said = f"\nThe person said: {words}" if words else ""
    text = f"REJECTED in {', '.join(paths)}. Nothing was changed: the person said no to this change.{said}"
    return Refusal(
        Code.REJECTED,
        f"{text}\nDo not make the same change another way; ask what is wanted instead.",
        targets=paths,
        decided=decided,
    )
