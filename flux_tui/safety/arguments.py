"""Words that lead out of the workspace, or to secrets and files that decide what runs: they ask under any rule."""

import os
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from flux_tui.safety import paths
from flux_tui.safety.programs import READ_ONLY, canonical
from flux_tui.syntax.shell.words import UNKNOWN, Word

_PATTERN_FIRST = frozenset({"grep", "egrep", "fgrep", "rg", "ag", "ack", "sed", "awk", "jq", "yq", "zgrep"})
"""Their first operand is no path, unless an option gave the pattern."""
_NO_PATHS = frozenset({
    "echo", "printf", "true", "false", ":", "exit", "seq", "expr", "basename", "dirname", "sleep", "date", "cal",
    "kill", "uname", "tr", "set", "return", "break", "continue", "shift", "wait", "which", "type", "whoami",
    "id", "nproc",
})  # fmt: skip
_TEXT_OPTIONS = {
    "git": "-m --message -am -S -G --grep --author --committer --format --pretty --date --since --until",
    "find": "-name -iname -path -ipath -regex -iregex -wholename -iwholename -lname -size -mtime -type -printf",
    "fd": "-e -E --exclude --extension",
    "pytest": "-k -m --deselect --tb -W --durations",
    "python": "-W -X",
    "grep": "-e --regexp --include --exclude --exclude-dir -A -B -C -m",
    "rg": "-e --regexp -g --glob -t -T --type --replace -r -A -B -C -m",
    "sed": "-e --expression",
    "awk": "-F -v --field-separator --assign",
    "cut": "-d -f -c --delimiter --output-delimiter",
    "sort": "-t -k --field-separator",
    "paste": "-d",
    "column": "-s -o",
    "jq": "--arg --argjson",
    "gh": "-t -b --title --body",
    "go": "-run -bench -tags -skip",
    "cargo": "--features --package -p",
    "npm": "-w --workspace",
    "jest": "-t --testNamePattern",
    "vitest": "-t --testNamePattern",
    "docker": "-t --tag",
}
_GIVES_PATTERN = re.compile(r"-[A-Za-z]*[ef].*|--(?:regexp|file|expression|from-file).*")
_FREE_DEVICES = frozenset({"/dev/null", "/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/zero", "/dev/urandom"})
_SAMPLES = (
    ".env", ".env.local", ".env.production", "id_rsa", "id_ed25519", "credentials", "credentials.json", "server.pem",
    "server.key", ".ssh", ".aws", ".netrc", ".git-credentials",
)  # fmt: skip
_MOST_PIECES = 40
_PIECES = re.compile(r"[=:,@]")


@dataclass(frozen=True, slots=True)
class Where:
    """Where words are looked up."""

    root: Path | None
    """The workspace, for links and absolute names; None: names alone decide."""
    folders: frozenset[str] = frozenset({"."})
    """Where the line may have gone by `cd`, relative to the workspace."""
    fills: bool = False
    """Whether the line fills what commands print into words of others: then what is only printed counts as well."""


def suspicious(words: Sequence[Word], where: Where) -> Iterator[tuple[int, str]]:
    """(place, why) of each argument that an allow rule does not cover unless it names it."""
    program = canonical(words[0].text.rpartition("/")[2])
    prints = program in _NO_PATHS and not (where.fills and program in ("echo", "printf"))
    texts = set(_TEXT_OPTIONS.get(program, "").split())
    pattern = program in _PATTERN_FIRST and not any(_GIVES_PATTERN.fullmatch(word.text) for word in words[1:])
    skip = False
    for place, word in enumerate(words[1:], 1):
        option = word.text.startswith("-") and word.text != "-"
        if skip or word.text.partition("=")[0] in texts or word.text[:2] in texts:
            skip = not skip and word.text in texts
            continue
        if pattern and not option:
            pattern = False
            if not words[place - 1].text.startswith("--") or "=" in words[place - 1].text:
                continue
        if not prints and (why := leads(word, where, writes=program not in READ_ONLY)):
            yield place, why
        elif prints and (word.tilde or (word.glob and _outside_glob(word.text))):
            yield place, "leaves the workspace"


def leads(word: Word, where: Where, *, writes: bool) -> str:
    """Where a word leads that asks, as a clause; "" for nowhere special."""
    if word.tilde or re.search(r"\$\{?(?:HOME|OLDPWD|TMPDIR|XDG_\w+)\b", word.source):
        return "leaves the workspace"
    if word.braces:
        return "holds braces that are not worked out"
    if len(_PIECES.findall(word.text)) > _MOST_PIECES:
        return "holds too many parts to look at"
    for piece in dict.fromkeys(_pieces(word.text)):
        if why := _leads(piece, word, where, writes):
            return why
    return ""


def _pieces(text: str) -> Iterator[str]:
    """The word, and what in it could be a path of its own."""
    yield text
    if text.startswith("-") and not text.startswith("--") and len(text) > 3:
        yield text[2:]
    scheme = re.match(r"(?!file:)[a-z][a-z0-9+.-]*://", text)
    for mark in _PIECES.finditer(text):
        if not scheme:
            yield text[mark.end() :]
    yield from (piece for piece in _PIECES.split(text) if not scheme)


def _leads(piece: str, word: Word, where: Where, writes: bool) -> str:
    if piece.startswith("~") and not piece.startswith("~+"):
        return "leaves the workspace"
    parts = piece.split("/")
    if _secret(parts, word.glob):
        return "names a secret"
    if UNKNOWN in piece and ".." in parts:
        return "may leave the workspace"
    if piece.startswith("/"):
        return _absolute(piece, where)
    if ".." in parts and any(paths.outside(posixpath.join(folder, piece)) for folder in where.folders):
        return "leaves the workspace"
    found = paths.special(piece) if piece and "\0" not in piece else None
    if found is not None and writes and found.kind not in ("secret", "odd"):
        return f"names {found.mark}, which asks in every mode"
    return _by_link(piece, where) if where.root and UNKNOWN not in piece and not piece.startswith("-") else ""


def _secret(parts: Sequence[str], glob: bool) -> bool:
    name = next((part for part in reversed(parts) if part), "")
    folded = [part.casefold() for part in parts]
    if any(part in paths.SECRET_FOLDERS for part in folded) or (folded and folded[-1] in paths.SECRET_FILES):
        return True
    if name and "\0" not in name and paths.is_secret(name):
        return True
    return glob and any(re.search(r"[A-Za-z]|^\.", part) and _matches_secret(part) for part in parts)


def _matches_secret(pattern: str) -> bool:
    return bool(set(pattern) & set("*?[")) and any(fnmatchcase(sample, pattern.casefold()) for sample in _SAMPLES)


def _outside_glob(text: str) -> bool:
    return text.startswith(("/", "..", "~")) or "/../" in text


def _absolute(piece: str, where: Where) -> str:
    normal = posixpath.normpath(piece)
    if normal in _FREE_DEVICES or (piece.startswith("/dev/fd/") and piece[8:].isdigit()):
        return ""
    root = where.root
    if root is None or UNKNOWN in piece:
        return "leaves the workspace"
    for base in {str(root), _real(root)}:
        if normal == base or normal.startswith(base + "/"):
            inside = posixpath.relpath(normal, base)
            return _by_link(inside, Where(root)) or ("names a secret" if paths.is_secret(inside) else "")
    return "leaves the workspace"


@cache
def _real(root: Path | None) -> str:
    return os.path.realpath(root or ".")


def _by_link(piece: str, where: Where) -> str:
    """Links may lead elsewhere than the name says."""
    real_root = _real(where.root)
    head = re.split(r"[*?\[]", piece)[0]
    if not head or len(piece) > 1000:
        return ""
    for folder in where.folders:
        named = f"{real_root}/{folder}/{head}"
        try:
            real = os.path.realpath(named)
        except (OSError, ValueError):
            continue
        if real == os.path.normpath(named):
            continue
        if real != real_root and not real.startswith(real_root + "/"):
            return "leads out of the workspace by a link"
        if paths.is_secret(os.path.relpath(real, real_root)):
            return "leads to a secret by a link"
    return ""
