"""Deny and ask rules: do they speak against a command? They hold in every spelling, at every size and any parse."""

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cache
from itertools import dropwhile

from flux_tui.safety import git_words, loose
from flux_tui.safety.commands import Line
from flux_tui.safety.programs import SUBCOMMANDS
from flux_tui.safety.rules import SYSTEM_FOLDERS, Rule, command_rules
from flux_tui.safety.wrappers import Words
from flux_tui.syntax.shell.words import UNKNOWN, Word

Texts = tuple[str, ...]


def caught(command: str, line: Line, texts: Iterable[str]) -> Rule | None:
    """The first rule that speaks against the command, in any reading of it."""
    found = command_rules(texts)
    if not found:
        return None
    candidates = {_text(one) for words in line.everything() for one in _forms(words)}
    candidates |= {_text(one) for one in _with_known_variables(line)}
    if hit := next((one for one in found if any(_speaks(one.pattern, text) for text in candidates)), None):
        return hit
    return _loosely(command, found) if line.hidden else None


def possible(line: Line, texts: Iterable[str]) -> tuple[Rule, Word] | None:
    """The first rule that may speak against a command once its unknown words are known, and the first such word."""
    found = command_rules(texts)
    for words in line.everything():
        unknown = next((word for word in words if not word.literal), None)
        hit = next((one for one in found if _may(one.pattern, words)), None) if unknown else None
        if hit and unknown:
            return hit, unknown
    return None


def _loosely(command: str, found: Sequence[Rule]) -> Rule | None:
    width = 1 + max(len(one.pattern.split()) for one in found)
    by_first = [(one, re.compile(_stem(one.pattern).split(" ")[0], re.DOTALL)) for one in found]
    for words in loose.starts(command, width):
        for one, first in by_first:
            if _GLOB.search(words[0]) and (hidden := _named_by(words[0], one.pattern)):
                words = (hidden, *words[1:])
            if first.match(words[0]) and any(_speaks(one.pattern, _text(form)) for form in _git_forms(words)):
                return one
    return None


def _named_by(glob: str, pattern: str) -> str:
    """The program of a rule, if a pattern for file names in its place could mean it."""
    name = loose.base(pattern.split()[0]).rstrip("*")
    return name if re.search(r"[A-Za-z0-9]", glob) and fnmatchcase(name, glob) else ""


def _forms(words: Words) -> Iterator[Texts]:
    """The command by the name given and by its base name, and git without its global options."""
    texts = tuple(word.text for word in words)
    yield texts
    if words[0].glob and re.search(r"[A-Za-z0-9]", texts[0]):
        yield from ((name, *texts[1:]) for name in _GLOBBED if fnmatchcase(name, loose.base(texts[0])))
    yield from _git_forms((loose.base(texts[0]), *texts[1:]))


_GLOB = re.compile(r"[*?\[]")
_GLOBBED = (
    "rm", "mv", "cp", "dd", "sh", "bash", "sudo", "curl", "wget", "git", "ssh", "scp", "nc", "python", "python3",
    "chmod", "chown", "kill", "shutdown", "reboot", "mkfs", "node", "npm", "docker", "perl", "env",
)  # fmt: skip
"""What a pattern in the place of a program most likely wants to hide."""


def _git_forms(texts: Texts) -> Iterator[Texts]:
    yield texts
    if texts[0] == "git":
        yield git_words.without_globals(texts)
    elif texts[0] in SUBCOMMANDS and texts[1:2] and texts[1].startswith("-"):
        yield (texts[0], *dropwhile(lambda text: text.startswith("-"), texts[1:]))


def _with_known_variables(line: Line) -> Iterator[Texts]:
    """Commands whose name is a variable that the line itself sets to something known."""
    known: dict[str, list[str]] = {}
    for simple in line.script.commands:
        for one in simple.assignments:
            if one.value is not None:
                known.setdefault(one.name, []).append(one.value.text)
    for loop in line.script.loops:
        known.setdefault(loop.variable, []).extend(word.text for word in loop.words)
    for words in line.everything() if known else ():
        sources = [_filled(word.source, word.text, known) for word in words[:6]]
        if any(len(one) > 1 or one[0] != word.text for one, word in zip(sources, words, strict=False)):
            rest = tuple(word.text for word in words[6:])
            for name in sources[0]:
                yield (*name.split(), *(one[0] for one in sources[1:]), *rest)


def _filled(source: str, text: str, known: dict[str, list[str]]) -> list[str]:
    found = re.findall(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?", source)
    if UNKNOWN not in text or not found or not set(found) <= set(known):
        return [text]
    plain = re.sub(r"[\"']", "", source)
    return [_fill(plain, {**{name: known[name][0] for name in found}, found[0]: value}) for value in known[found[0]]]


def _fill(source: str, values: dict[str, str]) -> str:
    return re.sub(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?", lambda one: values.get(one[1], ""), source)


def _text(words: Texts) -> str:
    return " ".join((words[0].casefold() if words[0].isascii() else words[0], *words[1:]))


@cache
def _stem(pattern: str) -> str:
    """The pattern as a regular expression for the start of a command's text."""
    words = pattern.split()
    folder, _, name = words[0].rpartition("/")
    first = name if folder in SYSTEM_FOLDERS and name else words[0]
    text = " ".join((first.casefold(), *words[1:]))
    return "".join(".*" if one == "*" else "." if one == "?" else re.escape(one) for one in text).replace("\\ ", " ")


def _speaks(pattern: str, text: str) -> bool:
    """Such patterns match as a prefix of words, and with `*` as a prefix of text: `rm -rf*` catches `rm -rfv`."""
    return _whole(pattern).match(text) is not None


@cache
def _whole(pattern: str) -> re.Pattern[str]:
    ending = "" if pattern.endswith("*") else "(?: |$)"
    loose_end = r"(?: .*)?$" if pattern.rstrip("*").endswith(" ") else ""
    stem = _stem(pattern)
    if pattern.rstrip("*").endswith(" ") and pattern.endswith("*"):  # `rm *` is rm, with or without words
        stem = _stem(pattern.rstrip("* "))
        return re.compile(stem + loose_end, re.DOTALL)
    return re.compile(stem + ending, re.DOTALL)


def _may(pattern: str, words: Words) -> bool:
    known: list[str] = []
    for word in words:
        if not word.literal:
            known.append(word.text.split(UNKNOWN)[0] if UNKNOWN in word.text and not word.glob else "")
            break
        known.append(word.text)
    else:
        return False
    known[0] = loose.base(known[0]).casefold() if known[0] else ""
    if "*" in pattern.rstrip("*"):
        return _speaks(pattern.split("*")[0] + "*", " ".join(known)) or pattern.startswith(" ".join(known))
    stem = " ".join(pattern.rstrip("*").split())
    texts = [" ".join(known)]
    if known[0] == "git":
        texts.append(" ".join(git_words.without_globals(known)))
    return any(stem.startswith(text) for text in texts)
