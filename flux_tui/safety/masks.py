"""What the sandbox takes away: folders of secrets are hidden, git's and other programs' own files are read-only."""

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

PROTECTED = (
    ".git", ".flux", ".vscode", ".idea", ".husky", ".envrc", ".claude", ".cursor", ".codex", ".gemini", ".mcp.json",
)  # fmt: skip
"""What is read-only below the workspace, if it exists: git's and Flux's own, and what other programs run later."""

GIT_GUARDED = (
    "config",
    "config.worktree",
    "hooks",
    "commondir",
    "info/attributes",
    "objects/info/alternates",
    "modules",
)
"""In `.git`: what decides which programs git runs, and where it looks."""

TOOLCHAINS = frozenset({
    ".pyenv", ".cargo", ".rustup", ".nvm", ".local", ".cache", ".npm", ".asdf", ".gradle", ".m2", ".bun", ".deno",
    ".volta", ".rbenv", ".gem", ".conda", ".gitconfig", ".sdkman", ".ghcup", ".opam", ".juliaup", ".dotnet",
    ".nix-profile",
})  # fmt: skip
"""Entries of the home folder that commands need."""

_CREDENTIALS = (
    ".cargo/credentials", ".cargo/credentials.toml", ".m2/settings.xml", ".m2/settings-security.xml",
    ".gradle/gradle.properties", ".gem/credentials", ".local/share/keyrings", ".local/share/kwalletd",
)  # fmt: skip
"""Inside the toolchains, still hidden."""

_SYSTEM = tuple(map(Path, ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/nix", "/dev", "/proc", "/sys")))
REPLACED = tuple(map(Path, ("/tmp", "/var/tmp", "/run")))
"""Folders of the system that a command never sees: it has its own, or none."""
_FOLDERS_SEARCHED = 5_000
_NOT_SEARCHED = frozenset({".git", "node_modules", ".venv", "venv", "__pycache__", ".tox", ".mypy_cache"})


def hidden(home: Path, env: Mapping[str, str], own: Iterable[Path]) -> tuple[Path, ...]:
    """What commands must not read: the home folder's dot entries that are no toolchain, credentials, Flux's `own`.

    An entry that PATH or VIRTUAL_ENV leads through stays visible.
    """
    needed = [Path(text) for text in (*env.get("PATH", "").split(":"), env.get("VIRTUAL_ENV", "")) if text]
    try:
        names = sorted(entry.name for entry in os.scandir(home) if entry.name.startswith("."))
    except OSError:
        names = []
    entries = [home / name for name in names if name not in TOOLCHAINS]
    shown = [path for path in entries if not any(need.is_relative_to(path) for need in needed)]
    return (*shown, *(home / name for name in _CREDENTIALS), *own)


def too_wide(workspace: Path, home: Path) -> bool:
    """Whether a folder is no sensible workspace: the home folder, or one that holds it."""
    return home.is_relative_to(workspace)


def hideable(hide: Iterable[Path], workspace: Path, writable: Iterable[Path] = ()) -> list[Path]:
    """Real paths of what exists and may be masked without taking away the system, the workspace's parents or itself.

    `writable`: further folders that the box shows as they are.
    """
    real = dict.fromkeys(Path(os.path.realpath(path)) for path in hide)
    shown = (workspace, *writable)
    return [path for path in real if path.exists() and not _untouchable(path, workspace, shown)]


def _untouchable(path: Path, workspace: Path, shown: Iterable[Path]) -> bool:
    if workspace.is_relative_to(path) and len(path.parts) <= 2:
        return True
    if any(path.is_relative_to(folder) for folder in _SYSTEM):
        return True
    return replaced(path) and not any(path.is_relative_to(folder) for folder in shown)


def replaced(path: Path) -> bool:
    """Whether the box has a folder of its own there, so that nothing of ours can be seen."""
    return any(path.is_relative_to(folder) for folder in REPLACED)


def masks(hidden: Iterable[Path]) -> Iterator[str]:
    for path in hidden:
        yield from ("--tmpfs", str(path)) if path.is_dir() else ("--ro-bind", "/dev/null", str(path))


def read_only(workspace: Path) -> Iterator[Path]:
    """Only what exists: a mask over a missing path would leave an empty file in the project."""
    found = [workspace / name for name in PROTECTED]
    for path in dict.fromkeys((*found, *nested_git(workspace))):
        real = Path(os.path.realpath(path))
        if real.exists() and (real == path or real.is_relative_to(workspace)):
            yield real


def git_guards(git: Path) -> Iterator[Path]:
    """What in a git folder stays read-only when the folder itself may be written: what names programs or other places.

    What is missing can't be guarded so; whoever opens the folder compares it before and after.
    """
    for name in GIT_GUARDED:
        path = git / name
        if path.exists() and not path.is_symlink():
            yield path


@lru_cache(maxsize=8)
def nested_git(workspace: Path) -> tuple[Path, ...]:
    """Every `.git` below the workspace's own, as found at the first command of the session. Bounded."""
    found: list[Path] = []
    todo = [workspace]
    for _ in range(_FOLDERS_SEARCHED):
        if not todo:
            break
        folder = todo.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        found += [Path(entry.path) for entry in entries if entry.name == ".git" and folder != workspace]
        todo += [
            Path(entry.path)
            for entry in entries
            if entry.name not in _NOT_SEARCHED and entry.is_dir(follow_symlinks=False)
        ]
    return tuple(sorted(found))
