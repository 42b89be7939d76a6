"""What is offered with a question: the narrowest rules that would answer it next time, and whether it can hurt."""

from pathlib import Path

from flux_tui.config.settings import Rules
from flux_tui.safety import loose
from flux_tui.safety.arguments import Where
from flux_tui.safety.commands import Command, Line
from flux_tui.safety.covering import covering
from flux_tui.safety.programs import SUBCOMMANDS, canonical
from flux_tui.safety.shell_state import is_free
from flux_tui.safety.wrappers import Words

LONGEST_SCAN = 10_000
_WITH_SUBCOMMANDS = SUBCOMMANDS | {"make", "just", "mvn", "gradle"}
_EXACT_ONLY = frozenset({
    "python", "node", "deno", "ruby", "perl", "php", "lua", "awk", "sed", "tar", "curl", "wget", "npx", "pipx", "uvx",
    "rsync", "scp", "mv", "cp", "ln", "tee", "install", "chmod", "mkdir", "touch", "kill", "pkill", "bash", "sh",
})  # fmt: skip
"""Programs whose further words decide what they do: only the very same command is offered."""

_DESTROYS = frozenset({
    "rm", "rmdir", "shred", "dd", "mkfs", "truncate", "chown", "sudo", "doas", "su", "killall", "reboot",
    "shutdown", "unlink",
})  # fmt: skip
_DESTROYS_BY = (
    *(("git", one) for one in ("reset", "clean", "push", "checkout", "restore", "rebase", "stash", "-D")),
    ("find", "-delete"),
    ("chmod", "-R"),
    ("npm", "publish"),
    ("cargo", "publish"),
    ("twine", "upload"),
    ("docker", "system"),
    ("kubectl", "delete"),
    ("terraform", "destroy"),
)


def dangerous(command: str, line: Line) -> bool:
    """Whether it may destroy or publish something, as far as its words tell."""
    found = [tuple(word.text for word in words) for words in line.everything()]
    if any(_destroys((loose.base(texts[0]), *texts[1:])) for texts in found):
        return True
    return line.hidden and any(_destroys(words) for words in loose.starts(command[:LONGEST_SCAN], 8))


def command_proposals(line: Line, rules: Rules, root: Path | None) -> tuple[str, ...]:
    """A rule for each simple command that needs one; none where some part could not be covered by any."""
    found: list[str] = []
    for command in line.commands:
        if not command.words or is_free(command.words, Where(root)) or covering(command, rules.allow, Where(root)):
            continue
        rule = _rule_for(command, root)
        if rule is None:
            return ()
        found.append(rule)
    return tuple(dict.fromkeys(found))


def _rule_for(command: Command, root: Path | None) -> str | None:
    words = command.words
    if _destroys((loose.base(words[0].text), *(word.text for word in words[1:]))):
        return None
    for pattern in _patterns(words):
        if covering(command, (f"run_command({pattern})",), Where(root)):
            return f"run_command({pattern})"
    return None


def _patterns(words: Words) -> list[str]:
    """From the usual to the very same command. Each is a text that reads back as these words."""
    name = canonical(loose.base(words[0].text))
    whole = " ".join(word.source for word in words)
    if name in _EXACT_ONLY or not words[0].literal:
        return [] if whole.endswith("*") else [whole]
    width = 1
    if name in _WITH_SUBCOMMANDS:
        width = 2 if len(words) > 1 and not words[1].text.startswith("-") else len(words)
    starred = [] if width >= len(words) and width > 2 else [" ".join(word.source for word in words[:width]) + "*"]
    if name in _WITH_SUBCOMMANDS and (len(words) == 1 or words[1].text.startswith("-")):
        starred = []
    return [one for one in (*starred, whole) if not one.removesuffix("*").endswith("*")]


def _destroys(words: tuple[str, ...]) -> bool:
    if not words:
        return False
    if words[0] in _DESTROYS or words[0].startswith("mkfs"):
        return True
    return any(words[0] == name and word in words[1:] for name, word in _DESTROYS_BY)
