"""Which words of a command do more than a rule for its program says. An allow rule covers them only by naming them."""

import re
from collections.abc import Callable, Iterator, Sequence

from flux_tui.safety import git_words
from flux_tui.safety.programs import INTERPRETERS, PROGRAMS, SUBCOMMANDS, Program, canonical
from flux_tui.syntax.shell.words import UNKNOWN, Word

Risk = tuple[int, str]
"""The place of a word, and what it does, as a clause."""

_WRITES = "writes, deletes, or starts another program"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*[:+?!]{0,3}=")
_SED_GIVES = re.compile(r"--e[a-z]*(?:=(?P<long>.*))?|-[nErsuz]*e(?P<short>.*)", re.DOTALL)
_SED_ADDRESS = r"(?:\d+(?:~\d+)?|\$|\+\d+|/(?:\\[^\n]|\[\^?\]?[^\]/\\\n]*\]|[^\\/\[\n])*/I?)"
_SED_PATTERN = r"(?:\\[^\n]|\[\^?\]?(?:(?!(?P=d))[^\]\\\n])*\]|(?!(?P=d))[^\\\[\n])*(?P=d)"
_SED_REPLACEMENT = r"(?:\\[^\n]|(?!(?P=d))[^\\\n])*(?P=d)"
_SED_SCRIPT = re.compile(
    rf"\s*(?:{_SED_ADDRESS}(?:,{_SED_ADDRESS})?)?\s*!?\s*"
    rf"(?:[pdqQDNGHhgxPnlF=]\d*|[sy](?P<d>[/|#,:@_!%]){_SED_PATTERN}{_SED_REPLACEMENT}[gpIiMm0-9]*)\s*"
)
_AWK = re.compile(r"system|\||getline|@|close|fflush|print.*>", re.DOTALL)
_TAR_OLD = re.compile(r"[A-Za-z]+")


def risks(words: Sequence[Word]) -> Iterator[Risk]:
    """All of them, for a command that no wrapper stands before."""
    if not words:
        return
    name = canonical(words[0].text.rpartition("/")[2])
    texts = [word.text for word in words]
    row = PROGRAMS.get(name)
    if name in SUBCOMMANDS:
        yield from _unknown_subcommand(name, words)
    if row is not None:
        yield from _options(row, texts)
        yield from _unknown(words)
    if check := _OPERANDS.get(name):
        yield from check(texts)
    if name in INTERPRETERS:
        yield from _module(name, words)


def _unknown(words: Sequence[Word]) -> Iterator[Risk]:
    """What could turn into an option when the command runs."""
    for place, word in enumerate(words[1:], 1):
        if word.text == "--":
            return
        if word.literal:
            continue
        if word.bare or word.braces or word.text[:1] in (UNKNOWN, "*", "?", "[", "-"):
            yield place, "is only known when it runs, and may be an option"


def _unknown_subcommand(name: str, words: Sequence[Word]) -> Iterator[Risk]:
    at = git_words.subcommand([word.text for word in words]) if name == "git" else 1
    while name != "git" and at < len(words) and words[at].text.startswith("-"):
        at += 1
    if at < len(words) and not words[at].literal:
        yield at, "is only known when it runs, and decides what is done"


def _options(row: Program, texts: Sequence[str]) -> Iterator[Risk]:
    long, plain, single = row.long.split(), row.plain.split(), row.single.split()
    operands = 0
    for place, word in enumerate(texts[1:], 1):
        if word == "--":
            return
        if not word.startswith("-") or word == "-":
            operands += 1
            if row.leads:
                return
            if operands == 1 and word in row.named.split():
                yield place, "does more than the rule for its program may cover"
        elif single and re.split("[=:]", word.removeprefix("-").removeprefix("-"))[0] in single:
            yield place, _WRITES
        elif word.startswith("--"):
            given = word[2:].partition("=")[0]
            if given not in plain and any(one.startswith(given) for one in long):
                yield place, _WRITES
        elif git_words.in_cluster(word[1:], row.short, row.valued):
            yield place, _WRITES


def _module(name: str, words: Sequence[Word]) -> Iterator[Risk]:
    """`python -m X` is X: its own options count."""
    texts = [word.text for word in words]
    if name == "python" and "-m" in texts[:-1]:
        at = texts.index("-m") + 1
        yield at, "is another program"
        if texts[at] in PROGRAMS:
            yield from ((at + place, why) for place, why in risks(words[at:]))


# Programs whose operands matter


def _sed(texts: Sequence[str]) -> Iterator[Risk]:
    """Scripts of other shapes than plain printing, deleting and replacing could write files or start programs."""
    scripts: list[tuple[int, str]] = []
    place = 1
    while place < len(texts):
        if given := _SED_GIVES.fullmatch(texts[place]):
            value = given["long"] or given["short"]
            place += not value
            scripts.append((place, value or "".join(texts[place : place + 1])))
        elif not scripts and not texts[place].startswith("-"):
            scripts.append((place, texts[place]))
        place += 1
    for at, script in scripts:
        if UNKNOWN in script or not _is_plain_sed(script):
            yield at, "is a script that may write a file or start a program"


def _is_plain_sed(script: str) -> bool:
    """Whether each of its commands is one that only prints, deletes or replaces."""
    at = 0
    while script[at:].strip(" ;\n"):
        found = _SED_SCRIPT.match(script, at)
        if found is None or script[found.end() : found.end() + 1] not in ("", ";", "\n"):
            return False
        at = found.end() + 1
    return True


def _awk(texts: Sequence[str]) -> Iterator[Risk]:
    for place, word in enumerate(texts[1:], 1):
        if UNKNOWN in word or (_AWK.search(word.replace("||", "")) and not re.fullmatch(r"-F.{0,3}|\|", word)):
            yield place, "may write a file or start a program"


def _uniq(texts: Sequence[str]) -> Iterator[Risk]:
    operands = _operands(texts, "fsw")
    yield from ((place, "is a file that uniq writes") for place in operands[1:])


def _xxd(texts: Sequence[str]) -> Iterator[Risk]:
    yield from ((place, "is a file that xxd writes") for place in _operands(texts, "cglos")[1:])


def _date(texts: Sequence[str]) -> Iterator[Risk]:
    for place in _operands(texts, "drf"):
        if not texts[place].startswith("+"):
            yield place, "sets the clock"


def _hostname(texts: Sequence[str]) -> Iterator[Risk]:
    yield from ((place, "sets the name of the computer") for place in _operands(texts, "F"))


def _tar(texts: Sequence[str]) -> Iterator[Risk]:
    if len(texts) > 1 and _TAR_OLD.fullmatch(texts[1]) and git_words.in_cluster(texts[1], "xcruAFIC", ""):
        yield 1, _WRITES


def _make(texts: Sequence[str]) -> Iterator[Risk]:
    for place, word in enumerate(texts[1:], 1):
        if _VARIABLE.match(word) and not re.fullmatch(r"(?:V|VERBOSE|Q)=[01@]?", word):
            yield place, "sets a variable that may name a program"


def _ruff(texts: Sequence[str]) -> Iterator[Risk]:
    if "format" in texts[1:2] and not {"--check", "--diff"} & set(texts):
        yield 1, "rewrites files"


def _go(texts: Sequence[str]) -> Iterator[Risk]:
    if texts[1:2] == ["env"] and any(word.lstrip("-") in ("w", "u") for word in texts):
        yield 1, "changes the configuration of go"


def _sqlite(texts: Sequence[str]) -> Iterator[Risk]:
    for place, word in enumerate(texts[1:], 1):
        if re.search(r"^\s*\.|attach|writefile|load_extension|edit\(", word, re.IGNORECASE):
            yield place, _WRITES


def _less(texts: Sequence[str]) -> Iterator[Risk]:
    yield from ((place, "is a command for the pager") for place, word in enumerate(texts) if word.startswith("+"))


def _cargo(texts: Sequence[str]) -> Iterator[Risk]:
    if any(word.startswith("+") for word in texts[1:2]):
        yield 1, "chooses another compiler"


def _operands(texts: Sequence[str], valued: str) -> list[int]:
    """Places of the words that are no options and no values of options."""
    found: list[int] = []
    place = 1
    while place < len(texts):
        word = texts[place]
        if word == "--":
            return [*found, *range(place + 1, len(texts))]
        if word.startswith("-") and word != "-":
            place += word[-1] in valued and not word.startswith("--") and len(word) == 2
        else:
            found.append(place)
        place += 1
    return found


_OPERANDS: dict[str, Callable[[Sequence[str]], Iterator[Risk]]] = {
    "git": git_words.risks,
    "sed": _sed,
    "awk": _awk,
    "uniq": _uniq,
    "xxd": _xxd,
    "date": _date,
    "hostname": _hostname,
    "tar": _tar,
    "make": _make,
    "ruff": _ruff,
    "go": _go,
    "sqlite3": _sqlite,
    "less": _less,
    "vim": _less,
    "cargo": _cargo,
}
