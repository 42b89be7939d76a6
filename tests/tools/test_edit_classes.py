"""A small run of the distorted edits, and the ledger's rule: a line never shown at these bytes is never replaced."""

import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import ResultPart, Sight
from flux_tui.protocol.outcomes import Refusal
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import build
from flux_tui.workspace.files import Workspace, digest
from flux_tui.workspace.ledger import Ledger
from tests.bench.edits import CLASSES, run

LINES = 12
FILE = "".join(f"line number {number}\n" for number in range(1, LINES + 1)).encode()
SPANS = st.tuples(st.integers(1, LINES), st.integers(1, LINES)).map(lambda span: (min(span), max(span)))
PLACES = (Path(sysconfig.get_path("stdlib")) / "email", Path(sysconfig.get_path("purelib")))
SAID = {None: Code.NOT_READ, True: Code.UNSEEN_LINES, False: Code.STALE_FILE}


def test_distorted_edits_are_right_or_refused_and_never_corrupt() -> None:
    tally = run(PLACES, seed=5, cases=2 * len(CLASSES))
    assert [(case, said) for case, said in tally.bad if tally.corrupted[case.kind]] == []
    assert tally.total >= 2 * len(CLASSES) - 4
    assert tally.right.total() >= 0.98 * tally.total


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(SPANS, st.booleans()), max_size=5), SPANS)
def test_an_edit_succeeds_exactly_if_its_lines_were_seen_at_these_bytes(
    shown: list[tuple[tuple[int, int], bool]], wanted: tuple[int, int]
) -> None:
    """What was seen of other bytes counts for nothing; what is shown of these starts anew after it."""
    ledger, seen, current = Ledger(), set[int](), None
    for (first, last), same in shown:
        sight = Sight("a.txt", digest(FILE) if same else "0" * 64, ((first, last),), LINES)
        ledger.note(ResultPart("c", "read_files", "", Code.OK, (sight,)))
        seen = (seen if current == same else set()) | set(range(first, last + 1))
        current = same
    asked = range(wanted[0], wanted[1] + 1)
    search = "\n".join(f"line number {number}" for number in asked) + "\n"
    with TemporaryDirectory() as name:
        root = Path(name).resolve()
        (root / "a.txt").write_bytes(FILE)
        tool = build("edit_file", {"path": "a.txt", "search": search, "replace": search.upper()})
        context = ToolContext(Workspace(root), ledger)
        if current and seen.issuperset(asked):
            assert tool.run(context).code is Code.OK
            return
        with pytest.raises(Refusal) as refused:
            tool.run(context)
    assert refused.value.code is SAID[current]
