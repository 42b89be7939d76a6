"""What is offered with a question: the narrowest rules that would answer it next time, and whether it can hurt."""

from flux_tui.safety import commands
from flux_tui.safety.commands import Reading, Words

_WITH_SUBCOMMANDS = frozenset({
    "git", "npm", "pnpm", "yarn", "bun", "cargo", "go", "docker", "podman", "kubectl", "pip", "uv", "poetry",
    "hatch", "tox", "nox", "make", "just", "mvn", "gradle", "dotnet", "gh", "rustup", "conda", "terraform",
    "helm", "bundle", "rake",
})  # fmt: skip
_EXACT_ONLY = frozenset({
    "python", "python3", "node", "deno", "ruby", "perl", "php", "lua", "awk", "gawk", "mawk", "sed", "tar",
    "curl", "wget", "npx", "pipx", "uvx", "rsync", "scp", "mv", "cp", "ln", "tee", "install", "chmod", "mkdir",
    "touch", "kill", "pkill",
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


def dangerous(command: str, reading: Reading) -> bool:
    """Whether it may destroy or publish something, as far as its words tell."""
    found = reading.commands
    if found is None or any(commands.program(words) in commands.WRAPPERS for words in found):
        return any(_destroys(words) for words in commands.starts(command[: commands.LONGEST], 8))
    return any(_destroys((commands.program(words), *words[1:])) for words in found)


def command_proposals(reading: Reading) -> tuple[str, ...]:
    """Rules for the one simple command; none where a rule would cover more than the person sees, or nothing."""
    words = reading.single
    if words is None or not commands.coverable(words) or _destroys((commands.program(words), *words[1:])):
        return ()
    pattern = _pattern(words)
    return (f"run_command({pattern})",) if pattern is not None else ()


def _pattern(words: Words) -> str | None:
    name = commands.program(words)
    if name in _EXACT_ONLY or any(name.startswith(one) for one in ("python", "mkfs")):
        return _written(words)
    if name in _WITH_SUBCOMMANDS:
        if len(words) == 1 or words[1].startswith("-"):
            return _written(words)
        return _written(words[:2], star=True)
    return _written(words[:1], star=True)


def _written(words: Words, *, star: bool = False) -> str | None:
    """The pattern as text, if it reads back as these very words."""
    text = " ".join(words)
    if text.endswith("*") or commands.read(text).single != words:
        return None
    return f"{text}*" if star else text


def _destroys(words: Words) -> bool:
    if not words:
        return False
    if words[0] in _DESTROYS or words[0].startswith("mkfs"):
        return True
    return any(words[0] == name and word in words[1:] for name, word in _DESTROYS_BY)
