"""What git's words mean for a rule: global options, subcommands to be named, options that write or start more."""

from collections.abc import Iterator, Sequence

from flux_tui.syntax.shell.words import Word

GLOBAL_WITH_VALUE = frozenset(
    {"-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--config-env", "--super-prefix"}
)
_HARMLESS = frozenset({"--no-pager", "-P", "--no-optional-locks", "--literal-pathspecs"})
_GLOBAL_PLAIN = frozenset({
    "--no-pager", "-P", "--no-optional-locks", "--literal-pathspecs", "--glob-pathspecs", "--noglob-pathspecs",
    "--icase-pathspecs", "--no-replace-objects", "--no-lazy-fetch", "--no-advice", "--version", "-v", "--help", "-h",
    "--info-path", "--man-path", "--html-path",
})  # fmt: skip

_NAMED = frozenset({
    "am", "apply", "archive", "bisect", "bundle", "checkout", "cherry-pick", "citool", "clean", "clone", "config",
    "credential", "daemon", "difftool", "fast-export", "fast-import", "filter-branch", "filter-repo", "gc", "gui",
    "help", "hook", "init", "instaweb", "maintenance", "mergetool", "mv", "prune", "pull", "push", "rebase", "reflog",
    "remote", "replace", "request-pull", "reset", "restore", "revert", "rm", "send-email", "shell", "sparse-checkout",
    "submodule", "svn", "symbolic-ref", "update-index", "update-ref", "upload-archive", "upload-pack", "worktree",
    "web--browse", "p4", "lfs", "annex", "flow", "alias",
})  # fmt: skip
"""Subcommands that change more than a commit, follow a configuration or start programs: `git*` does not mean them."""

_EVERYWHERE = (
    "output ext-diff textconv exec upload-pack receive-pack open-files-in-pager extcmd template separate-git-dir"
)
_LONG = {
    "archive": "remote",
    "branch": "delete force move copy edit-description",
    "checkout": "force",
    "commit": "template",
    "format-patch": "output-directory",
    "push": "force delete mirror force-with-lease prune",
    "reset": "hard merge keep",
    "switch": "force discard-changes",
    "tag": "delete force",
    "hash-object": "",
    "cat-file": "filters",
    "apply": "unsafe-paths directory",
    "grep": "no-index",
}
_SHORT = {
    "archive": "o",
    "branch": "dDmMcCf",
    "checkout": "fB",
    "clone": "cuo",
    "difftool": "x",
    "format-patch": "o",
    "grep": "O",
    "push": "fd",
    "rebase": "xi",
    "switch": "fC",
    "tag": "dfF",
    "hash-object": "w",
    "fetch": "uf",
    "commit": "te",
    "add": "ei",
}
_VALUED = {"commit": "mFCcu", "tag": "mnu", "grep": "efABCm", "push": "o", "log": "SGLnU", "show": "SGLU"}
_PLAIN = frozenset({"text", "output-indicator-new", "output-indicator-old", "output-indicator-context", "merged"})
_OPERANDS = {
    "stash": frozenset({"drop", "clear", "pop", "branch", "apply"}),
    "remote": frozenset({"add", "set-url", "remove", "rm", "rename", "update", "prune", "set-head", "set-branches"}),
    "submodule": frozenset({"foreach", "add", "update", "init", "deinit", "set-url", "sync", "absorbgitdirs"}),
    "bisect": frozenset({"run", "visualize", "view", "replay"}),
    "worktree": frozenset({"add", "remove", "move", "prune", "repair"}),
    "reflog": frozenset({"expire", "delete"}),
    "notes": frozenset({"add", "remove", "edit", "prune", "merge", "append", "copy"}),
    "sparse-checkout": frozenset({"set", "add", "disable", "init"}),
    "bundle": frozenset({"create", "unbundle"}),
    "hook": frozenset({"run"}),
}
_CONFIG_READS = frozenset(
    {"--get", "--get-all", "--get-regexp", "--list", "-l", "get", "list", "--show-origin", "--local"}
)


def subcommand(words: Sequence[str]) -> int:
    """Where the subcommand stands behind git's global options; the number of words if nowhere."""
    at = 1
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in GLOBAL_WITH_VALUE else 1
    return min(at, len(words))


def without_globals(words: Sequence[str]) -> tuple[str, ...]:
    return (words[0], *words[subcommand(words) :])


def without_harmless(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """`git --no-pager diff` is `git diff` to a rule."""
    at = 1
    while words[0].text.rpartition("/")[2] == "git" and at < len(words) and words[at].text in _HARMLESS:
        at += 1
    return (words[0], *words[at:]) if at < len(words) else words


def risks(words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """(place, why) of each word that an allow rule has to name."""
    at = subcommand(words)
    for place in range(1, at):
        if words[place].startswith("-") and words[place] not in _GLOBAL_PLAIN:
            yield place, "points git at another repository, configuration or program"
            if words[place] in GLOBAL_WITH_VALUE and place + 1 < len(words):
                yield place + 1, "points git at another repository, configuration or program"
    if at == len(words):
        return
    name = words[at]
    if name in _NAMED:
        yield at, "changes more than `git*` may cover"
    yield from _of_subcommand(name, words, at)


def _of_subcommand(name: str, words: Sequence[str], at: int) -> Iterator[tuple[int, str]]:
    ended = False
    operands = [place for place in range(at + 1, len(words)) if not words[place].startswith("-")]
    for place in range(at + 1, len(words)):
        word = words[place]
        if word == "--":
            ended = True
        elif not ended and word.startswith("--"):
            if _long(name, word):
                yield place, "writes, deletes or starts something"
        elif not ended and word.startswith("-") and in_cluster(word[1:], _SHORT.get(name, ""), _VALUED.get(name, "")):
            yield place, "writes, deletes or starts something"
        elif (
            "::" in word
            and word.partition("::")[0].isalnum()
            and name in ("clone", "fetch", "pull", "push", "ls-remote")
        ):
            yield place, "names a program that git would start"
        elif name == "push" and word[:1] in ("+", ":"):
            yield place, "overwrites or deletes a branch elsewhere"
        elif name == "checkout" and (word == "." or (ended and place > at)):
            yield place, "throws changes away"
    if operands and words[operands[0]] in _OPERANDS.get(name, ()):
        yield operands[0], "changes the repository, its configuration, or starts a program"
    if name == "config":
        yield from _of_config(words, at)


def _of_config(words: Sequence[str], at: int) -> Iterator[tuple[int, str]]:
    rest = words[at + 1 :]
    options = [word for word in rest if word.startswith("-") or word in _CONFIG_READS]
    reads = bool(set(options) & _CONFIG_READS - {"--local", "--show-origin"}) and set(options) <= _CONFIG_READS
    if not reads:
        yield from ((place, "changes the configuration of git") for place in range(at + 1, len(words)))


def _long(name: str, word: str) -> bool:
    given = word[2:].partition("=")[0]
    known = (*_EVERYWHERE.split(), *_LONG.get(name, "").split())
    return bool(given) and given not in _PLAIN and any(one.startswith(given) for one in known)


def in_cluster(letters: str, risky: str, valued: str) -> bool:
    """Whether a cluster of short options holds one of `risky`. A letter of `valued` ends it: the rest is its value."""
    for letter in letters:
        if letter in risky:
            return True
        if letter in valued:
            return False
    return False
