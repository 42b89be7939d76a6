"""The file tree and the file view: what they show of a folder and of a file, whatever lies there."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.app import App, ComposeResult

from flux_tui.protocol.messages import ResultPart, Shift, Sight, Written
from flux_tui.ui.folder import MOST, names
from flux_tui.ui.themes import themes
from flux_tui.ui.widgets.code_page import CodePage
from flux_tui.ui.widgets.code_page import Sight as Known
from flux_tui.ui.widgets.file_tree import FileTree
from flux_tui.ui.widgets.file_view import FileView, Heading
from flux_tui.ui.widgets.tree_marks import Marks, changed_folders
from flux_tui.workspace.files import digest
from flux_tui.workspace.ledger import Ledger


class Stage(App[None]):
    CSS = "FileTree, FileView { width: 1fr; height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def compose(self) -> ComposeResult:
        yield FileTree(id="tree")
        yield FileView(id="view")

    def on_mount(self) -> None:
        for theme in themes().values():
            self.register_theme(theme)
        self.theme = "flux-dark"

    def on_file_tree_mentioned(self, message: FileTree.Mentioned) -> None:
        self.heard.append(f"@{message.path}")

    def on_file_tree_opened(self, message: FileTree.Opened) -> None:
        self.heard.append(message.path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "src" / "deep").mkdir(parents=True)
    for name in ("src/deep/z.py", "src/a.py", "B.txt", "a.txt", "node_modules", ".gitignore", "out.log"):
        (root / name).write_text("*.log\n" if name == ".gitignore" else "x\n")
    (root / "[b]odd\x1b[31m").write_text("")
    (root / "away").symlink_to(tmp_path)
    return root


def shown(tree: FileTree) -> list[str]:
    return [text for y in range(tree.size.height) if (text := tree.render_line(y).text.strip())]


def test_folders_first_then_files_without_what_is_ignored(folder: Path) -> None:
    found = [(name.text, name.folder) for name in names(folder, "")]
    assert found[0] == ("src", True)
    assert {"a.txt", "B.txt", ".gitignore", "away", "[b]odd\x1b[31m"} <= {name for name, _ in found}
    assert "out.log" not in dict(found)
    assert dict(found)["away"] is False


def test_a_folder_of_very_many_names_is_cut(tmp_path: Path) -> None:
    for number in range(MOST + 5):
        (tmp_path / f"f{number}").touch()
    found = names(tmp_path, "")
    assert len(found) == MOST + 1
    assert (found[-1].text, found[-1].note) == ("… 5 more", True)


def test_a_folder_that_is_gone_is_a_word(tmp_path: Path) -> None:
    assert [name.note for name in names(tmp_path, "nowhere")] == [True]


async def test_folders_are_read_as_they_are_unfolded(folder: Path) -> None:
    app = Stage()
    async with app.run_test(size=(60, 40)) as pilot:
        tree = app.query_one(FileTree)
        tree.focus()
        tree.show(folder, lambda path: "unseen")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert not any("a.py" in line for line in shown(tree))
        await pilot.press("down", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert any("a.py" in line for line in shown(tree))
        await pilot.press("down", "down", "enter", "a")
        await pilot.pause()
        assert app.heard == ["src/a.py", "@src/a.py"]
        (folder / "src" / "new.py").write_text("")
        await pilot.press("r")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert any("new.py" in line for line in shown(tree))
        assert tree.cursor_node is not None
        assert tree.cursor_node.data is not None
        assert tree.cursor_node.data.path == "src/a.py"


async def test_names_are_literal_and_harmless(folder: Path) -> None:
    app = Stage()
    async with app.run_test(size=(60, 40)) as pilot:
        tree = app.query_one(FileTree)
        tree.show(folder, lambda path: "unseen")
        await app.workers.wait_for_complete()
        await pilot.pause()
        text = "\n".join(shown(tree))
        assert "[b]odd⟨U+001B⟩[31m" in text
        assert "\x1b" not in text


async def test_marks_follow_the_ledger_and_git(folder: Path) -> None:
    knowledge = {"a.txt": "partly"}

    async def git() -> Mapping[str, str]:
        return {"a.txt": "M", "src/": "?"}

    app = Stage()
    async with app.run_test(size=(60, 40)) as pilot:
        tree = app.query_one(FileTree)
        tree.show(folder, lambda path: knowledge.get(path, "unseen"), git)
        await app.workers.wait_for_complete()
        await pilot.pause()
        line = next(line for line in shown(tree) if "a.txt" in line)
        assert line.split() == ["a.txt", "◐", "M"]
        assert next(line for line in shown(tree) if "src" in line).endswith("•")
        knowledge["a.txt"] = "edited"
        tree.refresh_marks()
        await pilot.pause()
        assert "◆" in next(line for line in shown(tree) if "a.txt" in line)


@pytest.mark.parametrize("width", [3, 12, 80])
async def test_a_tree_of_any_width(folder: Path, width: int) -> None:
    app = Stage()
    async with app.run_test(size=(width, 20)) as pilot:
        tree = app.query_one(FileTree)
        tree.show(folder, lambda path: "seen")
        await app.workers.wait_for_complete()
        await pilot.pause()
        for y in range(tree.size.height):
            assert Segment.get_line_length(list(tree.render_line(y))) == tree.size.width


def test_a_folder_without_version_control_stands_for_all_in_it() -> None:
    marks = Marks()
    marks.read({"new/": "?", "src/a.py": "M"})
    assert [marks.letter(path) for path in ("new/x/y", "src/a.py", "src/b.py")] == ["?", "M", " "]
    assert changed_folders({"a/b/c": "M", "new/": "?"}) == {"a", "a/b"}


TEXT = b"one = 1\ntwo = 2\nthree = 3\nfour = 4\n"
NOW, EARLIER = digest(TEXT), digest(b"other")


def ledger(*results: ResultPart) -> Ledger:
    made = Ledger()
    for result in results:
        made.note(result)
    return made


def read(sha256: str, first: int, last: int) -> ResultPart:
    return ResultPart("c", "read_files", "", seen=(Sight("a.py", sha256, ((first, last),), 4),))


EDITED = ResultPart("e", "edit_file", "", written=(Written("1", "a.py", EARLIER, NOW, (Shift(2, 1, 1),)),))


@pytest.mark.parametrize(
    ("known", "signs", "words"),
    [
        (ledger(), "    ", "4 unseen"),
        (ledger(read(NOW, 1, 2)), "▎▎  ", "▎seen  2 unseen"),
        (ledger(read(EARLIER, 1, 3), EDITED), "▎▎▎ ", "▎seen  ▎edited  1 unseen"),
        (ledger(read(EARLIER, 1, 1)), "▎   ", "▎changed since it was seen"),
        (ledger(read(NOW, 1, 4)), "▎▎▎▎", "▎seen"),
    ],
)
async def test_each_line_says_what_is_known_of_it(known: Ledger, signs: str, words: str) -> None:
    app = Stage()
    async with app.run_test(size=(60, 40)) as pilot:
        app.query_one(FileView).show("a.py", TEXT, known)
        await pilot.pause()
        page = app.query_one(CodePage)
        lines = [page.render_line(y).text for y in range(4)]
        assert "".join(line[4] for line in lines) == signs
        assert [line.split()[-1] for line in lines] == ["1", "2", "3", "4"]
        assert app.query_one(Heading).render_line(0).text.rstrip().endswith(words)


def test_an_edit_is_shown_before_what_was_seen_and_stale_hides_both() -> None:
    assert Known(((1, 9),), ((3, 4),)).known(3) == "edited"
    assert Known(((1, 9),), ((3, 4),), stale=True).known(3) == "stale"


@pytest.mark.parametrize(
    "data", [b"", b"\0\1\2", b"\xff\xfeh\x00i\x00", b"x\xff\n", b"a" * 30_000, b"\tx\r\ny", b"\xef\xbb\xbfx"]
)
async def test_any_bytes_can_be_looked_at(data: bytes) -> None:
    app = Stage()
    async with app.run_test(size=(30, 12)) as pilot:
        app.query_one(FileView).show("dir/a.py", data, ledger(), 1)
        await pilot.pause()
        page = app.query_one(CodePage)
        for y in range(page.size.height):
            assert Segment.get_line_length(list(page.render_line(y))) == page.size.width


async def test_the_line_that_is_meant_is_in_view() -> None:
    app = Stage()
    async with app.run_test(size=(60, 40)) as pilot:
        app.query_one(FileView).show("a.txt", b"".join(b"row %d\n" % n for n in range(1, 501)), ledger(), 400)
        await pilot.pause()
        page = app.query_one(CodePage)
        assert any("row 400" in page.render_line(y).text for y in range(page.size.height))
