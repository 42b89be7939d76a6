"""What a path is besides its name: git's own, Flux's own, a file that runs later, a secret. By name alone; no disk."""

import posixpath
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from flux_tui.safety.rules import folded
from flux_tui.safety.visible import hides

Kind = Literal["git", "flux", "runs-later", "secret", "odd"]

_RUN_LATER_FOLDERS = frozenset(
    {".vscode", ".idea", ".husky", ".claude", ".cursor", ".circleci", ".codex", ".gemini", ".devcontainer"}
)
_RUN_LATER_FILES = frozenset({
    ".envrc", ".pre-commit-config.yaml", ".pre-commit-config.yml", ".gitlab-ci.yml", ".gitmodules", ".gitattributes",
    ".gitconfig", ".mcp.json", ".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".profile", ".zshrc",
    ".zshenv", ".zprofile", ".zlogin", ".zlogout", ".kshrc", ".cshrc", ".tcshrc", ".login", ".inputrc",
    "config.fish", ".npmrc", ".vimrc", ".exrc", ".gdbinit",
})  # fmt: skip
_SECRET = re.compile(r"(?P<mark>\.env)(?:\..+)?|.*(?P<suffix>\.pem|\.p12|\.pfx|\.key)|\.?(?P<stem>id_|credentials).*")
SECRET_FOLDERS = frozenset({".ssh", ".aws", ".gnupg", ".kube", ".azure", ".gcloud", ".password-store"})
SECRET_FILES = frozenset({".netrc", ".pgpass", ".git-credentials", ".pypirc", ".htpasswd", ".my.cnf", ".vault-token"})
_GIT = frozenset({".git", "git~1"})
"""Git's folder, and its short name on file systems that make such."""
_HARMLESS_ENV = (".env.example", ".env.sample", ".env.template", ".env.dist")
_SOURCE = re.compile(
    r".+\.(?:py|pyi|[cm]?[jt]sx?|go|rs|java|kt|c|h|cc|cpp|hpp|cs|rb|php|swift|md|rst|html?|css|vue|svelte)"
)


@dataclass(frozen=True, slots=True)
class Special:
    kind: Kind
    mark: str
    """The part of the name that makes it so, folded. A rule has to name it to cover the path."""
    why: str


def outside(path: str) -> bool:
    """Whether a relative path leaves the folder it starts from, or is none at all."""
    normal = posixpath.normpath(path)
    return not path or "\0" in path or normal.startswith("/") or normal.split("/")[0] == ".."


def special(path: str) -> Special | None:
    """What is special about a workspace-relative path. Compared folded, at any depth."""
    parts = [part for part in folded(posixpath.normpath(path)).replace("\\", "/").split("/") if part]
    names = [part.partition(":")[0].rstrip(". ") or part for part in parts]
    if not _GIT.isdisjoint(names):
        return Special("git", ".git", "git's own files decide what git runs")
    if ".flux" in names:
        return Special("flux", ".flux", "Flux's own files of this project decide what Flux may do")
    return _runs_later(names) or _secret(names) or _odd(path)


def is_secret(path: str) -> bool:
    """Whether the file's content should not go to a provider unasked."""
    found = special(path)
    return found is not None and found.kind == "secret"


def _runs_later(names: list[str]) -> Special | None:
    why = "it is run later by another program, outside the sandbox"
    for name in names:
        if name in _RUN_LATER_FOLDERS:
            return Special("runs-later", name, why)
    if any(pair == (".github", "workflows") for pair in pairwise(names)):
        return Special("runs-later", ".github/workflows", why)
    if names and names[-1] in _RUN_LATER_FILES:
        return Special("runs-later", names[-1], why)
    return None


def _odd(path: str) -> Special | None:
    """Names that say something else to a shell, or to the eye."""
    first = path.split("/")[0]
    if re.fullmatch(r"~[a-z_-]*", first):
        return Special("odd", first, "to a shell it is a home folder, here it would be a folder of that name")
    if hides(path) or path != path.strip():
        return Special("odd", path, "its name holds characters that can't be seen")
    return None


def _secret(names: list[str]) -> Special | None:
    why = "it looks like a secret, and what is read goes to the model's provider"
    name = names[-1] if names else ""
    if folder := next((one for one in names if one in SECRET_FOLDERS), None):
        return Special("secret", folder, why)
    if name in SECRET_FILES:
        return Special("secret", name, why)
    found = _SECRET.fullmatch(name)
    if found is None or name in _HARMLESS_ENV or _SOURCE.fullmatch(name) or name.endswith(".pub"):
        return None
    mark = found["mark"] or found["suffix"] or found["stem"]
    return Special("secret", mark, why)
