"""What all tests share: folders of their own, and no skipped test in CI."""

import os
from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Flux's own folders, empty, and an environment without keys."""
    folder = tmp_path / "flux-home"
    monkeypatch.setenv("FLUX_HOME", str(folder))
    for name in list(os.environ):
        if name.endswith(("_API_KEY", "_BASE_URL")) or name in ("FLUX_MODEL", "FLUX_PROVIDER", "FLUX_PROFILE"):
            monkeypatch.delenv(name)
    return folder


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI a skipped test is a failure: the programs it needs are installed there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter is not None else []
    if os.environ.get("CI") and skipped and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
