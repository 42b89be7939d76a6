"""Where Flux keeps its own things."""

import sys
from pathlib import Path

import pytest

from flux_tui.config.places import Places, places


def test_flux_home_beats_everything(tmp_path: Path) -> None:
    found = places({"FLUX_HOME": str(tmp_path), "XDG_CONFIG_HOME": "/elsewhere"})
    assert found == Places(tmp_path / "config", tmp_path / "data", tmp_path / "state", tmp_path / "cache")


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="the XDG convention is Linux's")
def test_xdg_variables_then_home() -> None:
    found = places({"HOME": "/home/ada", "XDG_DATA_HOME": "/data", "XDG_STATE_HOME": "relative/is/ignored"})
    assert found == Places(
        Path("/home/ada/.config/flux"),
        Path("/data/flux"),
        Path("/home/ada/.local/state/flux"),
        Path("/home/ada/.cache/flux"),
    )
