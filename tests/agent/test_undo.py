"""Undo, redo and rewind of files: exact bytes back, the person's own edits never touched, nothing lost on the way."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_tui.agent.undo import UndoResult, redo, rewind, settle_intents, undo
from flux_tui.protocol.errors import UsageError
from flux_tui.protocol.outcomes import FileChange
from flux_tui.store import Store
from flux_tui.workspace.files import Workspace

Files = dict[str, bytes]


class Desk:
    """A folder, a store and a session, with an agent that writes through the journal."""

    def __init__(self, root: Path, store: Store) -> None:
        (root / "project").mkdir()
        self.workspace = Workspace(root / "project")
        self.store = store
        self.session = self.store.create(self.workspace.root, "demo", "guide", "ask", None)

    def write(self, turn: int, *changes: FileChange) -> list[str]:
        modes = {change.path: self.workspace.mode(change.moved_from or change.path) or 0 for change in changes}
        ids = self.store.begin_changes(
            self.session, turn, "call", changes, {path: mode for path, mode in modes.items() if mode}
        )
        for change in sorted(changes, key=lambda change: change.after is None):
            self.workspace.write(change)
        self.store.settle(ids, "applied")
        return ids

    def edit(self, turn: int, path: str, after: bytes | None) -> list[str]:
        return self.write(turn, FileChange(path, self.files.get(path), after))

    def move(self, turn: int, source: str, target: str) -> None:
        data = self.files[source]
        self.write(turn, FileChange(target, None, data, moved_from=source), FileChange(source, data, None))

    def person(self, path: str, data: bytes | None) -> None:
        target = self.workspace.root / path
        if data is None:
            target.unlink()
        else:
            target.write_bytes(data)

    @property
    def files(self) -> Files:
        root = self.workspace.root
        return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}

    def undo(self, steps: int = 1, paths: tuple[str, ...] = (), dry_run: bool = False) -> tuple[list[str], list[str]]:
        return _paths(undo(self.store, self.workspace, self.session, steps, paths, dry_run))

    def redo(self, steps: int = 1, paths: tuple[str, ...] = (), dry_run: bool = False) -> tuple[list[str], list[str]]:
        return _paths(redo(self.store, self.workspace, self.session, steps, paths, dry_run))

    def rewind(self, turn: int) -> tuple[list[str], list[str]]:
        return _paths(rewind(self.store, self.workspace, self.session, turn))


def _paths(result: UndoResult) -> tuple[list[str], list[str]]:
    return [row.path for row in result.done], [row.path for row in result.refused]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(Store.open(tmp_path / "flux.db")) as store:
        yield Desk(tmp_path, store)


def test_one_step_is_all_changes_of_the_last_turn_that_changed_files(desk: Desk) -> None:
    desk.edit(1, "a", b"1")
    desk.edit(2, "a", b"2")
    desk.edit(2, "b", b"2")
    desk.edit(2, "a", b"3")
    assert desk.undo() == (["a", "b", "a"], [])
    assert desk.files == {"a": b"1"}
    assert desk.undo() == (["a"], [])
    assert desk.files == {}
    assert desk.undo() == ([], [])
    assert desk.redo() == (["a"], [])
    assert desk.files == {"a": b"1"}
    assert desk.redo() == (["a", "b", "a"], [])
    assert desk.files == {"a": b"3", "b": b"2"}
    assert desk.redo() == ([], [])


def test_the_result_says_what_was_done_to_each_file(desk: Desk) -> None:
    (change,) = desk.edit(3, "a", b"1")
    result = undo(desk.store, desk.workspace, desk.session)
    (row,) = result.done
    sha = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
    assert (row.change, row.path, row.before, row.after) == (change, "a", sha, None)
    assert result.turns == (3,)


def test_several_steps_and_single_files(desk: Desk) -> None:
    for turn in (1, 2, 3):
        desk.edit(turn, "a", str(turn).encode())
        desk.edit(turn, "lib/b", str(turn).encode())
    assert desk.undo(2, ("lib",)) == (["lib/b", "lib/b"], [])
    assert desk.files == {"a": b"3", "lib/b": b"1"}
    assert desk.undo(paths=("./a",)) == (["a"], [])
    assert desk.undo(paths=("other",)) == ([], [])
    assert desk.redo(paths=("lib/b",)) == (["lib/b"], [])
    assert desk.files == {"a": b"2", "lib/b": b"2"}
    assert desk.redo(9) == (["a", "lib/b"], [])
    assert desk.files == {"a": b"3", "lib/b": b"3"}
    with pytest.raises(UsageError, match="outside the folder"):
        desk.undo(paths=("../x",))
    with pytest.raises(UsageError, match="0 steps"):
        desk.undo(0)


def test_a_dry_run_tells_the_same_and_touches_nothing(desk: Desk) -> None:
    desk.edit(1, "a", b"1")
    desk.edit(1, "b", b"1")
    desk.person("b", b"mine")
    before = desk.files
    assert desk.undo(dry_run=True) == (["a"], ["b"])
    assert desk.files == before
    assert desk.undo() == (["a"], ["b"])
    assert desk.redo(dry_run=True) == (["a"], [])
    assert desk.files == {"b": b"mine"}


@pytest.mark.parametrize(("mine", "why"), [(b"mine", "changed since"), (None, "removed since")])
def test_what_the_person_changed_since_stays(desk: Desk, mine: bytes | None, why: str) -> None:
    desk.edit(1, "a", b"1")
    desk.edit(2, "a", b"2")
    desk.person("a", mine)
    result = undo(desk.store, desk.workspace, desk.session)
    assert [row.path for row in result.refused] == ["a"]
    assert why in result.refused[0].why
    assert desk.files.get("a") == mine
    desk.person("a", b"2")
    assert desk.undo() == (["a"], [])
    desk.person("a", b"mine")
    assert desk.redo() == ([], ["a"])
    assert desk.files == {"a": b"mine"}


def test_a_file_edited_by_the_person_in_between_goes_back_whole_or_not_at_all(desk: Desk) -> None:
    desk.edit(1, "a", b"1")
    desk.person("a", b"mine")
    desk.edit(1, "a", b"2")
    desk.edit(1, "b", b"1")
    assert desk.undo() == (["b"], ["a"])
    assert desk.files == {"a": b"2"}


def test_a_folder_in_the_files_place_is_left(desk: Desk) -> None:
    desk.edit(1, "a", b"1")
    desk.person("a", None)
    (desk.workspace.root / "a").mkdir()
    assert desk.undo() == ([], ["a"])


def test_a_new_turn_that_changes_files_ends_redo(desk: Desk) -> None:
    desk.edit(1, "a", b"1")
    desk.edit(2, "b", b"2")
    desk.undo()
    ids = desk.store.begin_changes(desk.session, 3, "c", [FileChange("x", None, b"")], {})
    desk.store.settle(ids, "dropped")
    assert desk.redo(dry_run=True) == (["b"], [])
    desk.edit(3, "c", b"3")
    assert desk.redo() == ([], [])
    desk.undo()
    assert desk.redo() == (["c"], [])
    assert desk.files == {"a": b"1", "c": b"3"}


def test_a_move_goes_back_at_both_ends_or_at_none(desk: Desk) -> None:
    desk.person("a", b"1")
    (desk.workspace.root / "a").chmod(0o755)
    desk.move(1, "a", "b")
    desk.person("a", b"new")
    assert desk.undo() == ([], ["b", "a"])
    assert desk.files == {"a": b"new", "b": b"1"}
    desk.person("a", None)
    assert desk.undo(paths=("b",)) == (["a", "b"], [])
    assert desk.files == {"a": b"1"}
    assert desk.workspace.mode("a") == 0o755
    assert desk.redo() == (["b", "a"], [])
    assert desk.files == {"b": b"1"}
    assert desk.workspace.mode("b") == 0o755


def test_a_rewind_goes_to_before_a_turn_and_one_redo_brings_all_back(desk: Desk) -> None:
    for turn in (1, 2, 3):
        desk.edit(turn, "a", str(turn).encode())
        desk.edit(turn, f"new{turn}", b"x")
    full = desk.files
    assert desk.rewind(2) == (["new3", "a", "new2", "a"], [])
    assert desk.files == {"a": b"1", "new1": b"x"}
    assert desk.redo() == (["a", "new2", "a", "new3"], [])
    assert desk.files == full
    assert desk.rewind(9) == ([], [])
    with pytest.raises(UsageError, match="no turn 0"):
        desk.rewind(0)


def test_after_a_crash_the_disk_decides(desk: Desk) -> None:
    data: list[FileChange] = [FileChange(name, None, b"x") for name in ("written", "unwritten", "other")]
    desk.store.begin_changes(desk.session, 1, "c", data, {})
    desk.person("written", b"x")
    desk.person("other", b"mine")
    settle_intents(desk.store, desk.workspace)
    assert [row.state for row in desk.store.changes(desk.session)] == ["applied", "dropped", "dropped"]


@pytest.mark.parametrize("reached", [True, False])
def test_a_crash_in_an_undo_or_redo_is_settled_too(desk: Desk, reached: bool) -> None:
    desk.edit(1, "a", b"1")
    desk.edit(1, "a", b"2")
    ids = [row.id for row in desk.store.changes(desk.session)]
    desk.store.settle(ids, "undoing")
    if reached:
        desk.person("a", None)
    settle_intents(desk.store, desk.workspace)
    assert {row.state for row in desk.store.changes(desk.session)} == {"undone" if reached else "applied"}
    desk.store.settle(ids, "undone")
    desk.store.settle(ids, "redoing")
    desk.person("a", b"2")
    settle_intents(desk.store, desk.workspace)
    assert {row.state for row in desk.store.changes(desk.session)} == {"applied"}


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.sampled_from("abc"), st.none() | st.binary(max_size=3)),
        st.tuples(st.just("move"), st.sampled_from("abc"), st.sampled_from("abc")),
        st.tuples(st.just("turn"), st.just(""), st.none()),
        st.tuples(st.sampled_from(["undo", "redo"]), st.just(""), st.none()),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_walks_of_writing_and_undoing_keep_exact_bytes(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, str | bytes | None]]
) -> None:
    """A model of the same walk: the files before each changing turn, on two stacks."""
    root = tmp_path_factory.mktemp("walk")
    with closing(Store.open(root / "flux.db")) as store:
        desk = Desk(root, store)
        past: list[tuple[int, Files]] = []
        future: list[Files] = []
        turn = 1
        for what, name, value in steps:
            now = desk.files
            if what == "undo":
                assert desk.undo()[1] == []
                if past:
                    _, expected = past.pop()
                    future.append(now)
                    assert desk.files == expected
                turn += 1
            elif what == "redo":
                assert desk.redo()[1] == []
                if future:
                    past.append((turn, now))
                    assert desk.files == future.pop()
                turn += 1
            elif what == "turn":
                turn += 1
            elif _write(desk, turn, what, name, value):
                future.clear()
                if not past or past[-1][0] != turn:
                    past.append((turn, now))
            if what in {"undo", "redo"} and not past and not future:
                assert desk.files == now


def _write(desk: Desk, turn: int, what: str, name: str, value: str | bytes | None) -> bool:
    """Whether there was something to write."""
    now = desk.files
    if what == "move" and isinstance(value, str) and name in now and value not in now:
        desk.move(turn, name, value)
        return True
    if what == "edit" and not isinstance(value, str) and now.get(name) != value:
        desk.edit(turn, name, value)
        return True
    return False


def test_a_file_that_was_half_rewritten_gets_its_old_bytes_back(desk: Desk) -> None:
    old, new = b"the old text, whole\n", b"THE NEW TEXT, which is longer\n"
    for path, found, after in (
        ("torn", new[:7] + old[7:], old),
        ("longer", new[: len(old) + 3], old),
        ("mine", b"what somebody wrote meanwhile\n", b"what somebody wrote meanwhile\n"),
    ):
        desk.person(path, old)
        desk.store.begin_changes(desk.session, 1, "call", [FileChange(path, old, new)], {})
        desk.person(path, found)
        settle_intents(desk.store, desk.workspace)
        assert desk.files[path] == after
    assert {row.state for row in desk.store.changes(desk.session)} == {"dropped"}
