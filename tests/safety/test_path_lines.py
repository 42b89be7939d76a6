"""Paths for reading and writing through `flux rules check`, in a real folder with links in it, and its pace."""

import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

A, K, D = "allow", "ask", "deny"

# path: (read, write), in mode auto-edit
TABLE: dict[str, tuple[str, str]] = {
    # ordinary
    "src/main.py": (A, A), "./src/main.py": (A, A), "src//main.py": (A, A), "src/../src/main.py": (A, A),
    "new.txt": (A, A), "new/deep/file.txt": (A, A), "README.md": (A, A), ".gitignore": (A, A), ".github/x.md": (A, A),
    "git/x": (A, A), "x.git/config": (A, A), "src/git.py": (A, A), "a b.txt": (A, A), "äöü.txt": (A, A),
    "src/..main.py": (A, A), "...": (A, A), "env": (A, A), "src/env.py": (A, A), ".env.example": (A, A),
    "id_utils.py": (A, A), "identity.txt": (A, A), "x.pub": (A, A), "keys.py": (A, A), "credentials.md": (A, A),
    "tests/test_credentials.py": (A, A), "fluxfile": (A, A), "flux/config.toml": (A, A), "vscode/x": (A, A),
    "-rf": (A, A), "$HOME": (A, A), "*": (A, A), "日本.txt": (A, A), "inside-link": (A, A),
    "folder-link/main.py": (A, A),
    "{WS}/src/main.py": (A, A), "{WS}/new.txt": (A, A), "{VIA}/src/main.py": (A, A), "src": (A, A), ".": (A, A),
    # git's own
    ".git": (D, D), ".git/config": (D, D), ".git/hooks/pre-commit": (D, D), ".GIT/config": (D, D),
    ".Git/HEAD": (D, D),
    "sub/.git/config": (D, D), "src/../.git/config": (D, D), "./.git/config": (D, D), ".git/": (D, D),
    ".git./x": (D, D),
    ".git /x": (D, D), ".g\u200cit/config": (D, D), ".git\u200b/config": (D, D), ".git\\config": (D, D),
    "GIT~1/x": (D, D),
    ".git::$INDEX_ALLOCATION/x": (D, D), "{WS}/.git/config": (D, D), "git-link/config": (D, D), "git-link": (D, D),
    # Flux's own
    ".flux/config.toml": (K, K), ".FLUX/config.toml": (K, K), "sub/.flux/x": (K, K), ".flux": (K, K),
    ".flux./x": (K, K),
    "flux-link/x": (K, K), "src/../.flux/profiles/x.toml": (K, K),
    # what runs later
    ".envrc": (A, K), ".vscode/tasks.json": (A, K), ".VSCODE/tasks.json": (A, K), ".v\u017fcode/tasks.json": (A, K),
    ".idea/workspace.xml": (A, K), ".husky/pre-commit": (A, K), ".pre-commit-config.yaml": (A, K),
    ".gitmodules": (A, K),
    ".gitattributes": (A, K), "sub/.gitattributes": (A, K), ".mcp.json": (A, K), ".claude/settings.json": (A, K),
    ".cursor/mcp.json": (A, K), ".codex/x": (A, K), ".gemini/x": (A, K), ".github/workflows/ci.yml": (A, K),
    ".GitHub/Workflows/ci.yml": (A, K), ".bashrc": (A, K), "home/.zshrc": (A, K), ".profile": (A, K),
    ".envrc.": (A, K),
    ".vscode": (A, K), "later-link": (A, K),
    # secrets
    ".env": (K, K), ".ENV": (K, K), ".env.local": (K, K), "config/.env.production": (K, K), "server.pem": (K, K),
    "id_rsa": (K, K), "ID_ED25519": (K, K), ".ssh/config": (K, K), ".aws/credentials": (K, K), "credentials": (K, K),
    "credentials.json": (K, K), ".netrc": (K, K), ".env ": (K, K), ".env.": (K, K), "secret-link": (K, K),
    # outside
    "../x": (D, D), "..": (D, D), "src/../../x": (D, D), "/etc/passwd": (D, D), "/": (D, D), "out-link/x": (D, D),
    "out-link": (D, D), "file-out-link": (D, D), "{WS}-twin/x": (D, D), "{WS}/../x": (D, D),
    "/proc/self/environ": (D, D),
    "dangling-out": (D, D), "folder-link/../../x": (D, D), "/dev/null": (D, D),
    # odd
    "": (D, D), " ": (D, D), "a\0b": (D, D), "~/x": (K, K), "~root/x": (K, K), "src/x\u202ey.py": (K, K),
    "x\u200b": (K, K),
    "x ": (K, K), "x\x1b[2J": (K, K), "hard": (A, K), "read-only": (A, K),
}  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    for name in ("src", ".git", ".flux", "sub/.git", ".vscode"):
        (folder / name).mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "work-twin").mkdir()
    for name in ("src/main.py", ".env", ".envrc", ".git/config", "hard", "read-only", "../outside/file"):
        (folder / name).write_text("x\n")
    links = {
        "inside-link": "src/main.py", "folder-link": "src", "git-link": ".git", "flux-link": ".flux",
        "later-link": ".envrc", "secret-link": ".env", "out-link": "../outside", "file-out-link": "../outside/file",
        "dangling-out": "../outside/none",
    }  # fmt: skip
    for name, target in links.items():
        (folder / name).symlink_to(target)
    os.link(folder / "hard", folder / "src" / "other-name")
    (folder / "read-only").chmod(0o444)
    (tmp_path / "via").symlink_to(folder)
    return folder


def answers(folder: Path, lines: list[dict[str, object]]) -> list[dict[str, str]]:
    """What one process of `flux rules check` says to the lines, in order."""
    given = "".join(json.dumps(line) + "\n" for line in lines)
    command = [sys.executable, "-m", "flux_tui", "rules", "check"]
    environment = {**os.environ, "FLUX_HOME": str(folder.parent / "home")}
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, cwd=folder, env=environment, timeout=100, check=True
    )
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def test_each_path_is_judged_as_the_table_says(workspace: Path) -> None:
    assert len(TABLE) >= 99
    lines: list[dict[str, object]] = []
    expected: list[str] = []
    for path, verdicts in TABLE.items():
        named = path.replace("{WS}", str(workspace)).replace("{VIA}", str(workspace.parent / "via"))
        for action, verdict in zip(("read", "write"), verdicts, strict=True):
            lines.append({"path": named, "action": action, "mode": "auto-edit", "rules": {}})
            expected.append(verdict)
    found = answers(workspace, lines)
    wrong = [
        (line["path"], line["action"], one, verdict)
        for line, one, verdict in zip(lines, found, expected, strict=True)
        if one.get("verdict") != verdict or not one["why"]
    ]
    assert wrong == []


def test_a_rule_holds_for_the_name_given_and_for_the_file_meant(workspace: Path) -> None:
    def deny(*rules: str) -> dict[str, list[str]]:
        return {"deny": list(rules)}

    composed, apart = (unicodedata.normalize(form, "src/é.py") for form in ("NFC", "NFD"))
    table = [
        ("inside-link", deny("edit_file(src/main.py)"), D),
        ("inside-link", deny("edit_file(inside-link)"), D),
        ("folder-link/main.py", deny("edit_file(src/**)"), D),
        ("SRC/MAIN.PY", deny("edit_file(src/main.py)"), D),
        (composed, deny(f"edit_file({apart})"), D),
        (apart, deny(f"write_file({composed})"), D),
        ("src/x.py", deny("edit_file(src)"), D),
        ("src/x.py", deny("*(src/**)"), D),
        ("srcs/x.py", deny("edit_file(src/**)"), A),
        ("a/" * 2000 + "x", deny("edit_file(**/x)"), D),
        ("src/../src/main.py", deny("edit_file(src/main.py)"), D),
    ]
    lines: list[dict[str, object]] = [
        {"path": path, "action": "write", "mode": "full", "rules": rules} for path, rules, _ in table
    ]
    assert [one["verdict"] for one in answers(workspace, lines)] == [verdict for _, _, verdict in table]


def test_lines_are_answered_in_order_and_each_in_time(workspace: Path) -> None:
    rules = {"allow": ["ls*", "cat*"], "deny": ["rm*"]}
    commands = [
        "ls",
        "a" * 20_000,
        "ls; " * 2_400,
        "x;" * 100_000 + "rm y",
        "(" * 5_000,
        f"cat {workspace}/src/main.py",
    ]
    commands += ["cat out-link/file", "cat secret-link", "cd folder-link && ls", "cd out-link && ls", "ls"]
    lines: list[dict[str, object]] = [{"command": command, "rules": rules} for command in commands]
    found = answers(workspace, [*lines, {"command": 1}, {"path": "x"}, {"rules": {"allow": "x"}, "command": "ls"}])
    assert [one.get("verdict", "error") for one in found] == [
        *(A, K, A, D, K, A),
        *(K, K, A, K, A),
        *("error", "error", "error"),
    ]
