"""The parts of the review that need no screen: files, rows, decisions, names."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from flux_tui.protocol.blocks import DiffBlock
from flux_tui.protocol.decisions import Approve, FileReview, Reject, Review
from flux_tui.protocol.outcomes import FileChange
from flux_tui.ui.review.decisions import Decisions
from flux_tui.ui.review.files import files_of
from flux_tui.ui.review.layout import WHOLE, Kind, Table, rows
from flux_tui.ui.review.naming import names
from flux_tui.workspace.hunks import apply

OLD = "".join(f"line {number}\n" for number in range(1, 41))
NEW = OLD.replace("line 5\n", "LINE 5\n").replace("line 20\n", "").replace("line 35\n", "line 35\nmore\n")
THREE = DiffBlock("src/a.py", OLD, NEW)
CREATED = DiffBlock("b.txt", None, "new\n")


def decisions(*blocks: DiffBlock) -> Decisions:
    return Decisions(files_of(blocks))


def test_every_hunk_of_a_file_is_a_unit() -> None:
    (file,) = files_of([THREE])
    assert (file.kind, len(file.units), file.added, file.removed) == ("changed", 3, 2, 2)


def test_a_move_is_one_file_and_one_unit_though_two_blocks_stand_for_it() -> None:
    made = files_of([DiffBlock("old.py", OLD, None), DiffBlock("new.py", None, NEW, moved_from="old.py")])
    assert [(file.path, file.kind, len(file.units), len(file.hunks)) for file in made] == [("new.py", "moved", 1, 3)]
    chosen = Decisions(made)
    chosen.decide([0], "accepted")
    assert chosen.answer() == Approve()


def test_a_refused_move_refuses_both_of_its_sides() -> None:
    chosen = decisions(CREATED, DiffBlock("old.py", OLD, None), DiffBlock("new.py", None, OLD, moved_from="old.py"))
    chosen.decide([0], "accepted")
    chosen.decide([1], "rejected")
    answer = chosen.answer()
    assert isinstance(answer, Review)
    assert {file.path: (set(file.accepted), set(file.rejected)) for file in answer.files} == {
        "b.txt": ({0}, set()),
        "new.py": (set(), {0}),
        "old.py": (set(), {0}),
    }


def test_what_has_no_lines_is_still_one_decision() -> None:
    made = files_of([DiffBlock("empty", None, ""), DiffBlock("x.bin", "a\0b", "a\0c"), DiffBlock("gone", "", None)])
    assert [(file.kind, len(file.units)) for file in made] == [("new", 1), ("binary", 1), ("deleted", 1)]


def test_nothing_decided_is_no_answer() -> None:
    chosen = decisions(THREE)
    assert chosen.answer() is None
    chosen.decide([0], "accepted")
    chosen.undo()
    assert chosen.answer() is None
    assert not chosen.undo()


def test_all_taken_is_a_yes_and_all_refused_a_no_with_the_words() -> None:
    chosen = decisions(THREE)
    chosen.decide([0, 1, 2], "accepted")
    assert chosen.answer() == Approve()
    chosen.decide([0, 1], "rejected")
    chosen.decide([2], "rejected", "keep the last one short")
    assert chosen.answer() == Reject("src/a.py line 35: keep the last one short")


def test_a_part_names_every_hunk_and_open_ones_are_in_neither_set() -> None:
    chosen = decisions(THREE)
    chosen.decide([0], "accepted")
    chosen.decide([2], "rejected")
    assert chosen.answer() == Review((FileReview("src/a.py", frozenset({0}), frozenset({2})),))


def test_words_come_back_with_the_decision_they_belong_to() -> None:
    chosen = decisions(THREE)
    chosen.decide([0], "rejected", "why")
    chosen.decide([0], "accepted")
    assert chosen.words(0) == ""
    chosen.undo()
    assert (chosen[0], chosen.words(0)) == ("rejected", "why")


lines = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=12).map(
    lambda found: "".join(f"{one}\n" for one in found)
)


@given(before=lines, after=lines, taken=st.sets(st.integers(0, 11)))
def test_hunks_taken_here_are_the_hunks_that_are_written(before: str, after: str, taken: set[int]) -> None:
    """What the person saw marked as accepted is what the change is cut down to: both sides number hunks alike."""
    chosen = decisions(DiffBlock("f", before, after))
    (file,) = files_of([DiffBlock("f", before, after)])
    if not file.hunks:
        return
    wanted = [unit for unit in range(len(file.units)) if unit in taken]
    chosen.decide(range(len(file.units)), "rejected")
    chosen.decide(wanted, "accepted")
    expected, at = [], 0
    for index, hunk in enumerate(file.hunks):
        expected += file.before[at : hunk.before_first - 1]
        at = hunk.before_first - 1 + hunk.before_count
        side = (
            (file.after, hunk.after_first, hunk.after_count)
            if index in taken
            else (file.before, hunk.before_first, hunk.before_count)
        )
        expected += side[0][side[1] - 1 : side[1] - 1 + side[2]]
    expected += file.before[at:]
    match chosen.answer():
        case Approve():
            review = FileReview("f", frozenset(range(len(file.units))))
        case Review(files):
            (review,) = files
        case _:
            review = FileReview("f", frozenset())
    data = apply(FileChange("f", before.encode(), after.encode()), review)
    assert (data or b"").decode() == "".join(f"{line}\n" for line in expected)


@given(before=lines, after=lines, context=st.sampled_from([0, 1, 3, WHOLE]), split=st.booleans())
def test_every_line_has_its_place_once(before: str, after: str, context: int, split: bool) -> None:
    """Shown and folded lines together are each side's lines, in order and without a gap."""
    files = files_of([DiffBlock("f", before, after)])
    if not files[0].hunks:
        return
    old: list[int] = []
    new: list[int] = []
    for row in rows(files, 0, context, split):
        match row.kind:
            case Kind.FOLD:
                new += range(row.left, row.left + row.right)
                start = old[-1] + 1 if old else 0
                old += range(start, start + row.right)
            case Kind.SAME | Kind.PAIR:
                old += [row.left] if row.left >= 0 else []
                new += [row.right] if row.right >= 0 else []
            case Kind.OLD:
                old.append(row.left)
            case Kind.NEW:
                new.append(row.right)
    assert old == list(range(len(files[0].before)))
    assert new == list(range(len(files[0].after)))


@given(before=lines, after=lines, context=st.sampled_from([0, 2]))
def test_lines_that_stand_side_by_side_unmarked_are_equal(before: str, after: str, context: int) -> None:
    files = files_of([DiffBlock("f", before, after)])
    same = [row for row in rows(files, 0, context, True) if row.kind == Kind.SAME]
    assert all(files[0].before[row.left] == files[0].after[row.right] for row in same)


def test_context_between_near_hunks_is_shown_once_and_far_ones_are_folded() -> None:
    found = rows(files_of([THREE]), 0, 3, True)
    assert [row.right for row in found if row.kind == Kind.FOLD] == [1, 8, 9, 2]
    assert sum(row.kind == Kind.HUNK for row in found) == 3


def test_a_table_knows_lines_and_units() -> None:
    found = rows(files_of([THREE, CREATED]), 1, 3, True)
    table = Table(found, [2 if row.kind == Kind.NOTE else 1 for row in found])
    assert table.height == len(found) + 1
    assert [table.row_at(0), table.row_at(1), table.row_at(2)] == [0, 0, 1]
    assert table.row_at(table.height) is None
    spans = [table.span(unit) for unit in range(4)]
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert set(table.units_between(*spans[2])) == {2}


def test_a_hunk_is_named_by_the_definition_it_is_in() -> None:
    first, second, third = (
        "    def f(self) -> int:\n        return 1\n",
        "    def g(self) -> int:\n        return 2\n",
        "x = 1\n",
    )
    before = f"class A:\n{first}\n    kept = 0\n\n{second}\n    kept = 1\n\n\n{third}"
    after = before.replace("return 1", "return 3").replace(second + "\n", "").replace("x = 1", "x = 2")
    assert names(files_of([DiffBlock("a.py", before, after)])) == {0: "A.f", 1: "A.g"}
