"""Profiles: found by name or by folder, written only where Flux wrote before."""

from pathlib import Path

import pytest

from flux_tui.config.load import load
from flux_tui.config.places import Places, places
from flux_tui.config.profiles import profiles, save_profile
from flux_tui.protocol.codes import Mode
from flux_tui.protocol.errors import UsageError


@pytest.fixture
def home(tmp_path: Path) -> Places:
    found = places({"FLUX_HOME": str(tmp_path / "flux")})
    (found.config / "profiles").mkdir(parents=True)
    return found


def write(home: Places, name: str, text: str) -> Path:
    path = home.config / "profiles" / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def in_use(home: Places, workspace: Path, env: dict[str, str] | None = None, flag: str | None = None) -> str | None:
    return load(home, env or {}, {"profile": flag}, workspace).settings.profile


def test_the_deepest_bound_folder_wins_over_the_default(home: Places, tmp_path: Path) -> None:
    deep = tmp_path / "work" / "deep"
    deep.mkdir(parents=True)
    (tmp_path / "workshop").mkdir()
    (home.config / "config.toml").write_text('profile = "plain"', encoding="utf-8")
    write(home, "plain", "")
    write(home, "outer", 'folders = ["~/work"]')
    write(home, "inner", f'folders = ["{deep}"]')
    env = {"HOME": str(tmp_path)}
    assert in_use(home, tmp_path / "work", env) == "outer"
    assert in_use(home, deep, env) == "inner"
    assert in_use(home, tmp_path / "workshop", env) == "plain"
    assert in_use(home, deep, env | {"FLUX_PROFILE": "plain"}) == "plain"
    assert in_use(home, deep, env | {"FLUX_PROFILE": "plain"}, "outer") == "outer"


def test_a_link_to_a_bound_folder_counts_as_it(home: Places, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "work")
    write(home, "work", f'folders = ["{tmp_path}/work"]')
    assert in_use(home, tmp_path / "link") == "work"


def test_two_profiles_for_one_folder_are_named(home: Places, tmp_path: Path) -> None:
    write(home, "a", f'folders = ["{tmp_path}"]')
    write(home, "b", f'folders = ["{tmp_path}"]')
    with pytest.raises(UsageError, match="profiles a and b are both bound to"):
        in_use(home, tmp_path)
    assert in_use(home, tmp_path, flag="b") == "b"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('folders = ["work"]', "'folders' must be a list of absolute folders"),
        ("folders = 3", "'folders' must be"),
        ('profile = "other"', "'profile' can't be set inside a profile"),
        ("folder = []", "unknown key 'folder' .line 1.. Nearest: folders"),
        ("description = 3", "'description' must be a text"),
    ],
)
def test_a_profile_that_is_wrong_is_never_skipped(home: Places, tmp_path: Path, text: str, said: str) -> None:
    write(home, "bad", text)
    with pytest.raises(UsageError, match=said):
        in_use(home, tmp_path)


def test_an_unknown_profile_is_answered_with_the_nearest(home: Places, tmp_path: Path) -> None:
    write(home, "work", "")
    with pytest.raises(UsageError, match=r"no profile 'wrok'\. Nearest: work"):
        in_use(home, tmp_path, flag="wrok")
    with pytest.raises(UsageError, match="no profile can be called"):
        in_use(home, tmp_path, flag="../work")


def test_a_projects_profile_narrows_and_only_once_trusted(home: Places, tmp_path: Path) -> None:
    path = tmp_path / ".flux" / "profiles" / "theirs.toml"
    path.parent.mkdir(parents=True)
    path.write_text('mode = "plan"\nmodel = "evil:x"', encoding="utf-8")
    with pytest.raises(UsageError, match="have not trusted"):
        in_use(home, tmp_path, flag="theirs")
    loaded = load(home, {}, {"profile": "theirs"}, tmp_path, trusted=True)
    assert (loaded.settings.mode, loaded.settings.model, loaded.settings.profile) == (Mode.PLAN, "", "theirs")
    assert "model is ignored" in loaded.notes[0]


def test_a_saved_profile_reads_back_the_same(home: Places, tmp_path: Path) -> None:
    values = {
        "model": "demo:guide",
        "limits.max_cost": 1.5,
        "rules.allow": ["git status*"],
        "folders": ["/somewhere"],
        "description": 'with "quotes"',
    }
    path = save_profile(home, "mine", values)
    assert path.stat().st_mode & 0o077 == 0
    (found,) = profiles(home)
    assert (found.folders, found.description) == (("/somewhere",), 'with "quotes"')
    assert found.layer.values == {"model": "demo:guide", "limits.max_cost": 1.5, "rules.allow": ("git status*",)}
    save_profile(home, "mine", {"model": "demo:other"})
    assert in_use(home, tmp_path, flag="mine") == "mine"


def test_a_hand_written_profile_is_never_rewritten(home: Places) -> None:
    path = write(home, "mine", 'theme = "x"\n')
    with pytest.raises(UsageError, match="written by hand"):
        save_profile(home, "mine", {"model": "demo:guide"})
    assert path.read_text(encoding="utf-8") == 'theme = "x"\n'


def test_a_profile_with_bad_values_is_not_saved(home: Places) -> None:
    with pytest.raises(UsageError, match=r"unknown setting 'limits\.max_turn'\. Nearest: limits\.max_turns"):
        save_profile(home, "mine", {"limits.max_turn": 1})
    assert profiles(home) == ()
