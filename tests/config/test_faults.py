"""Config files that can't be used: one sentence with file, key and line; never a hang, never a secret."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_tui.config import files
from flux_tui.config.load import load
from flux_tui.config.places import places
from flux_tui.protocol.errors import UsageError


def sentence(home: Path, text: str | bytes) -> str:
    """What loading this config says, without the file's name in front."""
    path = home / "config" / "config.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UsageError) as caught:
        load(places({"FLUX_HOME": str(home)}), {}, {}, None)
    said = str(caught.value)
    assert said.startswith(str(path))
    return said.removeprefix(str(path)).lstrip(": ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n[limts]\nmax_turns = 1", "unknown key 'limts' (line 2). Nearest: limits."),
        ("[limits]\n\nmax_turn = 1", "unknown key 'limits.max_turn' (line 3). Nearest: limits.max_turns."),
        ("max_turns = 1", "unknown key 'max_turns' (line 1). Nearest: limits.max_turns."),
        ("limits.max_turn = 1", "unknown key 'limits.max_turn' (line 1). Nearest: limits.max_turns."),
        ("zzz = 1", "unknown key 'zzz' (line 1). `flux config` lists the valid keys."),
        (
            '[providers.compat]\ntype = "openai"\nbaseurl = "x"',
            "unknown key 'providers.compat.baseurl' (line 3). Nearest: providers.compat.base_url.",
        ),
        ('[providers."a.b"]\ntype = "openai"', "unknown key 'providers.a.b' (line 1)."),
        ("limits = 3", "'limits' must be a table, such as [limits] (line 1)."),
        ('[limits]\nmax_turns = "3"', "'limits.max_turns' must be a number, not '3' (line 2)."),
        ("[limits]\nmax_turns = 1.5", "'limits.max_turns' must be a whole number, not 1.5 (line 2)."),
        ("[limits]\nmax_turns = true", "'limits.max_turns' must be a number, not True (line 2)."),
        ("[limits]\nmax_cost = nan", "'limits.max_cost' must be an ordinary number, not nan (line 2)."),
        ("[limits]\nmax_cost = -1", "'limits.max_cost' must not be negative, but is -1 (line 2)."),
        ("[network]\nmax_tries = 0", "'network.max_tries' must be greater than 0, not 0 (line 2)."),
        ("model = 3", "'model' must be a text in quotes, not a number (line 1)."),
        ('model = "a\\u001bb"', "'model' must not hold control characters (line 1)."),
        (
            'mode = "auto"',
            '\'mode\' must be one of "plan", "ask", "auto-edit", "full", not \'auto\'. Nearest: auto-edit',
        ),
        (
            '[rules]\nallow = "ls"',
            "'rules.allow' must be a list of non-empty texts, such as [\"…\"], not 'ls' (line 2).",
        ),
        ("[rules]\ndeny = ['']", "'rules.deny' must be a list of non-empty texts"),
        ('[ui]\ntree = "yes"', "'ui.tree' must be true or false, not 'yes' (line 2)."),
        ("model = [", "not valid TOML: Invalid value (at the end, line 1)"),
        ("a = 1\nb == 2", "not valid TOML: Invalid value (at line 2, column 4)"),
        (b"a = 1\nb = '\xff'", "line 2 is not UTF-8 text."),
        ("a = " + "[" * 5000, "not "),
    ],
)
def test_each_fault_has_its_sentence(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert sentence(tmp_path, text).startswith(said)


def test_a_key_in_the_wrong_place_is_not_repeated(tmp_path: Path) -> None:
    for line in ('key_env = "sk-ant-canary"', 'base_url = "sk-ant-canary"', 'api_key = "sk-ant-canary"', "key_env = 3"):
        assert "canary" not in sentence(tmp_path, f"[providers.openai]\n{line}")


def test_a_server_without_address_is_asked_for_it(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text('[providers.compat]\nkey_env = "K"', encoding="utf-8")
    with pytest.raises(UsageError, match=r"providers\.compat: base_url is missing"):
        load(places({"FLUX_HOME": str(tmp_path)}), {}, {}, None)


def test_what_is_no_ordinary_file_is_refused_at_once(tmp_path: Path) -> None:
    fifo, loop, folder, big = (tmp_path / name for name in ("fifo", "loop", "folder", "big"))
    os.mkfifo(fifo)
    loop.symlink_to(loop)
    folder.mkdir()
    big.write_bytes(b"#" * 1_000_001)
    for path in (fifo, loop, folder, big, Path("/dev/zero")):
        with pytest.raises(UsageError, match=re.escape(str(path))):
            files.read(path)


def test_no_file_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert files.read(tmp_path / "none") is None
    assert files.read(tmp_path / "file" / "below") is None


@settings(max_examples=50)
@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_file_loads_or_is_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str | bytes
) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / "config").mkdir()
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    (home / "config" / "config.toml").write_bytes(raw)
    assert outcome(home).startswith(str(home)) or outcome(home) == "loaded"


def outcome(home: Path) -> str:
    try:
        load(places({"FLUX_HOME": str(home)}), {}, {}, None)
    except UsageError as error:
        return str(error)
    return "loaded"
