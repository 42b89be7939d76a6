"""Allow rules: they cover a command by its words, and risky words only by naming them."""

from collections.abc import Iterable, Iterator
from functools import cache

from flux_tui.safety.arguments import Where, suspicious
from flux_tui.safety.commands import Command
from flux_tui.safety.programs import INTERPRETERS, canonical
from flux_tui.safety.risks import risks
from flux_tui.safety.rules import SYSTEM_FOLDERS, Rule, command_rules
from flux_tui.safety.wrappers import SHELLS, Words
from flux_tui.syntax.shell.script import shortened
from flux_tui.syntax.shell.tree import read as read_shell


def covering(command: Command, texts: Iterable[str], where: Where) -> Rule | None:
    """The first rule that covers the command whole."""
    if command.look.why or not _known_name(command.words) or _reads_program(command):
        return None
    points = list(_points(command, where))
    for one in command_rules(texts):
        named = matched(one.pattern, command.words)
        if named is not None and named > _last_literal(points, command.words):
            return one
        if _is_exact(one.pattern, command.simple.words):
            return one
    return None


def uncovered(command: Command, texts: Iterable[str], where: Where) -> tuple[str, bool]:
    """(why no rule covers it, whether one could)."""
    words = command.words
    name = words[0].text
    if command.look.why:
        return f"No rule can cover it: {command.look.why}", False
    if not _known_name(words):
        return f"No rule can cover it: the program's name `{shortened(words[0].source)}` is not plain", False
    if _reads_program(command):
        return f"No rule can cover it: `{name}` reads its program from its input", False
    points = list(_points(command, where))
    rule = next((one for one in command_rules(texts) if matched(one.pattern, words) is not None), None)
    if points and rule is not None:
        place, why = points[0]
        return f"`{shortened(words[place].source)}` {why}, which the rule allow {rule.text!r} does not name", True
    if points:
        place, why = points[0]
        return f"No rule allows `{name}` with `{shortened(words[place].source)}`, which {why}", True
    return f"No rule allows `{name}` with these words", True


def matched(pattern: str, words: Words) -> int | None:
    """How many words an allow pattern names, if it matches. `git diff*` is `git diff` and any further words, never
    `git difftool`; `*` alone is any program that is no shell and stands in no odd place.
    """
    texts = [word.text for word in words]
    folder, _, name = texts[0].rpartition("/")
    if folder in SYSTEM_FOLDERS:
        texts[0] = name
    if pattern == "*":
        return 0 if "/" not in texts[0] and texts[0] not in SHELLS else None
    stem = _stem(pattern)
    if stem is None or tuple(texts[: len(stem)]) != stem or not all(word.literal for word in words[: len(stem)]):
        return None
    if not pattern.endswith("*") and len(texts) != len(stem):
        return None
    return len(stem)


@cache
def _stem(pattern: str) -> tuple[str, ...] | None:
    """The words a pattern names."""
    script = read_shell(pattern.removesuffix("*"))
    if script.doubts or script.redirects or len(script.commands) != 1 or script.commands[0].assignments:
        return None
    words = script.commands[0].words
    return tuple(word.text for word in words) if words and all(word.literal for word in words) else None


def _is_exact(pattern: str, words: Words) -> bool:
    """A rule that names the whole command, wrappers that change nothing included."""
    return not pattern.endswith("*") and matched(pattern, words) == len(words)


def _points(command: Command, where: Where) -> Iterator[tuple[int, str]]:
    words = command.words
    yield from risks(words)
    yield from suspicious(words, where)
    inner = command.look.inner
    if command.look.must_name:
        yield command.look.must_name, "is another program"
        offset = len(words) - len(inner)
        if inner:
            yield from ((offset + place, why) for place, why in risks(inner))
    if words[0].text == "cd":
        yield len(words) - 1, "is not known to be a folder of the workspace"


def _reads_program(command: Command) -> bool:
    """Whether what is fed to it is the program that it runs."""
    words = command.words
    interprets = canonical(words[0].text.rpartition("/")[2]) in INTERPRETERS
    return interprets and command.simple.fed and all(word.text.startswith("-") for word in words[1:])


def _last_literal(points: list[tuple[int, str]], words: Words) -> int:
    """The last place that a rule has to name; beyond all of them where it is a word that no rule can name."""
    return max((place if words[place].literal else len(words) + 1 for place, _ in points), default=-1)


def _known_name(words: Words) -> bool:
    name = words[0]
    return (name.literal or name.text in ("[", "[[")) and name.text.isascii()
