"""What the model has seen follows from the results alone, through own writes, moves and outside changes."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from flux_tui.protocol.messages import Ranges, ResultPart, Shift, Sight, Written
from flux_tui.workspace import ranges
from flux_tui.workspace.changes import shifts
from flux_tui.workspace.ledger import Ledger


def result(seen: Sequence[Sight] = (), written: Sequence[Written] = ()) -> ResultPart:
    return ResultPart("c1", "tool", "", seen=tuple(seen), written=tuple(written))


def knowing(lines: Ranges, sha: str = "h1", total: int = 10) -> Ledger:
    ledger = Ledger()
    ledger.note(result([Sight("a", sha, lines, total)]))
    return ledger


def test_sights_of_one_state_add_up_and_a_new_state_replaces() -> None:
    ledger = knowing(((1, 3),))
    assert ledger.state("a", "h1") == "partly"
    ledger.note(result([Sight("a", "h1", ((4, 10),), 10)]))
    assert ledger.sight("a") == ("h1", ((1, 10),))
    assert ledger.state("a", "h1") == "seen"
    assert ledger.state("a", "h2") == "stale"
    ledger.note(result([Sight("a", "h2", ((5, 5),), 9)]))
    assert ledger.sight("a") == ("h2", ((5, 5),))
    assert ledger.state("b", "h1") == "unseen"


def test_only_covered_lines_at_the_current_hash_count() -> None:
    ledger = knowing(((2, 4), (7, 8)))
    assert ledger.covers("a", "h1", ((3, 4), (7, 7)))
    assert not ledger.covers("a", "h2", ((3, 4),))
    assert ledger.missing("a", "h1", ((1, 8),)) == ((1, 1), (5, 6))
    assert ledger.missing("a", "h2", ((3, 4),)) == ((3, 4),)


def test_an_own_write_shifts_what_was_seen_and_knows_what_it_wrote() -> None:
    ledger = knowing(((1, 2), (6, 10)))
    ledger.note(result(written=[Written("w", "a", "h1", "h2", (Shift(2, 1, 3), Shift(7, 2, 0)))]))
    assert ledger.sight("a") == ("h2", ((1, 4), (8, 10)))
    assert ledger.edited("a") == ((2, 4),)
    ledger.note(result(written=[Written("w", "a", "h2", "h3", (Shift(1, 1, 0),))]))
    assert ledger.edited("a") == ((1, 3),)


def test_a_write_onto_another_state_keeps_only_its_own_lines() -> None:
    ledger = knowing(((1, 10),))
    ledger.note(result(written=[Written("w", "a", "h5", "h6", (Shift(2, 1, 1),))]))
    assert ledger.sight("a") == ("h6", ((2, 2),))


def test_a_change_of_unknown_lines_makes_the_file_stale() -> None:
    ledger = knowing(((1, 10),))
    ledger.note(result(written=[Written("w", "a", "h1", "h2")]))
    assert ledger.state("a", "h2") == "stale"


def test_a_move_carries_over_and_a_removal_forgets() -> None:
    for order in (0, 1):
        ledger = knowing(((1, 10),))
        rows = [Written("w", "b", None, "h1", moved_from="a"), Written("w", "a", "h1", None)]
        ledger.note(result(written=rows[::-1] if order else rows))
        assert ledger.sight("b") == ("h1", ((1, 10),))
        assert ledger.sight("a") == (None, ())


def test_a_creation_is_known_by_what_the_result_says_of_it() -> None:
    ledger = Ledger()
    ledger.note(result([Sight("a", "h1", ((1, 3),), 3)], [Written("w", "a", None, "h1")]))
    assert ledger.state("a", "h1") == "seen"


def test_forgetting() -> None:
    ledger = knowing(((1, 10),))
    ledger.note(result([Sight("b", "h", ((1, 1),), 1)]))
    ledger.forget("a")
    assert ledger.paths() == ("b",)
    ledger.forget()
    assert ledger.paths() == ()


LINES = st.lists(st.sampled_from("abcd"), max_size=12)
SPANS = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 4)).map(lambda pair: (pair[0], pair[0] + pair[1])))


@given(LINES, LINES, SPANS)
def test_after_a_write_exactly_the_seen_and_the_written_lines_are_known(
    old: list[str], new: list[str], spans: list[tuple[int, int]]
) -> None:
    """Told with lines that carry where they came from: a line is known if it was seen or is new."""
    before, after = ("".join(line + "\n" for line in lines).encode() for lines in (old, new))
    seen = ranges.normal((first, min(last, len(old))) for first, last in spans if first <= len(old))
    made = shifts(before, after)
    ledger = knowing(seen, "h1", len(old))
    ledger.note(result(written=[Written("w", "a", "h1", "h2" if made else "h1", made)]))
    origin: list[int | None] = list(range(1, len(old) + 1))
    for shift in reversed(made):
        origin[shift.first - 1 : shift.first - 1 + shift.removed] = [None] * shift.added
    assert [old[at - 1] for at in origin if at] == [line for at, line in zip(origin, new, strict=True) if at]
    known = {line for first, last in ledger.sight("a")[1] for line in range(first, last + 1)}
    was = {line for first, last in seen for line in range(first, last + 1)}
    assert known == {at for at, came in enumerate(origin, start=1) if came is None or came in was}


@given(SPANS, SPANS)
def test_ranges_are_sets_of_lines(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> None:
    def lines(spans: Sequence[tuple[int, int]]) -> set[int]:
        return {line for first, last in spans for line in range(first, last + 1)}

    left, right = ranges.normal(a), ranges.normal(b)
    assert lines(left) == lines(a)
    assert lines(ranges.union(left, right)) == lines(a) | lines(b)
    assert lines(ranges.subtract(left, right)) == lines(a) - lines(b)
    assert ranges.count(left) == len(lines(a))
    assert all(first[1] + 1 < second[0] for first, second in pairwise(left))


def test_ranges_in_words() -> None:
    assert ranges.spoken(((3, 3), (7, 9))) == "3, 7-9"
