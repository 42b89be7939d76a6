"""Items as lines: what a person reads of each, opened and closed, and that foreign text stays text."""

import pytest

from flux_tui.protocol.blocks import (
    Block,
    CommandBlock,
    DiffBlock,
    ExcerptBlock,
    FilesBlock,
    NoteBlock,
    PlanBlock,
)
from flux_tui.protocol.codes import Code, Evidence, FaultName, TurnOutcome
from flux_tui.protocol.events import Check, TurnEnded
from flux_tui.ui.blocks import render
from flux_tui.ui.items import AnswerItem, CallItem, EvidenceItem, Item, NoticeItem, PlanItem, PromptItem, ThoughtItem
from tests.ui.lines import STYLES, rows, texts

HOSTILE = "[/] [bold]x\x1b]0;title\x07\u202e\ttab"


def drawn(item: Item, width: int = 60) -> list[str]:
    return texts(item.render(width, STYLES))


def finished(*blocks: Block, code: Code = Code.OK, text: str = "text", seconds: float = 0.0) -> CallItem:
    item = CallItem("c1", "run pytest -q")
    item.finish(code, text, blocks, seconds)
    return item


def test_a_call_is_one_line_from_its_first_letter_to_its_result() -> None:
    item = CallItem("c1", "edit_file")
    item.grew(1234)
    assert drawn(item) == [" ⋯ edit_file  1,234 characters"]
    item.started("edit src/shop.py")
    assert drawn(item) == [" ⋯ edit src/shop.py"]
    item.finish(Code.OK, "done", (DiffBlock("src/shop.py", "a\nb\n", "a\nc\nd\n"),), 1.26)
    assert drawn(item) == [" ✓ edit src/shop.py  +2 −1" + " " * 28 + "1.3 s"]


@pytest.mark.parametrize(
    ("item", "line"),
    [
        (finished(code=Code.UNSEEN_LINES), " ✗ run pytest -q  unseen lines"),
        (finished(code=Code.REJECTED), " ⊘ run pytest -q  rejected"),
        (finished(CommandBlock("pytest -q", "no\n", 1)), " ✗ run pytest -q  exit 1"),
        (finished(CommandBlock("pytest -q", "a\nb\n", 0)), " ✓ run pytest -q  2 lines"),
        (finished(FilesBlock((("a.py", 3, "x"),), more=4)), " ✓ run pytest -q  5 lines"),
        (finished(FilesBlock((("a.py", 0, ""),))), " ✓ run pytest -q  1 file"),
        (finished(FilesBlock(())), " ✓ run pytest -q  nothing"),
    ],
)
def test_the_result_is_a_word_and_a_sign(item: CallItem, line: str) -> None:
    assert drawn(item) == [line]


def test_a_call_opens_to_its_blocks_and_closes_again() -> None:
    item = finished(CommandBlock("pytest -q", "\x1b[32mok\x1b[0m\nprogress 1%\rprogress 2%\n", 3, sandboxed=False))
    before = item.revision
    item.toggle()
    assert item.revision > before
    assert drawn(item)[1:] == [
        "    $ pytest -q",
        "    ok",
        "    progress 2%",
        "    exit 3",
        "    ran outside the sandbox",
    ]
    item.toggle()
    assert len(drawn(item)) == 1


def test_a_refusal_without_blocks_opens_to_what_the_model_was_told() -> None:
    item = finished(code=Code.NOT_READ, text="NOT_READ: read it first.\n  1|import os")
    item.toggle()
    assert drawn(item)[1:] == ["    NOT_READ: read it first.", "      1|import os"]


def test_a_running_command_shows_the_end_of_what_it_prints() -> None:
    item = CallItem("c1", "run make")
    for number in range(40):
        item.output(f"line {number}\n")
    assert drawn(item)[1:] == [f"    line {number}" for number in range(35, 40)]
    item.toggle()
    assert drawn(item)[1:] == [f"    line {number}" for number in range(20, 40)]


def test_a_block_too_long_to_read_says_how_much_is_missing() -> None:
    lines = rows(render.lines(CommandBlock("x", "line\n" * 500, 0), 60, STYLES))
    assert len(lines) == render.LIMIT + 1
    assert lines[-1] == "… +301 lines"


def test_a_diff_shows_places_with_signs_numbers_and_context() -> None:
    before = "".join(f"line {number}\n" for number in range(1, 31))
    after = before.replace("line 5\n", "line five\n").replace("line 20\n", "")
    assert rows(render.lines(DiffBlock("a.txt", before, after), 40, STYLES)) == [
        " 3   line 3",
        " 4   line 4",
        " 5 - line 5",
        " 5 + line five",
        " 6   line 6",
        " 7   line 7",
        "    ⋯",
        "18   line 18",
        "19   line 19",
        "20 - line 20",
        "20   line 21",
        "21   line 22",
    ]


def test_changed_words_are_marked_stronger_than_their_line() -> None:
    lines = render.lines(DiffBlock("a.txt", "one two three\n", "one 2 three\n"), 40, STYLES)
    marked = {
        segment.text: segment.style.bgcolor for line in lines for segment in line if segment.style and segment.text
    }
    assert marked["two"] == STYLES.removed_word.bgcolor
    assert marked["2"] == STYLES.added_word.bgcolor


@pytest.mark.parametrize(
    ("block", "wanted"),
    [
        (DiffBlock("new.py", None, "x = 1\n"), ["1 + x = 1"]),
        (DiffBlock("old.py", "x = 1\n", None), ["1 - x = 1"]),
        (DiffBlock("b.py", "x\n", "x\n", moved_from="a.py"), ["a.py → b.py"]),
        (DiffBlock("empty.py", None, ""), ["An empty file."]),
        (ExcerptBlock("a.py", 9, "x = 1\ny = 2\n"), ["a.py", " 9  x = 1", "10  y = 2"]),
        (FilesBlock((("a.py", 3, "x"), ("a.py", 12, "y"), ("b.py", 0, "")), 2),
         ["a.py", "   3  x", "  12  y", "b.py", "… +2 more"]),
        (PlanBlock((("done", "a"), ("now", "b"), ("todo", "c"))), ["✓ a", "▸ b", "○ c"]),
        (NoteBlock("a note"), ["a note"]),
    ],
)  # fmt: skip
def test_blocks(block: Block, wanted: list[str]) -> None:
    assert rows(render.lines(block, 40, STYLES)) == wanted


def test_a_long_prompt_is_cut_until_it_is_opened() -> None:
    item = PromptItem("\n".join(f"line {number}" for number in range(40)), 1)
    assert drawn(item)[-1] == "▌ … +28 lines"
    item.toggle()
    assert len(drawn(item)) == 40
    assert item.plain().endswith("line 39")


def test_a_thought_is_one_line_until_it_is_opened() -> None:
    item = ThoughtItem()
    item.feed("First this.\nThen that")
    assert drawn(item) == [" ∴ thinking · 4 words", "    Then that"]
    item.finish("First this.\nThen that.")
    assert drawn(item) == [" ∴ thought · 4 words"]
    item.toggle()
    assert drawn(item)[1:] == ["    First this.", "    Then that."]


def test_an_answer_that_broke_off_says_so() -> None:
    item = AnswerItem()
    item.feed("Half a sen")
    item.cut(FaultName.RATE_LIMITED)
    assert drawn(item) == ["  Half a sen", "  ⊘ the reply broke off here (rate limited)"]


def test_the_whole_text_wins_over_what_was_streamed() -> None:
    item = AnswerItem()
    item.feed("Half")
    drawn(item)
    item.finish("**Half** and more")
    assert drawn(item) == ["  Half and more"]
    item.rest()
    assert drawn(item) == ["  Half and more"]
    assert item.plain() == "**Half** and more"


@pytest.mark.parametrize(
    ("outcome", "evidence", "line"),
    [
        (TurnOutcome.DONE, Evidence.VERIFIED, " ✓ verified · a.py changed · pytest ok"),
        (TurnOutcome.DONE, Evidence.UNVERIFIED, " ! unverified · a.py changed · pytest ok"),
        (TurnOutcome.DONE, Evidence.FAILED, " ✗ a check failed · a.py changed · pytest ok"),
        (TurnOutcome.INTERRUPTED, Evidence.NOTHING, " ⊘ interrupted · a.py changed · pytest ok"),
        (TurnOutcome.LIMIT, Evidence.NOTHING, " ! stopped at a limit · a.py changed · pytest ok"),
    ],
)
def test_a_turn_ends_with_what_stands_behind_it(outcome: TurnOutcome, evidence: Evidence, line: str) -> None:
    item = EvidenceItem(TurnEnded(1, outcome, ("a.py",), (Check("pytest", 0),), evidence))
    assert drawn(item) == [line]


def hostile_items() -> list[Item]:
    answer, thought = AnswerItem(), ThoughtItem()
    answer.feed(HOSTILE)
    thought.feed(HOSTILE)
    blocks: tuple[Block, ...] = (
        NoteBlock(HOSTILE),
        ExcerptBlock(HOSTILE, 1, HOSTILE),
        FilesBlock(((HOSTILE, 1, HOSTILE), (HOSTILE, 0, HOSTILE))),
        DiffBlock("a.py", HOSTILE, HOSTILE + "x", HOSTILE),
        CommandBlock(HOSTILE, HOSTILE, 1),
        PlanBlock((("now", HOSTILE),)),
    )
    call = CallItem("c", HOSTILE)
    call.finish(Code.OK, HOSTILE, blocks, 0.5)
    running = CallItem("c", HOSTILE)
    running.output(HOSTILE)
    ended = TurnEnded(1, TurnOutcome.DONE, (HOSTILE, HOSTILE), (Check(HOSTILE, 1),), Evidence.FAILED)
    return [answer, thought, call, running, PromptItem(HOSTILE, 1), NoticeItem(HOSTILE, "error"), EvidenceItem(ended),
            PlanItem(PlanBlock((("todo", HOSTILE),)))]  # fmt: skip


@pytest.mark.parametrize("item", hostile_items(), ids=lambda item: type(item).__name__)
@pytest.mark.parametrize("width", [12, 80])
def test_foreign_text_is_literal_and_harmless_at_any_width(item: Item, width: int) -> None:
    item.toggle()
    strips = item.render(width, STYLES)
    text = "".join(strip.text for strip in strips)
    assert not [character for character in text if ord(character) < 32 or character == "\u202e"]
    assert "[bold]" in text or width < 80
    assert all(strip.cell_length <= max(width, 30) for strip in strips)
    assert item.estimate(width) >= 1
    assert item.plain()
