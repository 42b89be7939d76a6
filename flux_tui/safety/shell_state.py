"""What bash itself does with a command: builtins that need no rule, and those that change what later words mean."""

import re

from flux_tui.safety.arguments import Where, leads
from flux_tui.safety.wrappers import Words
from flux_tui.syntax.shell.script import Assignment
from flux_tui.syntax.shell.words import UNKNOWN, Word

_FREE = frozenset({"true", "false", ":", "exit"})
TESTS = frozenset({"test", "[", "[["})
_SET_OPTIONS = frozenset({"e", "u"})
_STATE = frozenset({
    "alias", "unalias", "hash", "enable", "export", "declare", "typeset", "local", "readonly", "unset", "unsetenv",
    "read", "mapfile", "readarray", "getopts", "let", "shopt", "complete", "compgen", "compopt", "bind", "pushd",
    "popd", "umask", "ulimit", "history", "fc", "suspend", "disown", "bg", "fg", "coproc", "exec", "source", ".",
    "eval", "trap", "builtin", "wait", "caller", "logout", "dirs",
})  # fmt: skip
_KEPT = frozenset({
    "CI", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "TERM", "COLUMNS", "LINES", "LANG", "TZ", "PYTHONUNBUFFERED",
    "PYTHONDONTWRITEBYTECODE", "RUST_BACKTRACE",
})  # fmt: skip
_UNARY = frozenset({"-f", "-d", "-e", "-n", "-z", "-s", "-r", "-w", "-x", "-L", "-h", "-p", "-S", "-b", "-c", "!"})
_BINARY = frozenset({"=", "==", "!=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"})
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9_.,:/+\-@]*")


def is_free(words: Words, where: Where) -> bool:
    """Whether it needs no rule. `cd` elsewhere does: git in another folder runs that folder's configuration."""
    name, texts = words[0].text, [word.text for word in words[1:]]
    if not words[0].literal and name not in TESTS:
        return False
    if name in TESTS:
        return _is_harmless_test(words, where)
    if name == "set":
        return bool(texts) and _sets_only_strictness(texts)
    if name == "cd":
        return len(words) == 2 and words[1].literal and texts[0][:1] != "-" and not leads(words[1], where, writes=True)
    return name in _FREE and not any(word.bare for word in words[1:])


def state(words: Words) -> str:
    """How it changes what later words mean, as a sentence; "" if it does not."""
    name = words[0].text
    if name == "set" and not _sets_only_strictness([word.text for word in words[1:]]):
        return "`set` changes how bash reads on"
    if name == "printf" and len(words) > 1 and (words[1].text[:1] in ("-", UNKNOWN) and words[1].text != "--"):
        return "`printf` may set a variable"
    return f"`{name}` changes what later words mean" if name in _STATE else ""


def evaluates(words: Words) -> str:
    """The word that bash would evaluate once more, substitutions in it included; "" if none."""
    if words[0].text not in TESTS | _STATE | {"printf", "exit", "return", "shift"}:
        return ""
    return next((word.text for word in words[1:] if re.search(r"\[.*(\$|`)|\$\(|`", word.text, re.DOTALL)), "")


def keeps(assignment: Assignment) -> bool:
    """Whether a variable before a command leaves the verdict as it is."""
    value = assignment.value
    if value is None or not value.literal:
        return False
    if assignment.name not in _KEPT and not re.fullmatch(r"LC_[A-Z]+", assignment.name):
        return False
    return _PLAIN_VALUE.fullmatch(value.text) is not None


def _sets_only_strictness(texts: list[str]) -> bool:
    at = 0
    while at < len(texts):
        if not re.fullmatch(r"-[eu]*o?", texts[at]) or texts[at] == "-":
            return False
        if texts[at].endswith("o"):
            at += 1
            if texts[at : at + 1] not in (["pipefail"], ["errexit"], ["nounset"]):
                return False
        at += 1
    return bool(texts)


def _is_harmless_test(words: Words, where: Where) -> bool:
    """`-v` and arithmetic can run what an array's index holds, so an expansion only counts as a known operator's."""
    name = words[0].text
    if name != "test" and (len(words) < 2 or words[-1].text != "]" * len(name)):
        return False
    arguments = list(words[1:] if name == "test" else words[1:-1])
    while arguments and arguments[0].text == "!":
        arguments.pop(0)
    if any(word.bare or word.braces or leads(word, where, writes=False) for word in arguments):
        return False
    if all(_is_plain(word) for word in arguments):
        indexed = name == "[[" and any("[" in word.text for word in arguments)
        return not indexed and not any(word.text in ("-v", "-R") for word in arguments)
    if name == "[[":
        return False
    texts = [word.text for word in arguments]
    if len(arguments) == 2:
        return texts[0] in _UNARY and not arguments[1].glob
    return len(arguments) == 3 and texts[1] in _BINARY and not (arguments[0].glob or arguments[2].glob)


def _is_plain(word: Word) -> bool:
    return word.literal and not set(word.text) & set("$`")
