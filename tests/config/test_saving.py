"""A check that is kept lies in a profile of Flux's own, for this folder, and is there at the next start."""

from pathlib import Path

import pytest

from flux_tui.config.load import load
from flux_tui.config.places import places
from flux_tui.config.saving import save_checks
from flux_tui.protocol.errors import UsageError


def test_kept_for_the_folder_and_found_again(tmp_path: Path, home: Path) -> None:
    project, other = tmp_path / "my project!", tmp_path / "other"
    project.mkdir()
    env = {"FLUX_HOME": str(home)}
    here = places(env)
    path = save_checks(here, project, None, ("[*.py] pytest -q",))
    assert path.name == "my-project.toml"
    loaded = load(here, env, {}, project).settings
    assert loaded.verify.commands == ("[*.py] pytest -q",)
    assert loaded.profile == "my-project"
    assert load(here, env, {}, other).settings.verify.commands == ()
    save_checks(here, project, loaded.profile, ("make test",))
    assert load(here, env, {}, project).settings.verify.commands == ("make test",)


def test_two_folders_of_one_name_have_two_profiles(tmp_path: Path, home: Path) -> None:
    env = {"FLUX_HOME": str(home)}
    first, second = tmp_path / "a" / "app", tmp_path / "b" / "app"
    for folder in (first, second):
        folder.mkdir(parents=True)
        save_checks(places(env), folder, None, (f"test -d {folder}",))
    assert load(places(env), env, {}, first).settings.verify.commands == (f"test -d {first}",)
    assert load(places(env), env, {}, second).settings.verify.commands == (f"test -d {second}",)


def test_a_hand_written_profile_stays_and_the_line_is_named(tmp_path: Path, home: Path) -> None:
    here = places({"FLUX_HOME": str(home)})
    mine = here.config / "profiles" / "mine.toml"
    mine.parent.mkdir(parents=True)
    mine.write_text('mode = "plan"\n')
    with pytest.raises(UsageError, match=r"by hand.*\[verify\] commands"):
        save_checks(here, tmp_path, "mine", ("true",))
    assert mine.read_text() == 'mode = "plan"\n'
