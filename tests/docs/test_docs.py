"""The docs say what the program does: tables are made from it, examples are run, links are followed."""

import argparse
import json
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from flux_tui.cli import COMMANDS, _commands
from flux_tui.config import layers
from flux_tui.config.files import Source
from flux_tui.config.presets import presets
from flux_tui.protocol import codes, events
from flux_tui.tools.registry import tools
from flux_tui.ui import themes
from tests.docs.pages import ROOT, assert_page, configuration_page, keys_page

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
CLI = (ROOT / "docs/cli.md").read_text("utf-8")


def blocks(page: str, language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", (ROOT / page).read_text("utf-8"), re.M | re.S)
    return [text for name, text in found if name == language]


def test_the_page_of_keys_is_the_registry() -> None:
    assert_page("docs/keys.md", keys_page())


def test_the_table_of_settings_is_the_settings() -> None:
    page = (ROOT / "docs/configuration.md").read_text("utf-8")
    assert_page("docs/configuration.md", configuration_page(page))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_are_there(page: Path) -> None:
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        name, _, place = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), f"{page.name} links to {target}"
        if place:
            assert place in anchors(file.read_text("utf-8")), f"{page.name} links to {target}"


def anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def test_every_event_and_each_of_its_fields_is_described() -> None:
    for event in get_args(events.Event):
        name = f"`{re.sub('(?<!^)(?=[A-Z])', '_', event.__name__).lower()}`"
        row = next((line for line in CLI.split("\n") if line.startswith("|") and name in line), "")
        assert row, f"docs/cli.md does not describe {name}"
        for item in fields(event):
            if item.name not in events.SCREEN_ONLY:
                assert f"`{item.name}`" in row, f"docs/cli.md does not describe {item.name} of {name}"


@pytest.mark.parametrize(
    "words", [codes.Code, codes.FaultName, codes.StopReason, codes.Limit, codes.TurnOutcome, codes.Evidence]
)
def test_every_word_of_the_vocabularies_is_there(words: type[codes.Code]) -> None:
    assert [word for word in words if f"`{word.value}`" not in CLI] == []


def test_every_command_flag_and_tool_is_there() -> None:
    assert [name for name in COMMANDS if not re.search(rf"`flux {name}\b", CLI)] == []
    flags = {flag for parser in parsers() for action in parser._actions for flag in action.option_strings}
    missing = {flag for flag in flags if flag.startswith("--") and not re.search(rf"{flag}\b", CLI)}
    assert missing == {"--help"}
    assert [name for name in tools() if f"`{name}`" not in CLI] == []


def parsers() -> list[argparse.ArgumentParser]:
    groups = [action for action in _commands()._actions if isinstance(action, argparse._SubParsersAction)]
    return [parser for group in groups for parser in group.choices.values()]


def test_known_servers_are_named() -> None:
    page = (ROOT / "docs/getting-started.md").read_text("utf-8")
    assert [name for name in presets() if f"`{name}`" not in page] == []
    variables = [preset.settings.key_env for preset in presets().values() if preset.settings.key_env]
    page = (ROOT / "docs/configuration.md").read_text("utf-8")
    assert [name for name in variables if f"`{name}`" not in page] == []


@pytest.mark.parametrize("page", ["docs/configuration.md", "docs/getting-started.md", "docs/security.md"])
def test_configuration_examples_are_valid(page: str) -> None:
    for text in blocks(page, "toml"):
        source = Source(Path("example.toml"), text, tomllib.loads(text))
        assert layers.from_file(source, "example", ("folders", "description")).values


def test_the_example_of_a_theme_is_one() -> None:
    (text,) = blocks("docs/themes.md", "toml")
    assert themes.read("mine", tomllib.loads(text), "example").primary == "#6cc5f0"


@pytest.mark.parametrize("page", ["docs/cli.md", "docs/configuration.md"])
def test_examples_print_what_they_say(page: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def rate(code):\n    return 0\n")
    examples = [text for text in blocks(page, "") if text.startswith("$ echo '")]
    assert examples
    for text in examples:
        command, _, printed = text.partition("\n")
        found = re.fullmatch(r"\$ echo '(.+)' \| flux (.+)", command)
        assert found
        done = subprocess.run(
            [sys.executable, "-m", "flux_tui", *found[2].split()],
            input=found[1] + "\n",
            cwd=tmp_path,
            env={"FLUX_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(done.stdout) == json.loads(printed)


def test_the_readme_shows_three_pictures_and_two_commands() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(re.findall(r"!\[[^\]]*\]\(snapshots/[a-z-]+\.svg\)", text)) == 3
    assert "make run " in text
    assert "make test " in text
