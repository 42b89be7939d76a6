"""What a command changed is found with the bytes from before, at any moment, and never guessed."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flux_tui.protocol.outcomes import FileChange
from flux_tui.workspace.snapshot import Bounds, Snapshots


def test_what_changed_came_and_went_is_told_with_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a").write_bytes(b"a\r\n\xff")
    (tmp_path / "gone").write_bytes(b"")
    (tmp_path / "same").write_bytes(b"same")
    before = Snapshots(tmp_path).take()
    (tmp_path / "d" / "a").write_bytes(b"b")
    (tmp_path / "gone").unlink()
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "new").write_bytes(b"new")
    assert before.changes() == (
        FileChange("d/a", b"a\r\n\xff", b"b"),
        FileChange("e/new", None, b"new"),
        FileChange("gone", b"", None),
    )
    assert before.untold == ()


def test_touching_and_rewriting_the_same_bytes_is_no_change(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    before = Snapshots(tmp_path).take()
    os.utime(tmp_path / "a", (1, 1))
    (tmp_path / "a").chmod(0o700)
    (tmp_path / "b").write_bytes(b"x")
    (tmp_path / "b").replace(tmp_path / "a")
    assert before.changes() == ()


def test_the_same_length_in_the_same_moment_with_the_time_put_back_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a"
    session = Snapshots(tmp_path)
    path.write_bytes(b"1")
    facts = path.stat()
    for old, new in ((b"1", b"2"), (b"2", b"3")):
        before = session.take()
        with path.open("r+b") as file:
            file.write(new)
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        assert before.changes() == (FileChange("a", old, new),)


def test_what_the_person_did_between_two_commands_is_not_the_commands(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one")
    session = Snapshots(tmp_path)
    assert session.take().changes() == ()
    path.write_bytes(b"the person's")
    before = session.take()
    path.write_bytes(b"the command's")
    assert before.changes() == (FileChange("a", b"the person's", b"the command's"),)


def test_caches_and_dependencies_are_left_out_but_no_tag_hides_a_change(tmp_path: Path) -> None:
    for folder in ("node_modules", "target", "src", ".git"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a").write_bytes(b"1")
    (tmp_path / "target" / "CACHEDIR.TAG").write_bytes(b"")
    before = Snapshots(tmp_path).take()
    (tmp_path / "src" / "CACHEDIR.TAG").write_bytes(b"")
    for folder in ("node_modules", "target", "src", ".git"):
        (tmp_path / folder / "a").write_bytes(b"2")
    changes = before.changes()
    assert changes is not None
    assert [change.path for change in changes] == ["src/CACHEDIR.TAG", "src/a"]


def test_links_are_not_followed_and_their_change_is_only_named(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"secret")
    work = tmp_path / "work"
    work.mkdir()
    (work / "link").symlink_to(outside)
    before = Snapshots(work).take()
    outside.write_bytes(b"other")
    assert before.changes() == ()
    (work / "new").symlink_to("/etc/passwd")
    os.mkfifo(work / "pipe")
    assert before.changes() == ()
    assert before.untold == ("new", "pipe")


def test_a_large_file_is_named_but_not_kept(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 11)
    (tmp_path / "grows").write_bytes(b"x")
    before = Snapshots(tmp_path, Bounds(largest=10)).take()
    (tmp_path / "large").write_bytes(b"y" * 11)
    (tmp_path / "grows").write_bytes(b"y" * 11)
    assert before.changes() == ()
    assert before.untold == ("grows", "large")


def test_the_bytes_kept_are_bounded_and_small_files_come_first(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 10)
    (tmp_path / "b").write_bytes(b"x" * 5)
    before = Snapshots(tmp_path, Bounds(kept=12)).take()
    (tmp_path / "a").unlink()
    (tmp_path / "b").unlink()
    assert before.changes() == (FileChange("b", b"xxxxx", None),)
    assert before.untold == ("a",)


def test_too_many_files_or_changes_is_not_known(tmp_path: Path) -> None:
    before = Snapshots(tmp_path, Bounds(changes=2)).take()
    for name in "abc":
        (tmp_path / name).write_bytes(b"")
    assert before.changes() is None
    assert Snapshots(tmp_path, Bounds(files=2)).take().changes() is None


def test_a_name_that_is_no_text_is_told_escaped(tmp_path: Path) -> None:
    before = Snapshots(tmp_path).take()
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\n"))).write_bytes(b"")
    assert before.changes() == ()
    assert before.untold == ("\\xff\n",)


STEPS = st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.binary(max_size=3)), max_size=6)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=4))
def test_any_walk_of_changes_is_told_exactly(
    tmp_path_factory: pytest.TempPathFactory, commands: list[list[tuple[str, bytes | None]]]
) -> None:
    root = tmp_path_factory.mktemp("walk")
    session = Snapshots(root)
    disk: dict[str, bytes] = {}
    for steps in commands:
        before, old = session.take(), dict(disk)
        for name, data in steps:
            if data is None:
                (root / name).unlink(missing_ok=True)
                disk.pop(name, None)
            else:
                (root / name).write_bytes(data)
                disk[name] = data
        names = sorted(old.keys() | disk.keys())
        expected = [
            FileChange(name, old.get(name), disk.get(name)) for name in names if old.get(name) != disk.get(name)
        ]
        assert before.changes() == tuple(expected)
