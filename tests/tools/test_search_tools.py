"""list_files, find_files and grep_search: bounded, inside the folder, and seen only what is printed whole."""

from pathlib import Path
from typing import Any

import pytest

from flux_tui.protocol.blocks import FilesBlock
from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Outcome, Refusal
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import build, specs
from flux_tui.workspace.files import Workspace, digest
from flux_tui.workspace.ledger import Ledger

ROWS = {
    ".gitignore": "*.log\n",
    "src/shop.py": "def price():\n    return 1\n\n\ndef total():\n    return price()\n",
    "src/deep/a.ts": "price\n",
    "src/x.log": "price\n",
    ".env": "price=secret\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in ROWS.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def call(root: Path, tool: str, **arguments: Any) -> Outcome:
    return build(tool, arguments).run(ToolContext(Workspace(root), Ledger()))


def refused(root: Path, tool: str, **arguments: Any) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        call(root, tool, **arguments)
    return refusal.value


def block(outcome: Outcome) -> FilesBlock:
    (found,) = outcome.blocks
    assert isinstance(found, FilesBlock)
    return found


def test_hits_are_numbered_lines_that_count_as_seen(root: Path) -> None:
    outcome = call(root, "grep_search", pattern=r"price\b", path="src")
    assert outcome.text == (
        "src/deep/a.ts (1 lines)\n1|price\n\nsrc/shop.py (6 lines)\n1|def price():\n6|    return price()"
    )
    assert [(sight.path, sight.lines, sight.total) for sight in outcome.seen] == [
        ("src/deep/a.ts", ((1, 1),), 1),
        ("src/shop.py", ((1, 1), (6, 6)), 6),
    ]
    assert outcome.seen[1].sha256 == digest(ROWS["src/shop.py"].encode())
    assert block(outcome).rows[2] == ("src/shop.py", 6, "    return price()")


def test_a_secret_is_named_and_not_shown_unless_it_was_asked_for(root: Path) -> None:
    outcome = call(root, "grep_search", pattern="price")
    assert "secret" not in outcome.text
    assert "Hits in .env are left out" in outcome.text
    assert "1|price=secret" in call(root, "grep_search", pattern="price", path=".env").text


def test_a_glob_narrows_the_search(root: Path) -> None:
    assert "shop.py" not in call(root, "grep_search", pattern="price", glob="*.ts").text
    assert call(root, "grep_search", pattern="price", glob="*.go").text == "No line matches price."


def test_many_hits_are_bounded_and_counted(root: Path) -> None:
    (root / "a.txt").write_text("hit\n" * 150)
    outcome = call(root, "grep_search", pattern="hit")
    assert outcome.text.endswith("50 more hits are not shown. Next: grep_search with a narrower pattern, path or glob.")
    assert outcome.seen[0].lines == ((1, 100),)
    assert block(outcome).more == 50
    (root / "a.txt").write_text("hit\n" * 5000)
    assert "at least 900 more hits" in call(root, "grep_search", pattern="hit").text


def test_a_long_line_is_cut_and_unseen(root: Path) -> None:
    (root / "a.js").write_text("x" * 3000 + "needle\nneedle\n")
    outcome = call(root, "grep_search", pattern="needle")
    assert "⟨cut: 3006 characters⟩" in outcome.text
    assert outcome.seen[0].lines == ((2, 2),)


def test_binary_files_give_no_hits(root: Path) -> None:
    (root / "bin").write_bytes(b"\0needle\n")
    assert call(root, "grep_search", pattern="needle").text == "No line matches needle."


@pytest.mark.parametrize("tool", ["grep_search", "find_files", "list_files"])
def test_places_outside_or_nowhere(root: Path, tmp_path_factory: pytest.TempPathFactory, tool: str) -> None:
    (root / "link").symlink_to(tmp_path_factory.mktemp("other"))
    for path, code in (("..", Code.OUTSIDE_WORKSPACE), ("link", Code.OUTSIDE_WORKSPACE), ("none", Code.FILE_NOT_FOUND)):
        assert refused(root, tool, pattern="x", path=path).code is code


def test_bad_patterns(root: Path) -> None:
    assert "position 1" in refused(root, "grep_search", pattern="a(b").text
    for tool in ("find_files", "list_files"):
        assert refused(root, tool, pattern="[z-a]").code is Code.INVALID_ARGUMENTS
    assert refused(root, "grep_search", pattern="price", glob="[z-a]").code is Code.INVALID_ARGUMENTS
    assert refused(root, "find_files", pattern=" ").code is Code.INVALID_ARGUMENTS


def test_files_are_found_by_name_and_by_path(root: Path) -> None:
    assert call(root, "find_files", pattern="*.py").text == "src/shop.py"
    assert call(root, "find_files", pattern="src/**/*.{ts,py}").text == "src/deep/a.ts\nsrc/shop.py"
    assert call(root, "find_files", pattern="*.ts", path="src").text == "src/deep/a.ts"
    assert (
        call(root, "find_files", pattern="shop").text == "No file matches shop. Names with 'shop' in them: src/shop.py."
    )
    assert call(root, "find_files", pattern="12|x").text == "No file matches ./12|x."


def test_found_files_are_bounded(root: Path) -> None:
    for number in range(250):
        (root / f"{number:03}.txt").touch()
    outcome = call(root, "find_files", pattern="*.txt")
    assert "50 more are not shown." in outcome.text
    assert len(block(outcome).rows) == 200


def test_a_folder_is_listed_and_a_large_one_folded(root: Path) -> None:
    assert call(root, "list_files", path="src").text == "src: 2 files\nsrc/deep/a.ts\nsrc/shop.py"
    assert call(root, "list_files").text == ".: 4 files\n.env\n.gitignore\nsrc/deep/a.ts\nsrc/shop.py"
    (root / "data/sub").mkdir(parents=True)
    for number in range(300):
        (root / f"data/sub/{number}.csv").touch()
    folded = call(root, "list_files").text
    assert folded.startswith(".: 304 files\n.env\n.gitignore\ndata/ (300 files)\nsrc/ (2 files)\n")
    assert call(root, "list_files", path="data", pattern="1?.csv").text.startswith("data: 10 files\ndata/sub/10.csv")


def test_what_the_model_is_told_is_short() -> None:
    ours = [spec for spec in specs() if spec.name in ("read_files", "list_files", "find_files", "grep_search")]
    assert len(ours) == 4
    assert sum(len(spec.description) + len(str(spec.schema)) for spec in ours) < 4 * 600
