"""Trust is bound to a folder and to the bytes in it: whatever changes, it is asked again."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from flux_tui.protocol.errors import UsageError
from flux_tui.safety.trust import (
    contents,
    distrust,
    fingerprint,
    has_something,
    instructions,
    is_trusted,
    remembered,
    trust,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / ".flux" / "profiles").mkdir(parents=True)
    (folder / ".flux" / "config.toml").write_text("mode = 'plan'")
    (folder / "AGENTS.md").write_text("Be kind.")
    (folder / "main.py").write_text("")
    return folder


def test_trust_lasts_and_is_kept_private(root: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert not is_trusted(root, state)
    trust(root, state)
    assert is_trusted(root, state)
    assert [path.stat().st_mode & 0o777 for path in state.iterdir()] == [0o600]
    assert state.stat().st_mode & 0o777 == 0o700
    distrust(root, state)
    assert not is_trusted(root, state)


CHANGES: dict[str, Callable[[Path], object]] = {
    "a byte": lambda root: (root / ".flux" / "config.toml").write_text("mode = 'full'"),
    "a new file": lambda root: (root / ".flux" / "profiles" / "x.toml").write_text(""),
    "a file gone": lambda root: (root / ".flux" / "config.toml").unlink(),
    "another name": lambda root: (root / ".flux" / "config.toml").rename(root / ".flux" / "other.toml"),
    "instructions": lambda root: (root / "AGENTS.md").write_text("Be mean."),
    "other instructions": lambda root: (root / "CLAUDE.md").write_text(""),
    "a link": lambda root: (root / ".flux" / "link").symlink_to("/etc/hostname"),
    "a linked folder": lambda root: (root / ".flux" / "link").symlink_to(".."),
    "a pipe": lambda root: os.mkfifo(root / ".flux" / "pipe"),
    "bytes moved to the next file": lambda root: (
        (root / ".flux" / "config.toml").write_text("mode = 'plan"),
        (root / ".flux" / "config.tomm").write_text("'"),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_asks_again(root: Path, tmp_path: Path, change: str) -> None:
    trust(root, tmp_path / "state")
    CHANGES[change](root)
    assert not is_trusted(root, tmp_path / "state")


def test_other_files_do_not_matter(root: Path) -> None:
    before = fingerprint(root)
    (root / "main.py").write_text("x")
    assert fingerprint(root) == before


def test_a_copy_elsewhere_is_not_trusted_but_a_link_to_the_folder_is(root: Path, tmp_path: Path) -> None:
    trust(root, tmp_path / "state")
    (tmp_path / "link").symlink_to(root)
    assert is_trusted(tmp_path / "link", tmp_path / "state")
    root.rename(tmp_path / "copy")
    assert not is_trusted(tmp_path / "copy", tmp_path / "state")


def test_what_a_linked_folder_holds_counts_and_a_loop_ends(root: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (root / ".flux" / "more").symlink_to(shared)
    (root / ".flux" / "loop").symlink_to(root / ".flux")
    before = fingerprint(root)
    (shared / "x.toml").write_text("")
    assert fingerprint(root) != before


def test_too_much_to_read_can_not_be_trusted(root: Path, tmp_path: Path) -> None:
    trust(root, tmp_path / "state")
    for number in range(2001):
        (root / ".flux" / str(number)).touch()
    with pytest.raises(UsageError):
        trust(root, tmp_path / "state")
    assert not is_trusted(root, tmp_path / "state")


def test_what_a_linked_file_holds_counts(root: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared.md"
    shared.write_text("a")
    (root / "CLAUDE.md").symlink_to(shared)
    before = fingerprint(root)
    shared.write_text("b")
    assert fingerprint(root) != before


def test_a_broken_record_trusts_nothing(root: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    trust(root, state)
    next(state.iterdir()).write_text("{")
    assert not is_trusted(root, state)
    trust(root, state)
    assert is_trusted(root, state)


def test_whether_there_is_anything_to_trust(root: Path, tmp_path: Path) -> None:
    assert has_something(root)
    assert not has_something(tmp_path)


def test_the_instructions_are_read_once_each_and_never_from_a_pipe(root: Path) -> None:
    (root / "CLAUDE.md").symlink_to("AGENTS.md")
    (root / ".flux" / "instructions.md").write_text("Be brief.\n")
    assert instructions(root) == "Be kind.\n\nBe brief."
    (root / "AGENTS.md").unlink()
    os.mkfifo(root / "AGENTS.md")
    assert instructions(root) == "Be brief."


def test_what_was_trusted_is_kept_to_show_what_changed(root: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert remembered(root, state) is None
    trust(root, state)
    (root / ".flux" / "config.toml").write_text("mode = 'full'")
    (root / ".flux" / "blob").write_bytes(b"\0\1")
    old, now = remembered(root, state), contents(root)
    assert old == {".flux/config.toml": "mode = 'plan'", "AGENTS.md": "Be kind."}
    assert now[".flux/config.toml"] == "mode = 'full'"
    assert now[".flux/blob"].startswith("(2 bytes")


def test_only_what_was_shown_is_trusted(root: Path, tmp_path: Path) -> None:
    shown = fingerprint(root)
    (root / "AGENTS.md").write_text("Be mean.")
    with pytest.raises(UsageError, match="just changed"):
        trust(root, tmp_path / "state", shown)
    assert not is_trusted(root, tmp_path / "state")
    trust(root, tmp_path / "state", fingerprint(root))
    assert is_trusted(root, tmp_path / "state")


def test_an_older_file_of_trust_is_still_read(root: Path, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "trusted.json").write_text(json.dumps({str(root): fingerprint(root), "other": 5}))
    assert is_trusted(root, tmp_path / "state")
    assert remembered(root, tmp_path / "state") == {}
