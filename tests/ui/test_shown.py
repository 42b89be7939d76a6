"""What is shown is what runs: a yes counts once all of it was on the screen, and nothing foreign is obeyed there."""

from pathlib import Path

from flux_tui.protocol.decisions import Approve, Asked, CommandQuestion, Reject
from flux_tui.ui.commands.trust import COMMAND
from flux_tui.ui.screens.trust import TrustPage, rows
from tests.ui.snapshot import text_of
from tests.ui.stage import staged

LONG = "\n".join(f"echo {number}" for number in range(60)) + "\nrm -rf evil"


def asked(command: str) -> Asked:
    return Asked("c1", "why", CommandQuestion(command, "/work", True, ("run_command(echo*)",)))


async def test_a_long_command_is_read_to_its_end_before_a_yes(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.session.ask(asked(LONG))
        await stage.settle()
        stage.now.time += 1
        assert "more" in text_of(stage.app)
        for key in ("y", "s", "a"):
            await stage.press(key)
        assert stage.session.answers == []
        for _ in range(12):
            await stage.press("pagedown")
        assert "rm -rf evil" in text_of(stage.app)
        await stage.press("y")
        assert stage.session.answers == [("c1", Approve("once"))]


async def test_a_no_needs_no_reading(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.session.ask(asked(LONG))
        await stage.settle()
        stage.now.time += 1
        await stage.press("n")
        assert stage.session.answers == [("c1", Reject())]


async def test_what_hides_is_shown_and_what_commands_a_terminal_is_not_sent(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.session.ask(asked("echo \u202eevil\x1b]52;c;aGk=\x07 [bold]x[/] \u200b"))
        await stage.settle()
        shown = text_of(stage.app)
        for mark in ("⟨U+202E⟩", "⟨U+001B⟩", "⟨U+200B⟩", "[bold]x[/]"):
            assert mark in shown


async def test_trust_is_given_to_what_was_shown_to_its_end(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        root = stage.session.cwd
        (root / "AGENTS.md").write_text("\n".join(f"line {number}" for number in range(200)) + "\n\u202eend")
        await COMMAND.run(stage.app, "")
        await stage.settle()
        page = stage.app.screen
        assert isinstance(page, TrustPage)
        await stage.press("t")
        assert not (stage.app.places.state / "trusted.json").exists()
        await stage.press("end")
        await stage.settle()
        assert "⟨U+202E⟩end" in text_of(stage.app)
        await stage.press("t")
        await stage.settle()
        assert (stage.app.places.state / "trusted.json").exists()


def test_only_the_difference_is_shown_the_second_time() -> None:
    before = {"AGENTS.md": "one\ntwo", "same": "x", "gone": "old"}
    now = {"AGENTS.md": "one\n2", "same": "x", "new": "y"}
    found = rows(before, now)
    assert ("removed", "-two") in found
    assert ("added", "+2") in found
    assert [line for kind, line in found if kind == "name"] == ["AGENTS.md  changed", "gone  gone", "new  new"]
    assert [line for kind, line in rows(None, {"a": "x"}) if kind == "text"] == [" x", ""]
