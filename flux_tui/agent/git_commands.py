"""`git add`, `git commit` and their like: commands find `.git` read-only, and only a yes opens it, for git alone.

What decides which programs git runs stays read-only even then, and is put back if it is other afterwards.
"""

import asyncio
import shlex
from dataclasses import replace

from flux_tui.agent import questions
from flux_tui.agent.commands import Ran, run
from flux_tui.agent.room import Room
from flux_tui.protocol.codes import Mode
from flux_tui.protocol.messages import CallPart
from flux_tui.protocol.outcomes import Refusal, RunCommand
from flux_tui.safety.permissions import Verdict, judge_command
from flux_tui.workspace.gitguard import GitGuard
from flux_tui.workspace.unbroken import ended

WHY = "It has to write .git, which commands can only read. Hooks and settings of git stay as they are"
ALONE = (
    "⟨.git is read-only for commands. Next: run the git command by itself, without other programs; "
    "then the person can open .git for it.⟩"
)
NEEDS_YES = (
    "⟨.git is read-only for commands, and opening it needs a yes. It would be given by a rule such as "
    "run_command(git commit*).⟩"
)
_BETWEEN = frozenset({"&&", "||", ";"})
_OPERATORS = frozenset("();<>|&")


def blocked(room: Room, ran: Ran) -> bool:
    """Whether it failed because `.git` is read-only in the sandbox."""
    output = ran.block.output
    stopped = ".git/" in output and (".lock" in output or "Read-only" in output)
    return bool(ran.exit) and stopped and room.sandbox.guards_git and (room.workspace.root / ".git").is_dir()


def is_git_alone(command: str) -> bool:
    """Whether it runs nothing but git, one after the other, without redirections, expansions or options before the
    subcommand, so that running it once more does nothing twice."""
    if "$" in command or "`" in command or "\n" in command.strip():
        return False
    words: list[list[str]] = [[]]
    try:
        for token in shlex.shlex(command, posix=True, punctuation_chars=True):
            if token in _BETWEEN:
                words.append([])
            elif set(token) <= _OPERATORS:
                return False
            else:
                words[-1].append(token)
    except ValueError:
        return False
    return all(len(one) > 1 and one[0] == "git" and not one[1].startswith("-") for one in words)


async def again(room: Room, call: CallPart, effect: RunCommand, first: Ran, granted: bool) -> Ran:
    """The command once more with `.git` open, if the person says yes or has said so; else the first result, explained.

    `granted`: the person said yes to this very command.
    """
    if not is_git_alone(effect.command):
        return replace(first, text=f"{first.text}\n{ALONE}")
    covered = judge_command(effect.command, Mode.ASK, room.rules, not room.sandbox.asks).verdict == "allow"
    if not (granted or covered or room.interactive):
        return replace(first, text=f"{first.text}\n{NEEDS_YES}")
    if not (granted or covered):
        try:
            await questions.ask_command(room, call, effect, Verdict("ask", WHY))
        except Refusal as refusal:
            return replace(first, text=f"{first.text}\n{refusal.text}")
    git = room.workspace.root / ".git"
    guard = await asyncio.to_thread(GitGuard.take, git)
    second = await run(room, call.id, effect, replace(room.sandbox, git_writable=True))
    undone, cancelled = await ended(asyncio.to_thread(guard.restore))
    return replace(
        second,
        changes=(*first.changes, *second.changes),
        ids=(*first.ids, *second.ids),
        untold=tuple(dict.fromkeys((*first.untold, *second.untold))),
        unknown=first.unknown or second.unknown,
        cancelled=second.cancelled or cancelled,
        restored=undone,
    )
