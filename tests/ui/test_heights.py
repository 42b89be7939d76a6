"""Heights against plain sums."""

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from flux_tui.ui.heights import Heights

HEIGHTS = st.lists(st.integers(0, 9), max_size=40)


@given(HEIGHTS, st.lists(st.tuples(st.integers(0, 39), st.integers(0, 9)), max_size=20))
def test_tops_and_finds_are_those_of_plain_sums(start: list[int], changes: list[tuple[int, int]]) -> None:
    heights, plain = Heights(start), [*start]
    for index, height in changes:
        if index < len(plain):
            heights.set(index, height)
            plain[index] = height
        else:
            heights.append(height)
            plain.append(height)
    tops = [0, *accumulate(plain)]
    assert heights.total == tops[-1]
    assert [heights.top(index) for index in range(len(plain) + 1)] == tops
    for line in range(tops[-1]):
        index, inside = heights.find(line)
        assert tops[index] + inside == line
        assert 0 <= inside < plain[index]


def test_beyond_the_end_is_the_item_after_the_last() -> None:
    assert Heights([2, 0, 3]).find(7) == (3, 2)
    assert Heights().find(0) == (0, 0)
