"""The sandbox of this machine for tests that need a real one. Skipped by name where there is none, but never in CI."""

import os
import sys
from functools import cache
from pathlib import Path

import pytest

from flux_tui.config.places import Places
from flux_tui.safety.probing import probe
from flux_tui.safety.sandbox import Sandbox

PYTHON = str(Path(sys.executable).resolve())
"""The interpreter itself: a virtual environment below /tmp is not there inside the sandbox."""
NOWHERE = Places(*(Path("/nonexistent") / name for name in ("config", "data", "state", "cache")))


@cache
def found() -> Sandbox:
    return probe("auto", NOWHERE)


def box() -> Sandbox:
    """The real sandbox; skips the test where it can't be had, fails it in CI."""
    sandbox = found()
    if not sandbox.walls:
        if os.environ.get("CI") == "true":
            pytest.fail(sandbox.reason)
        pytest.skip(sandbox.reason)
    return sandbox


OFF = Sandbox("off", "no sandbox (off)")
