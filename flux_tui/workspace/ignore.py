"""Which files walks and searches leave out: `.gitignore`, `.ignore` and `.rgignore` at every depth, and a few folders.

The rules are those of git and ripgrep, whether or not the folder is a repository; git itself is never run.
"""

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

PRUNED = frozenset(
    {".git", ".hg", ".svn", ".jj", "node_modules", ".venv", "__pycache__", ".tox", ".mypy_cache", ".ruff_cache"}
    | {".pytest_cache", ".direnv", ".gradle", ".terraform"}
)
"""Folders that nobody searches, at any depth, ignore file or not."""
NAMES = (".rgignore", ".ignore", ".gitignore")
"""The first kind that says something decides; within a kind the deepest file does."""
READ_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class _Rules:
    """One ignore file."""

    prefix: str
    """The folder it lies in, with `/` at the end; "" for the root."""
    patterns: tuple[tuple[re.Pattern[str], bool], ...]
    """(pattern, True = leave out), in the order of the file."""
    any: re.Pattern[str]

    def decides(self, path: str) -> bool | None:
        """True = left out, False = kept, None = nothing said. A folder's path ends with `/`."""
        below = path[len(self.prefix) :]
        if not self.any.fullmatch(below):
            return None
        return next(out for pattern, out in reversed(self.patterns) if pattern.fullmatch(below))


Chain = tuple[tuple[_Rules, ...], ...]
"""For each of NAMES the rules from a folder upwards, deepest first."""
NO_RULES: Chain = tuple(() for _ in NAMES)


class Ignores:
    """The rules that hold below a folder of the workspace. The folder itself was asked for and is never left out."""

    def __init__(self, root: Path, under: str = "") -> None:
        self._root = root
        self._under = under
        self._chains: dict[str, Chain] = {}
        self._hidden: dict[str, bool] = {}
        self.asked_for_hidden = False
        """The folder is left out by rules from above it; those then don't hold in it."""
        above = _parents(under)
        chain = NO_RULES
        for folder in above:
            chain = self._with(chain, folder)
            child = _child(folder, under)
            if ignored(chain, child, is_folder=True):
                self.asked_for_hidden = True
        self._base = NO_RULES if self.asked_for_hidden else chain

    def chain(self, folder: str) -> Chain:
        """The rules for the entries of a folder at or below `under`; "" is the root."""
        if folder not in self._chains:
            above = self._base if folder == self._under else self.chain(folder.rpartition("/")[0])
            self._chains[folder] = self._with(above, folder)
        return self._chains[folder]

    def hides(self, path: str) -> bool:
        """Whether a file below `under` is left out, itself or by a folder on the way."""
        return self._hides_folder(path.rpartition("/")[0]) or ignored(self.chain(path.rpartition("/")[0]), path, False)

    def _hides_folder(self, folder: str) -> bool:
        if folder in (self._under, ""):
            return False
        if folder not in self._hidden:
            above = folder.rpartition("/")[0]
            self._hidden[folder] = self._hides_folder(above) or ignored(self.chain(above), folder, True)
        return self._hidden[folder]

    def _with(self, chain: Chain, folder: str) -> Chain:
        found = tuple(_load(self._root, folder, name) for name in NAMES)
        if not any(found):
            return chain
        return tuple((rules, *above) if rules else above for rules, above in zip(found, chain, strict=True))


def ignored(chain: Chain, path: str, is_folder: bool) -> bool:
    """Whether an entry of the folder that the chain was made for is left out."""
    if is_folder:
        if path.rpartition("/")[2] in PRUNED:
            return True
        path += "/"
    for kind in chain:
        for rules in kind:
            decided = rules.decides(path)
            if decided is not None:
                return decided
    return False


def _parents(folder: str) -> list[str]:
    """The folders above, from the root down."""
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:count]) for count in range(len(parts))]


def _child(folder: str, under: str) -> str:
    """The next folder on the way down."""
    depth = len(folder.split("/")) if folder else 0
    return "/".join(under.split("/")[: depth + 1])


def _load(root: Path, folder: str, name: str) -> _Rules | None:
    path = root / folder / name
    try:
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode) or found.st_size > READ_LIMIT:
            return None
        text = path.read_text("utf-8", "surrogateescape")
    except OSError:
        return None
    patterns = tuple(_patterns(text.removeprefix("\ufeff").split("\n")))
    if not patterns:
        return None
    either = re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in patterns), re.DOTALL)
    return _Rules(f"{folder}/" if folder else "", patterns, either)


def _patterns(lines: list[str]) -> list[tuple[re.Pattern[str], bool]]:
    from pathspec.patterns.gitignore.base import GitIgnorePatternError
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    found = []
    for line in lines:
        try:
            parsed = GitIgnoreSpecPattern(line.removesuffix("\r"))
        except GitIgnorePatternError:
            continue
        if parsed.include is None or parsed.regex is None:
            continue
        found.append((re.compile(_entry_only(parsed.regex.pattern), re.DOTALL), parsed.include))
    return found


def _entry_only(regex: str) -> str:
    """The pattern for one entry's whole path. What lies in a folder that is left out is never asked about."""
    if not regex.startswith("^"):  # `*`, `**`, `*/`: found anywhere.
        return ".+/" if "ps_d" in regex else ".+"
    marked = regex.replace("(?P<ps_d>/)", "/")
    return marked if marked != regex else f"{regex}.+"
