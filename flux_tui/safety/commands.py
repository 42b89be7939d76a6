"""A command line as the commands it would start: looked through wrappers, with the texts that it hands to shells read
too. Structure and doubts; no verdict.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from flux_tui.safety.git_words import without_harmless
from flux_tui.safety.lies import lie
from flux_tui.safety.shell_state import evaluates
from flux_tui.safety.wrappers import Look, Words, look
from flux_tui.syntax.shell.script import Doubt, Script, Simple, shortened
from flux_tui.syntax.shell.tree import read as read_shell
from flux_tui.syntax.shell.words import UNKNOWN

_MOST_TEXTS = 60
_MOST_TEXT = 40_000
_DEEPEST_LOOK = 12
_MOST_MOVES = 6
_MOST_REACHED = 100
_MOST_WORDS = 20_000


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command of the line."""

    simple: Simple
    words: Words
    """Without the wrappers that change nothing: what a rule has to cover."""
    look: Look
    reached: tuple[Words, ...]
    """Everything that would be started, itself and its wrappers included: what may be denied."""


@dataclass(slots=True)
class Line:
    script: Script
    commands: list[Command] = field(default_factory=list)
    inside: list[Words] = field(default_factory=list)
    """What the texts that are handed to shells would start."""
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def hidden(self) -> bool:
        """Whether something may run that is not among the commands."""
        if any(doubt.hidden for doubt in self.doubts) or any(command.look.hidden for command in self.commands):
            return True
        return any(not words[0].literal for words in self.everything())

    def everything(self) -> Iterator[Words]:
        for command in self.commands:
            yield from command.reached
        yield from self.inside


def read(text: str) -> Line:
    """Never raises; what is not understood is a doubt."""
    script = read_shell(text)
    line = Line(script, doubts=[Doubt(why)] if (why := lie(text)) else [])
    line.doubts += script.doubts
    texts: list[str] = []
    for simple in script.commands:
        if simple.words or simple.assignments:
            line.commands.append(_command(simple, texts))
    if sum(command.words[0].text == "cd" for command in line.commands if command.words) > _MOST_MOVES:
        line.doubts.append(Doubt("it changes the folder too often to follow"))
    for command in line.commands:
        if command.words and (word := evaluates(command.words)):
            line.doubts.append(Doubt(f"`{command.words[0].text}` evaluates {shortened(word)!r} once more"))
    values = [one.value.text for simple in script.commands for one in simple.assignments if one.value]
    _inside(line, [*texts, *(value for value in values if " " in value)])
    return line


def _command(simple: Simple, texts: list[str]) -> Command:
    if not simple.words:
        return Command(simple, (), Look(), ())
    reached: list[Words] = []
    words, found = _walk(simple.words, simple.fed, reached, texts)
    return Command(simple, without_harmless(words), found, tuple(reached))


def _walk(words: Words, fed: bool, reached: list[Words], texts: list[str]) -> tuple[Words, Look]:
    """Follows all that `words` would start. Returns the command that counts for a rule."""
    waiting = [(words, 0)]
    total = 0
    counts = (words, look(words, fed=fed))
    clear = True
    while waiting:
        one, depth = waiting.pop(0)
        reached.append(one)
        total += len(one)
        if depth > _DEEPEST_LOOK or len(waiting) > _MOST_REACHED or total > _MOST_WORDS:
            return words, Look(why="it starts too many others", hidden=True)
        found = look(one, fed=fed)
        if clear:
            counts = (one, found)
        clear = clear and found.transparent
        texts += [script.text for script in found.scripts]
        waiting += [(inner, depth + 1) for inner in (found.inner, *found.also) if inner]
    return counts


def _inside(line: Line, texts: list[str]) -> None:
    """Reads the texts for shells, and the texts in these."""
    done = size = 0
    while texts:
        text = texts.pop(0)
        done += 1
        size += len(text)
        if done > _MOST_TEXTS or size > _MOST_TEXT:
            line.doubts.append(Doubt("it hands too many texts to shells"))
            return
        script = read_shell(text)
        if UNKNOWN in text:
            line.doubts.append(Doubt("a text for a shell is only known when it runs"))
        else:
            line.doubts += [doubt for doubt in script.doubts if doubt.hidden]
        more: list[str] = []
        for simple in script.commands:
            if simple.words:
                command = _command(simple, more)
                line.inside += command.reached
                if command.look.hidden:
                    line.doubts.append(Doubt(command.look.why))
        texts += more
