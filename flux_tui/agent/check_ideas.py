"""Which checks a project seems to have, by its files. Only ever proposed: none runs without a yes."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

MOST_BYTES = 500_000
NO_TEST = "no test specified"


def ideas(root: Path) -> tuple[str, ...]:
    """As they would stand in `[verify] commands`, the most telling first."""
    return tuple(dict.fromkeys(command for find in FINDERS for command in find(root)))


def _python(root: Path) -> Iterator[str]:
    pyproject = _toml(root / "pyproject.toml")
    tool = pyproject.get("tool", {})
    tool = tool if isinstance(tool, dict) else {}
    tests = any((root / name).is_dir() for name in ("tests", "test")) or any(root.glob("test_*.py"))
    if (
        "pytest" in tool
        or (root / "pytest.ini").is_file()
        or (tests and any(root.glob("*.py")))
        or (tests and pyproject)
    ):
        yield "[*.py] python -m pytest -q"
    if "ruff" in tool or (root / "ruff.toml").is_file() or (root / ".ruff.toml").is_file():
        yield "[*.py] ruff check {files}"
    if "mypy" in tool or (root / "mypy.ini").is_file():
        yield "[*.py] mypy {files}"


def _node(root: Path) -> Iterator[str]:
    scripts = _json(root / "package.json").get("scripts", {})
    if not isinstance(scripts, dict):
        return
    test = scripts.get("test", "")
    if isinstance(test, str) and test and NO_TEST not in test:
        yield "[*.js *.jsx *.ts *.tsx *.mjs *.cjs] npm test"
    if isinstance(scripts.get("lint"), str):
        yield "[*.js *.jsx *.ts *.tsx *.mjs *.cjs] npm run lint"


def _rust(root: Path) -> Iterator[str]:
    if (root / "Cargo.toml").is_file():
        yield "[*.rs Cargo.toml 300s] cargo test --quiet"


def _go(root: Path) -> Iterator[str]:
    if (root / "go.mod").is_file():
        yield "[*.go go.mod] go vet ./..."
        yield "[*.go go.mod] go test ./..."


def _make(root: Path) -> Iterator[str]:
    text = _text(root / "Makefile")
    for target in ("test", "check", "lint"):
        if re.search(rf"^{target}\s*:(?!=)", text, re.MULTILINE):
            yield f"make {target}"


FINDERS: tuple[Callable[[Path], Iterator[str]], ...] = (_python, _node, _rust, _go, _make)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES or not path.is_file():
            return ""
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError:
        return {}


def _json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(_text(path) or "{}")
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
