"""Any subset of the hunks of a change makes a file: all of them the new one, none of them the old one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_tui.protocol.codes import Code
from flux_tui.protocol.decisions import FileReview
from flux_tui.protocol.outcomes import FileChange, Refusal
from flux_tui.workspace.hunks import Hunk, apply, blocks, hunks, intraline
from flux_tui.workspace.text import decode

LINE = st.tuples(st.sampled_from(["a", "b", "", "é", "x\fy"]), st.sampled_from(["\n", "\r\n"]))
FILE = st.tuples(st.lists(LINE, max_size=10), st.sampled_from(["", "tail"])).map(
    lambda pair: ("".join(line + end for line, end in pair[0]) + pair[1]).encode()
)


def decided(change: FileChange, accepted: set[int], edited: tuple[tuple[int, str], ...] = ()) -> bytes | None:
    return apply(change, FileReview("a", frozenset(accepted), edited=edited))


@given(FILE, FILE, st.sets(st.integers(0, 12)))
def test_any_subset_composes(before: bytes, after: bytes, chosen: set[int]) -> None:
    change = FileChange("a", before, after)
    old, new = decode(before).view, decode(after).view
    found = hunks(old, new)
    whole = {hunk.index for hunk in found} or {0}
    accepted = whole & chosen
    result = decided(change, accepted)
    assert result is not None
    if accepted == whole:
        assert result == after
        return
    if not accepted:
        assert result == before
        return
    assert decode(result).view == _woven(old, new, found, accepted)


def _woven(old: str, new: str, found: tuple[Hunk, ...], accepted: set[int]) -> str:
    """The same by a way of its own: from the last hunk to the first."""
    lines = old.split("\n")
    fresh = new.split("\n")
    if lines[-1] == "":
        lines.pop()
    for hunk in reversed(found):
        if hunk.index in accepted:
            put = fresh[hunk.after_first - 1 : hunk.after_first - 1 + hunk.after_count]
            lines[hunk.before_first - 1 : hunk.before_first - 1 + hunk.before_count] = put
    last = found[-1]
    at_end = last.before_first - 1 + last.before_count == len(old.split("\n")) - (old.endswith("\n") or not old)
    ended = new if last.index in accepted and at_end else old
    return "\n".join(lines) + ("\n" if ended.endswith("\n") and lines else "")


def test_every_other_byte_stays() -> None:
    change = FileChange("a", b"\xef\xbb\xbfa\r\nb\nc\r\nd", b"\xef\xbb\xbfa\r\nB\nc\r\nD\r\ne")
    assert decided(change, {0}) == b"\xef\xbb\xbfa\r\nB\nc\r\nd"
    assert decided(change, {1}) == b"\xef\xbb\xbfa\r\nb\nc\r\nD\r\ne"


def test_an_edited_hunk_takes_the_files_line_ends() -> None:
    change = FileChange("a", b"a\r\nb\r\nc\r\n", b"a\r\nB\r\nc\r\n")
    assert decided(change, set(), ((0, "X\nY"),)) == b"a\r\nX\r\nY\r\nc\r\n"
    assert decided(change, set(), ((0, ""),)) == b"a\r\nc\r\n"


def test_creations_and_removals() -> None:
    created = FileChange("a", None, b"x\n")
    assert decided(created, {0}) == b"x\n"
    assert decided(created, set()) is None
    assert decided(created, set(), ((0, "y\n"),)) == b"y\n"
    removed = FileChange("a", b"x\n", None)
    assert decided(removed, {0}) is None
    assert decided(removed, set()) == b"x\n"


def test_text_that_the_file_cannot_hold() -> None:
    change = FileChange("a", b"# coding: latin-1\nb = '\xe9'\n", b"# coding: latin-1\nc = '\xe9'\n")
    with pytest.raises(Refusal) as caught:
        decided(change, set(), ((0, "c = '€'"),))
    assert caught.value.code is Code.UNSUPPORTED_ENCODING


def test_a_missing_final_newline_is_a_hunk() -> None:
    assert hunks("a", "a\n") == (Hunk(0, 1, 1, 1, 1),)
    assert hunks("a\n", "a\n") == ()


def test_where_a_hunk_lies() -> None:
    assert hunks("a\nb\nc\n", "a\nnew\nb\n") == (Hunk(0, 2, 0, 2, 1), Hunk(1, 3, 1, 4, 0))


def test_a_large_file_is_compared_by_what_differs() -> None:
    lines = [f"line {number}" for number in range(50_000)]
    assert blocks(lines, [*lines[:25_000], "new", *lines[25_000:]]) == [(25_000, 25_000, 25_000, 25_001)]


def test_words_that_differ_within_a_line() -> None:
    assert intraline("def foo(a, b):", "def foo(a, c):") == (((11, 12),), ((11, 12),))
    assert intraline("abc", "xyz = 1") == ((), ())


@pytest.mark.parametrize(("before", "after"), [(None, b""), (b"\x00\x01", b"\x00\x02"), (b"\x7fELF", None)])
def test_a_change_without_hunks_is_taken_as_hunk_0_or_left(before: bytes | None, after: bytes | None) -> None:
    change = FileChange("x", before, after)
    assert apply(change, FileReview("x", frozenset({0}))) == after
    assert apply(change, FileReview("x", frozenset(), frozenset({0}))) == before
    assert apply(change, FileReview("x", frozenset())) == before
