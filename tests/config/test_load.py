"""Layers: who wins, what adds up, and what a project may never do."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from flux_tui.config.load import Loaded, load, remember_rule
from flux_tui.config.places import Places, places
from flux_tui.config.settings import Limits, Rules, Settings
from flux_tui.protocol.codes import Mode
from flux_tui.protocol.errors import UsageError


class Setup:
    """A config folder and a project to load from."""

    def __init__(self, root: Path) -> None:
        self.places: Places = places({"FLUX_HOME": str(root / "flux")})
        self.workspace = root / "project"
        self.workspace.mkdir()

    def config(self, text: str, name: str = "config.toml") -> Path:
        return _written(self.places.config / name, text)

    def project(self, text: str, name: str = "config.toml") -> Path:
        return _written(self.workspace / ".flux" / name, text)

    def load(
        self, env: Mapping[str, str] | None = None, flags: Mapping[str, Any] | None = None, trusted: bool = False
    ) -> Loaded:
        return load(self.places, env or {}, flags or {}, self.workspace, trusted)


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(tmp_path)


def test_nothing_written_is_the_defaults(setup: Setup) -> None:
    assert setup.load() == Loaded(Settings(), {}, ())


def test_flags_beat_environment_beats_profile_beats_config(setup: Setup) -> None:
    path = setup.config('model = "demo:a"\ntheme = "a"\nprofile = "work"\nmode = "plan"\nsandbox = "require"')
    setup.config('model = "demo:b"\ntheme = "b"\nmode = "full"', "profiles/work.toml")
    loaded = setup.load({"FLUX_MODEL": "demo:c"}, {"mode": "auto-edit", "theme": None})
    settings = loaded.settings
    assert (settings.model, settings.theme, settings.mode, settings.sandbox) == (
        "demo:c",
        "b",
        Mode.AUTO_EDIT,
        "require",
    )
    assert settings.profile == "work"
    assert loaded.sources["model"] == "environment"
    assert loaded.sources["theme"] == "profile work"
    assert loaded.sources["mode"] == "flag"
    assert loaded.sources["sandbox"] == str(path)


def test_rules_of_all_layers_add_up(setup: Setup) -> None:
    setup.config('[rules]\ndeny = ["rm*"]\nallow = ["ls*"]')
    setup.config('[rules]\ndeny = ["curl*"]', "profiles/p.toml")
    remember_rule(setup.places, "run_command(make*)")
    remember_rule(setup.places, "run_command(make*)")
    remember_rule(setup.places, "git push*", "ask")
    loaded = setup.load(flags={"profile": "p"})
    assert loaded.settings.rules == Rules(("ls*", "run_command(make*)"), ("git push*",), ("rm*", "curl*"))


def test_a_remembered_rule_leaves_the_hand_written_file_alone(setup: Setup) -> None:
    path = setup.config("# mine\n")
    remember_rule(setup.places, "run_command(make*)")
    assert path.read_text(encoding="utf-8") == "# mine\n"
    assert (setup.places.config / "rules.toml").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("env", "model"),
    [
        ({"FLUX_MODEL": "openai:gpt"}, "openai:gpt"),
        ({"FLUX_PROVIDER": "openai", "FLUX_MODEL": "gpt"}, "openai:gpt"),
        ({"FLUX_PROVIDER": "compat", "FLUX_MODEL": "llama3:8b"}, "compat:llama3:8b"),
        ({"FLUX_PROVIDER": "openai", "FLUX_MODEL": "demo:guide"}, "demo:guide"),
        ({"FLUX_PROVIDER": "openai"}, "openai"),
        ({"FLUX_PROVIDER": "anthropic"}, "anthropic:claude"),
        ({"FLUX_PROVIDER": "", "FLUX_MODEL": ""}, "anthropic:claude"),
    ],
)
def test_the_environment_gives_a_whole_model_or_half_of_one(setup: Setup, env: dict[str, str], model: str) -> None:
    setup.config('model = "anthropic:claude"')
    assert setup.load(env).settings.model == model


def test_base_urls_of_the_environment_beat_the_file(setup: Setup) -> None:
    setup.config('[providers.openai]\nbase_url = "http://a/v1"\nkey_env = "MINE"')
    providers = setup.load({"OPENAI_BASE_URL": "http://b", "ANTHROPIC_BASE_URL": "http://c"}).settings.providers
    assert (providers["openai"].base_url, providers["openai"].key_env) == ("http://b", "MINE")
    assert (providers["anthropic"].base_url, providers["anthropic"].type) == ("http://c", "anthropic")


def test_named_providers_are_read_whole(setup: Setup) -> None:
    setup.config('[providers.compat]\nbase_url = "http://h:1/v1"\napi = "chat"\nkey_command = ["pass", "show", "x"]')
    provider = setup.load().settings.providers["compat"]
    assert (provider.type, provider.api, provider.key_command) == ("openai", "chat", ("pass", "show", "x"))


def test_a_project_that_is_not_trusted_is_ignored_and_that_is_said(setup: Setup) -> None:
    path = setup.project("this is not even TOML")
    loaded = setup.load()
    assert loaded.settings == Settings()
    assert loaded.notes == (f"{path} is ignored until you trust this folder.",)


def test_a_trusted_project_narrows(setup: Setup) -> None:
    setup.config('mode = "auto-edit"\n[limits]\nmax_turns = 10\nmax_cost = 2.0\n[rules]\ndeny = ["a*"]')
    setup.project(
        'mode = "ask"\nsandbox = "require"\n[limits]\nmax_turns = 5\nmax_calls = 7\n'
        '[rules]\ndeny = ["b*"]\nask = ["c*"]'
    )
    loaded = setup.load(trusted=True)
    assert loaded.settings.mode is Mode.ASK
    assert loaded.settings.sandbox == "require"
    assert loaded.settings.limits == Limits(max_turns=5, max_calls=7, max_cost=2.0)
    assert loaded.settings.rules == Rules((), ("c*",), ("a*", "b*"))
    assert loaded.notes == ()


@pytest.mark.parametrize(
    "text",
    [
        'mode = "full"',
        'sandbox = "off"',
        "[limits]\nmax_turns = 11",
        "[limits]\nmax_turns = 0",
        '[rules]\nallow = ["rm*"]',
        '[verify]\ncommands = ["curl x"]',
        'model = "evil:model"',
        'profile = "p"',
        '[providers.openai]\nbase_url = "http://evil"',
        '[providers.openai]\nkey_command = ["evil"]',
        "[network]\nidle_timeout = 1.0",
    ],
)
def test_a_trusted_project_never_widens(setup: Setup, text: str) -> None:
    setup.config("[limits]\nmax_turns = 10")
    setup.config("", "profiles/p.toml")
    before = setup.load().settings
    setup.project(text)
    loaded = setup.load(trusted=True)
    assert loaded.settings == before
    assert len(loaded.notes) == 1
    assert "ignored" in loaded.notes[0]


def test_a_flag_may_widen_what_a_project_narrowed(setup: Setup) -> None:
    setup.project('mode = "plan"')
    assert setup.load(trusted=True).settings.mode is Mode.PLAN
    assert setup.load(flags={"mode": "full"}, trusted=True).settings.mode is Mode.FULL


def test_bad_flags_and_variables_are_named(setup: Setup) -> None:
    with pytest.raises(UsageError, match=r"^--mode: must be one of .* not 'fulll'\. Nearest: full\.$"):
        setup.load(flags={"mode": "fulll"})
    with pytest.raises(UsageError, match=r"^OPENAI_BASE_URL: must be a URL"):
        setup.load({"OPENAI_BASE_URL": "localhost:8080"})
