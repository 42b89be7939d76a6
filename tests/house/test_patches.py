"""Patching measures design: what must be patched to be tested is in the wrong place. Few patches, counted."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST = 20
PATCH = re.compile(r"\bmonkeypatch\.setattr\(|\bmock\.patch|@patch\b|\bwith patch\(|MagicMock\(|AsyncMock\(")


def test_few_patches() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
        if PATCH.search(line)
    ]
    assert len(found) < MOST, found
