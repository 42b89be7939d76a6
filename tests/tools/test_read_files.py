"""What read_files shows, what it counts as seen, and how it says what is missing."""

import os
import re
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_tui.config.settings import Reading
from flux_tui.protocol.blocks import ExcerptBlock, NoteBlock
from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import ResultPart
from flux_tui.protocol.outcomes import Outcome, Refusal
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import build
from flux_tui.workspace.files import Workspace
from flux_tui.workspace.ledger import Ledger

NUMBERED = re.compile(r"^ *([0-9]+)\|(.*)", re.DOTALL)


@dataclass
class Room:
    """A folder, and a ledger that remembers."""

    root: Path
    reading: Reading

    def __post_init__(self) -> None:
        self.ledger = Ledger()

    def put(self, path: str, data: str | bytes) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(data.encode() if isinstance(data, str) else data)

    def read(self, *paths: str, **arguments: Any) -> Outcome:
        tool = build("read_files", {"paths": list(paths), **arguments})
        outcome = tool.run(ToolContext(Workspace(self.root), self.ledger, self.reading))
        self.ledger.note(ResultPart("1", "read_files", outcome.text, seen=outcome.seen))
        return outcome

    def refused(self, *paths: str, **arguments: Any) -> Refusal:
        with pytest.raises(Refusal) as refused:
            self.read(*paths, **arguments)
        return refused.value


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path, Reading())


def shown(outcome: Outcome) -> dict[int, str]:
    found = (NUMBERED.match(line) for line in outcome.text.split("\n"))
    return {int(match[1]): match[2] for match in found if match}


def seen(outcome: Outcome) -> dict[str, list[tuple[int, int]]]:
    return {sight.path: list(sight.lines) for sight in outcome.seen}


def code(count: int, lines: int = 10) -> str:
    """Functions of so many lines each, two blank lines between them."""
    body = "".join(f"    step({number})\n" for number in range(lines - 1))
    return "\n\n".join(f"def f{number}():\n{body}" for number in range(count))


def test_a_short_file_whole(room: Room) -> None:
    room.put("src/a.py", "def f():\n\treturn 1  \n\n\nx = 2\n")
    outcome = room.read("src/a.py")
    assert outcome.text == ("src/a.py lines 1-5 of 5, LF, utf-8\n1|def f():\n2|\treturn 1  \n3|\n4|\n5|x = 2")
    assert (outcome.code, outcome.next) == (Code.OK, None)
    assert seen(outcome) == {"src/a.py": [(1, 5)]}
    assert outcome.outline == (("f", 1, 2),)
    assert outcome.blocks == (ExcerptBlock("src/a.py", 1, "def f():\n\treturn 1  \n\n\nx = 2"),)


def test_a_long_file_is_cut_between_functions_and_names_the_next_call(room: Room) -> None:
    room.put("a.py", code(200))
    outcome = room.read("a.py")
    assert outcome.text.startswith("a.py lines 1-396 of 2398, LF, utf-8\nOutline:\n  1-10 f0\n")
    assert outcome.text.endswith("Next: read_files start_line=397 or symbols=[names of the outline].")
    assert outcome.next == ("a.py", 397)
    assert seen(outcome) == {"a.py": [(1, 396)]}
    assert len(outcome.outline) == 200
    following = room.read("a.py", start_line=397)
    assert "lines 397-" in following.text
    assert following.next is not None
    room.read("a.py", start_line=following.next[1], end_line=1400)
    again = room.read("a.py")
    assert again.next is not None
    assert again.next[1] > 1400


def test_a_window_is_grown_and_shows_what_it_lies_in(room: Room) -> None:
    methods = "".join(f"    def m{number}(self):\n        return (\n            1)\n\n" for number in range(60))
    room.put("a.py", f"@mark\nclass Cart:\n    size = 1\n\n{methods}")
    outcome = room.read("a.py", start_line=102, end_line=102)
    assert shown(outcome) == {
        1: "@mark",
        2: "class Cart:",
        101: "    def m24(self):",
        102: "        return (",
        103: "            1)",
    }
    assert outcome.text.startswith(
        "a.py lines 101-103 of 244, LF, utf-8; inside Cart (1-243)\nOutline:\n  1-243 Cart\n"
    )
    assert seen(outcome) == {"a.py": [(1, 2), (101, 103)]}
    assert outcome.next is None
    room.read("a.py", start_line=1, end_line=90)
    assert "Outline" not in room.read("a.py", start_line=102, end_line=102).text


def test_symbols_by_qualified_name(room: Room) -> None:
    room.put(
        "a.py",
        "class A:\n    def f(self):\n        return 1\n\n\ndef f():\n    return 2\n\n\ndef f():\n    return 3\n"
        + code(60),
    )
    assert seen(room.read("a.py", symbols=["A.f", "f#2"])) == {"a.py": [(1, 3), (10, 11)]}
    assert seen(room.read("a.py", symbols=["f7"])) == {"a.py": [(96, 105)]}
    refusal = room.refused("a.py", symbols=["g"])
    assert refusal.code is Code.INVALID_ARGUMENTS
    refusal = room.refused("a.py", symbols=["B.f"])
    assert "A.f (2-3)" in refusal.text
    assert "f (6-7)" in refusal.text
    assert room.refused("a.py", symbols=["f"], start_line=1).code is Code.INVALID_ARGUMENTS
    room.put("notes", "words\n")
    assert "no definitions" in room.refused("notes", symbols=["f"]).text


def test_several_files_one_budget_each_under_its_header(room: Room) -> None:
    room.put("big.py", code(200))
    room.put("a.py", "x = 1\n")
    room.put("b.txt", "words\n")
    outcome = room.read("a.py", "big.py", "./b.txt", "a.py", "none.py")
    heads = [line for line in outcome.text.split("\n") if " lines " in line and " of " in line]
    assert heads == [
        "a.py lines 1-1 of 1, LF, utf-8",
        "big.py lines 1-396 of 2398, LF, utf-8",
        "b.txt lines 1-1 of 1, LF, utf-8",
    ]
    assert "   1|x = 1" not in outcome.text
    assert "  1|x = 1" in outcome.text
    assert outcome.text.endswith("list_files or find_files.")
    assert "FILE_NOT_FOUND: there is no file none.py" in outcome.text
    assert outcome.code is Code.OK
    assert outcome.next == ("big.py", 397)
    assert isinstance(outcome.blocks[-1], NoteBlock)
    for number in range(30):
        room.put(f"many/{number}.py", code(20))
    many = room.read(*(f"many/{number}.py" for number in range(30)))
    assert len(many.text) < 100_000
    assert len(shown(many)) > 0
    assert all(sight.lines for sight in many.seen)


def test_all_failed_takes_the_first_ones_code(room: Room) -> None:
    room.put("bin", b"\0\1\2")
    refusal = room.refused("none.py", "bin")
    assert refusal.code is Code.FILE_NOT_FOUND
    assert "BINARY_FILE" in refusal.text
    assert room.refused("bin", "none.py").code is Code.BINARY_FILE


def test_what_is_no_file(room: Room, tmp_path: Path) -> None:
    (room.root / "folder").mkdir()
    os.mkfifo(room.root / "pipe")
    assert room.refused("folder").code is Code.INVALID_ARGUMENTS
    assert room.refused("pipe").code is Code.INVALID_ARGUMENTS
    assert room.refused("../x").code is Code.OUTSIDE_WORKSPACE
    assert room.refused().code is Code.INVALID_ARGUMENTS


def test_an_empty_file_is_read(room: Room) -> None:
    room.put("a.py", "")
    outcome = room.read("a.py")
    assert outcome.text == "a.py lines 0-0 of 0, LF, utf-8\nThe file is empty."
    assert outcome.seen[0].total == 0
    assert room.ledger.state("a.py", outcome.seen[0].sha256) == "seen"
    assert room.read("a.py", start_line=1).code is Code.OK


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"start_line": 4}, "a.py has 3 lines"),
        ({"start_line": 0}, "no range"),
        ({"start_line": 3, "end_line": 2}, "no range"),
    ],
)
def test_lines_that_are_none(room: Room, arguments: dict[str, int], said: str) -> None:
    room.put("a.py", "a\nb\nc\n")
    refusal = room.refused("a.py", **arguments)
    assert refusal.code is Code.INVALID_ARGUMENTS
    assert said in refusal.text


def test_lines_with_several_paths_are_refused_with_their_lengths(room: Room) -> None:
    room.put("a.py", "a\nb\n")
    room.put("b.py", "a\n")
    refusal = room.refused("a.py", "b.py", start_line=1)
    assert refusal.code is Code.INVALID_ARGUMENTS
    assert "a.py has 2 lines, b.py has 1 lines" in refusal.text


def test_an_end_past_the_end_is_cut(room: Room) -> None:
    room.put("a.py", "a\nb\nc\n")
    assert shown(room.read("a.py", start_line=2, end_line=99)) == {2: "b", 3: "c"}
    assert shown(room.read("a.py", start_line=2, end_line=-1)) == {2: "b", 3: "c"}
    assert shown(room.read("a.py", end_line=1)) == {1: "a"}


def test_a_long_line_is_cut_and_unseen_unless_it_is_asked_for_alone(room: Room) -> None:
    room.put("a.txt", f"one\n{'x' * 5210}\nthree\n{'y' * 50_000}\n")
    outcome = room.read("a.txt")
    assert shown(outcome)[2] == "x" * 2000 + "⟨cut: 5210 characters⟩"
    assert seen(outcome) == {"a.txt": [(1, 1), (3, 3)]}
    assert "2, 4. To see one whole: read_files start_line=2 end_line=2" in outcome.text
    alone = room.read("a.txt", start_line=2, end_line=2)
    assert shown(alone)[2] == "x" * 5210
    assert (2, 2) in seen(alone)["a.txt"] or (1, 3) in seen(alone)["a.txt"]
    assert seen(room.read("a.txt", start_line=4, end_line=4))["a.txt"] in ([], [(1, 1), (3, 3)])


def test_a_literal_too_large_is_shown_in_part_and_unseen(room: Room) -> None:
    rows = "".join(f"    'key {number} of the table': {number},\n" for number in range(3000))
    room.put("a.py", f"import x\nTABLE = {{\n{rows}}}\n")
    outcome = room.read("a.py", start_line=1000, end_line=1010)
    assert "begins at line 2 and continues to line 3003" in outcome.text
    assert "To see it whole" not in outcome.text
    assert len(shown(outcome)) == 11
    assert seen(outcome) == {"a.py": []}
    assert seen(room.read("a.py"))["a.py"] == [(1, 1)]


def test_encodings_and_line_ends_are_named(room: Room) -> None:
    room.put("crlf.txt", b"a\r\nb\r\n")
    room.put("mixed.txt", b"a\r\nb\nc")
    room.put("wide.py", "größe = 1\n".encode("utf-16"))
    room.put("mark.py", b"\xef\xbb\xbfx = 1\n")
    room.put("latin.py", b"# coding: latin-1\nx = '\xe4'\n")
    room.put("bad.txt", b"caf\xe9 \xff\n")
    outcome = room.read("crlf.txt", "mixed.txt", "wide.py", "mark.py", "latin.py", "bad.txt")
    heads = re.findall(r"^.* lines .*$", outcome.text, re.MULTILINE)
    assert heads == [
        "crlf.txt lines 1-2 of 2, CRLF, utf-8",
        "mixed.txt lines 1-3 of 3, mixed line ends, utf-8, no final newline",
        "wide.py lines 1-1 of 1, LF, utf-16-le with BOM",
        "mark.py lines 1-1 of 1, LF, utf-8 with BOM",
        "latin.py lines 1-2 of 2, LF, iso8859-1",
        "bad.txt lines 1-1 of 1, LF, utf-8, some bytes are not in this encoding",
    ]
    assert "1|caf\\xe9 \\xff" in outcome.text
    assert "2|x = 'ä'" in outcome.text
    outcome.text.encode()


def test_a_name_that_looks_like_a_line_is_not_taken_for_one(room: Room) -> None:
    for name in ("12|x", "a\n3|b", os.fsdecode(b"caf\xe9")):
        room.put(name, "words\n")
        outcome = room.read(name)
        assert shown(outcome) == {1: "words"}
        outcome.text.encode()


def test_two_megabytes_in_one_call(room: Room) -> None:
    source = Path(sysconfig.get_path("stdlib"), "argparse.py").read_bytes()
    room.put("a.py", source * (2_000_000 // len(source)))
    outcome = room.read("a.py")
    assert outcome.next is not None
    assert len(outcome.text) < 100_000
    room.put("one.js", "x=1;" * 500_000)
    assert len(room.read("one.js").text) < 3000


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(alphabet=st.sampled_from("ab12|(\"':\t é\r"), max_size=12), max_size=60),
    st.integers(1, 30),
    st.integers(0, 30),
    st.sampled_from(("a.py", "a.txt")),
)
def test_lines_shown_are_the_files_lines_and_seen_lines_are_shown(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str], first: int, more: int, name: str
) -> None:
    room = Room(tmp_path_factory.mktemp("read"), Reading(whole_lines=20, cut_lines=10, line_characters=8))
    room.put(name, "\n".join(rows))
    lines = "\n".join(rows).replace("\r\n", "\n").split("\n")
    if first > 1 and first > len(lines) - (lines[-1] == ""):
        return
    outcome = room.read(name, start_line=first, end_line=first + more)
    for number, text in shown(outcome).items():
        assert text == lines[number - 1] or text == f"{lines[number - 1][:8]}⟨cut: {len(lines[number - 1])} characters⟩"
    for begin, end in outcome.seen[0].lines:
        for number in range(begin, end + 1):
            assert shown(outcome)[number] == lines[number - 1]
