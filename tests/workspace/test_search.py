"""ripgrep and the search without it give the same answers."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Refusal
from flux_tui.workspace import search
from flux_tui.workspace.files import Workspace
from flux_tui.workspace.search import grep

TREE: dict[str, bytes] = {
    ".gitignore": b"*.log\nbuild/\n/top.txt\n",
    "a.py": b"def one(self):\n    return 'x'\n\ndef two(): pass\n",
    "a/b.py": b"ONE\r\none \r\nlast one",
    "a.log": b"one\n",
    "top.txt": b"one\n",
    "a/top.txt": b"one\n",
    "build/x.py": b"one\n",
    "a/build/x.py": b"one\n",
    "node_modules/x.js": b"one\n",
    ".hidden/one": b"one\n",
    "bin": b"\x00one\n",
    "wide.txt": "one größe\nGRÖSSE\n".encode("utf-16"),
    "mark.txt": b"\xef\xbb\xbfone at the start\n",
    "empty": b"",
    "long": b"x" * 5000 + b"one\n" + b"-- [a] \\ $HOME {b}\n",
    "sub/.ignore": b"!*.log\nno\n",
    "sub/yes.log": b"one\n",
    "sub/no": b"one\n",
    "sub/deep/.gitignore": b"on*\n!*.keep\n",
    "sub/deep/one.txt": b"one\n",
    "sub/deep/one.keep": b"one\n",
}
PATTERNS = [
    "one",
    "^one",
    "one$",
    r"\bone\b",
    "(?i)ONE",
    "^$",
    "o.e",
    "one|two",
    r"\w+\(\)",
    "[^o]ne",
    r"\[a\]",
    r"\\",
    r"\$HOME",
]
PATTERNS += [
    "--",
    "-",
    r"\s$",
    "(?<=def )two",
    r"(o)ne.*\1",
    "gr(ö|x)ße",
    "x{3}",
    "[[a]",
    r"(?P<n>one)",
    r"o(?=ne)",
    "^.*$",
    r"{b}",
    "none",
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    for path, data in TREE.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    (tmp_path / "link.py").symlink_to(tmp_path / "a.py")
    os.mkfifo(tmp_path / "pipe")
    return Workspace(tmp_path)


def ripgrep() -> str:
    if shutil.which("rg") is None:
        pytest.skip("ripgrep is not installed")
    return "rg"


def without_binary(hits: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Who asks for lines opens the file, and finds then that it is no text."""
    return [hit for hit in hits if hit[0] != "bin"]


@pytest.mark.parametrize("under", ["", "a", "sub", "sub/deep", "build", "a.py", "a.log", "node_modules"])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_same_answers(workspace: Workspace, pattern: str, under: str) -> None:
    assert without_binary(list(grep(workspace, pattern, under, ripgrep()))) == list(
        grep(workspace, pattern, under, None)
    )


def test_what_is_found(workspace: Workspace) -> None:
    expected = [(".hidden/one", 1), ("a/b.py", 2), ("a/b.py", 3), ("a/top.txt", 1), ("a.py", 1), ("long", 1)]
    expected += [("mark.txt", 1), ("sub/deep/one.keep", 1), ("sub/yes.log", 1), ("wide.txt", 1)]
    assert list(grep(workspace, "one", ripgrep=None)) == expected


def test_the_persons_ripgrep_settings_are_not_read(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "ripgreprc"
    config.write_text("--invert-match\n--pre=/bin/false\n")
    monkeypatch.setenv("RIPGREP_CONFIG_PATH", str(config))
    assert list(grep(workspace, "one", "a.py", ripgrep())) == [("a.py", 1)]


@pytest.mark.parametrize(
    ("pattern", "said"), [("a(b", "position 1"), ("", "empty"), ("[z-a]", "position 1"), ("a\0", "NUL")]
)
def test_a_wrong_pattern_is_refused_with_its_place(workspace: Workspace, pattern: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        list(grep(workspace, pattern))
    assert refused.value.code is Code.INVALID_ARGUMENTS
    assert said in refused.value.text


def test_a_search_that_never_ends_is_ended(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    (workspace.root / "evil").write_text("a" * 60 + "b\n")
    monkeypatch.setattr(search, "TIMEOUT", 1.0)
    with pytest.raises(Refusal) as refused:
        list(grep(workspace, "^(a+)+$", "evil", ripgrep=None))
    assert refused.value.code is Code.TIMEOUT


def test_closing_the_iterator_ends_the_program(tmp_path: Path) -> None:
    (tmp_path / "many").write_text("x\n" * 200_000)
    found = grep(Workspace(tmp_path), "x", ripgrep=None)
    assert next(found) == ("many", 1)
    found.close()
    assert list(found) == []


def test_names_with_newlines_and_undecodable_bytes(tmp_path: Path) -> None:
    names = ["a\nb", os.fsdecode(b"caf\xe9"), "-e", "12|x"]
    for name in names:
        (tmp_path / name).write_text("one\n")
    expected = sorted(((name, 1) for name in names), key=lambda hit: os.fsencode(hit[0]))
    assert list(grep(Workspace(tmp_path), "one", ripgrep=None)) == expected
    assert list(grep(Workspace(tmp_path), "one", ripgrep=ripgrep())) == expected


def test_the_program_of_our_own_needs_no_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "re.py").write_text("raise SystemExit('imported from the workspace')  # one\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert list(grep(Workspace(tmp_path), "one", ripgrep=None)) == [("re.py", 1)]
    assert Path(sys.executable).exists()
