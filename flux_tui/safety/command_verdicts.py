"""May this command line run? Every simple command counts: any denied denies, any not allowed asks. Never acts."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from flux_tui.config.settings import Rules
from flux_tui.protocol.codes import Code, Mode
from flux_tui.safety import against, commands
from flux_tui.safety.arguments import Where, leads
from flux_tui.safety.commands import Command, Line
from flux_tui.safety.covering import covering, uncovered
from flux_tui.safety.proposals import command_proposals, dangerous
from flux_tui.safety.second_opinion import bash_objects
from flux_tui.safety.shell_state import TESTS, is_free, keeps, state
from flux_tui.safety.verdicts import Verdict
from flux_tui.syntax.shell.script import Redirect, Simple, shortened

_NUMBER = re.compile(r"[0-2]")


def judge_command(command: str, mode: Mode, rules: Rules, sandboxed: bool, root: Path | None = None) -> Verdict:
    """`sandboxed`: False where a sandbox was wanted and can't be had; then nothing runs unasked. `root`: the workspace,
    whose links and absolute names are looked up.
    """
    line = commands.read(command)
    risk = dangerous(command, line)
    if hit := against.caught(command, line, rules.deny):
        return Verdict("deny", f"The rule deny {hit.text!r} forbids it", Code.DENIED, dangerous=risk)
    if mode is Mode.PLAN:
        return Verdict("deny", "Mode plan reads and searches only; no command runs", Code.DENIED, dangerous=risk)
    if hit := against.caught(command, line, rules.ask):
        return Verdict("ask", f"The rule ask {hit.text!r} wants a question", dangerous=risk)
    if why := _may_be_ruled_out(line, rules, mode):
        return Verdict("ask", why, dangerous=risk)
    hits: list[str] = []
    points = _points(command, line, rules, root, hits)
    if not points and not hits:
        return Verdict("allow", "It changes nothing and needs no rule")
    if not sandboxed:
        return Verdict("ask", "There is no sandbox on this system, so every command asks", dangerous=risk)
    if mode is Mode.FULL:
        return Verdict("allow", "Mode full runs commands in the sandbox", dangerous=risk)
    if points:
        offers = command_proposals(line, rules, root) if all(offer for _, offer in points) else ()
        return Verdict("ask", points[0][0], rules=offers, dangerous=risk)
    named = ", ".join(repr(text) for text in dict.fromkeys(hits))
    return Verdict("allow", f"The rule allow {named} covers it", dangerous=risk)


def _points(command: str, line: Line, rules: Rules, root: Path | None, hits: list[str]) -> list[tuple[str, bool]]:
    """(why it asks, whether a rule could settle that); none where the rules allow it. Bash is asked only then."""
    if why := _unclear(line):
        return [(f"No rule can cover this command: {why}", False)]
    if found := list(_open_points(line, rules, root, hits)):
        return found
    if line.inside:
        return [("It hands a text to a shell", False)]
    if why := bash_objects(command):
        return [(f"No rule can cover this command: {why}", False)]
    return []


def _may_be_ruled_out(line: Line, rules: Rules, mode: Mode) -> str:
    """Why a deny or ask rule may be meant although it is not met: what runs is not known before."""
    if not (rules.deny or rules.ask):
        return ""
    if mode is Mode.FULL and line.hidden:
        return f"What it runs is not known, and there are rules against some commands: {_first_doubt(line)}"
    if found := against.possible(line, (*rules.deny, *rules.ask)):
        rule, word = found
        return f"The rule {rule.text!r} may be meant: `{shortened(word.source)}` is only known when it runs"
    return ""


def _first_doubt(line: Line) -> str:
    found = [command.look.why for command in line.commands if command.look.hidden and command.look.why]
    found += [doubt.why for doubt in line.doubts if doubt.hidden]
    found += [f"`{shortened(words[0].source)}`" for words in line.everything() if not words[0].literal]
    return found[0]


def _unclear(line: Line) -> str:
    if line.doubts:
        return line.doubts[0].why
    if not line.commands:
        return "it is empty" if not line.script.redirects else "it only redirects"
    return ""


def _open_points(line: Line, rules: Rules, root: Path | None, hits: list[str]) -> Iterator[tuple[str, bool]]:
    """(why it asks, whether rules can be offered), first things first. `hits` gets the rules that covered something."""
    for command, where in walked(line, root):
        yield from _of_command(command, rules, where, hits)
    where = Where(root, frozenset(_all_folders(line)))
    for redirect in line.script.redirects:
        if why := _redirected(redirect, where):
            yield why, False
    for loop in line.script.loops:
        for word in loop.words:
            if why := leads(word, where, writes=True):
                yield f"`{shortened(word.source)}` {why}", False


def _of_command(command: Command, rules: Rules, where: Where, hits: list[str]) -> Iterator[tuple[str, bool]]:
    if why := _assigned(command.simple):
        yield why, False
    if not command.words:
        return
    if why := state(command.words):
        yield why, False
    if is_free(command.words, where):
        return
    if command.words[0].text in TESTS:
        yield f"`{shortened(command.simple.source)}` may evaluate what its words hold", False
    elif found := covering(command, rules.allow, where):
        hits.append(found.text)
    else:
        yield uncovered(command, rules.allow, where)


def walked(line: Line, root: Path | None) -> Iterator[tuple[Command, Where]]:
    """The commands with the folders in which they may be run, as far as `cd` tells."""
    everywhere: set[str] = {"."}
    here: set[str] = {"."}
    scope = -1
    fills = any(re.search(r"\$\(|`", word.source) for one in line.commands for word in one.words)
    for command in line.commands:
        if command.simple.link != "&&" or command.simple.scope != scope:
            here = set(everywhere)
        scope = command.simple.scope
        yield command, Where(root, frozenset(here), fills)
        if folder := _moves(command):
            moved = {posixpath.normpath(posixpath.join(one, folder)) for one in here}
            everywhere |= moved
            here = here | moved if command.simple.link == "||" else moved


def _all_folders(line: Line) -> set[str]:
    found = {"."}
    for command in line.commands:
        if folder := _moves(command):
            found |= {posixpath.normpath(posixpath.join(one, folder)) for one in tuple(found)}
    return found


def _moves(command: Command) -> str:
    words = command.words
    return words[1].text if len(words) == 2 and words[0].text == "cd" and words[1].literal else ""


def _assigned(simple: Simple) -> str:
    for one in simple.assignments:
        if not simple.words or not keeps(one):
            return f"`{one.name}=` changes what later words or the program mean"
    return ""


def _redirected(redirect: Redirect, where: Where) -> str:
    """Why a redirection asks; "" if it is free."""
    target, source = redirect.target, shortened(redirect.source)
    if redirect.operator in ("<<", "<<<"):
        return ""
    if target is None or not target.literal:
        return f"`{source}` goes to a place that is not known"
    if redirect.operator in (">&", "<&") and _NUMBER.fullmatch(target.text):
        return ""
    if target.text == "/dev/null":
        return ""
    if redirect.operator == "<":
        why = leads(target, where, writes=False)
        return f"`{source}` {why}" if why or target.text.startswith("/dev/") else ""
    return f"`{source}` writes a file"
