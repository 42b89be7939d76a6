"""The app on a played session: what keys do, what events show, and what must never happen by accident."""

from pathlib import Path
from random import Random

import pytest
from textual import events

from flux_tui.protocol.blocks import CommandBlock
from flux_tui.protocol.codes import Code, Evidence, Mode, TurnOutcome
from flux_tui.protocol.decisions import Approve, Asked, CommandQuestion, Reject, Review
from flux_tui.protocol.events import (
    CallStarted,
    Check,
    HistoryRewound,
    NoticeGiven,
    RequestSent,
    TextArrived,
    ThinkingArrived,
    TurnEnded,
    TurnStarted,
)
from flux_tui.ui.items import AnswerItem, CallItem, EvidenceItem, NoticeItem, PlanItem, PromptItem, ThoughtItem
from tests.ui import scenes
from tests.ui.snapshot import text_of
from tests.ui.stage import Stage, staged, until


def items(stage: Stage) -> list[object]:
    return list(stage.app.main.chat.transcript.roll.items)


async def test_a_prompt_goes_to_the_session_and_into_the_history(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        composer = stage.app.main.chat.composer
        await stage.type("fix it")
        await stage.press("ctrl+j")
        await stage.type("now")
        await stage.press("enter")
        assert stage.session.prompts == [("fix it\nnow", False)]
        assert composer.text == ""
        await stage.press("up")
        assert composer.text == ""  # a turn runs and nothing is queued: there is nothing to take back
        await stage.play(*scenes.READING[-1:], TurnEnded(1, TurnOutcome.DONE, (), (), Evidence.NOTHING))
        await stage.press("up")
        assert composer.text == "fix it\nnow"


async def test_backslash_and_enter_is_a_new_line(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("one")
        await stage.press("backslash", "enter")
        await stage.type("two")
        assert stage.app.main.chat.composer.text == "one\ntwo"
        assert stage.session.prompts == []


async def test_a_turn_becomes_items_in_order(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.play(*scenes.READING, *scenes.DONE)
        kinds = [type(item) for item in items(stage)]
        assert kinds == [
            PromptItem,
            ThoughtItem,
            AnswerItem,
            CallItem,
            CallItem,
            CallItem,
            CallItem,
            PlanItem,
            CallItem,
            CallItem,
            CallItem,
            AnswerItem,
            EvidenceItem,
        ]
        shown = text_of(stage.app)
        assert "edit shop/cart.py" in shown
        assert "verified" in shown


async def test_what_is_said_while_a_turn_runs_steers_or_waits(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.play(TurnStarted(1, "go"))
        await stage.type("smaller")
        await stage.press("enter")
        await stage.type("then tests")
        await stage.press("tab")
        assert stage.session.prompts == [("smaller", False), ("then tests", True)]
        shown = text_of(stage.app)
        assert "after this call: smaller" in shown
        assert "queued: then tests" in shown
        await stage.press("up")
        assert stage.app.main.chat.composer.text == "then tests"
        assert "queued" not in text_of(stage.app)
        await stage.play(RequestSent(2, 1, "p", "m"))
        assert [item.text for item in items(stage) if isinstance(item, PromptItem)] == ["go", "smaller"]


async def test_escape_stops_the_turn_and_keeps_the_draft(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("half a thought")
        await stage.press("escape")
        assert stage.session.interrupts == 0
        await stage.play(TurnStarted(1, "go"))
        await stage.press("escape")
        assert stage.session.interrupts == 1
        assert stage.app.main.chat.composer.text == "half a thought"


async def test_a_cut_turn_leaves_no_call_running(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.play(TurnStarted(1, "go"), CallStarted("c", "run_command", {}, "run sleep 9"))
        await stage.play(TurnEnded(1, TurnOutcome.INTERRUPTED, (), (), Evidence.NOTHING))
        calls = [item for item in items(stage) if isinstance(item, CallItem)]
        assert [call.code for call in calls] == [Code.INTERRUPTED]


async def test_control_c_clears_then_quits_on_the_second(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("draft")
        await stage.press("ctrl+c")
        assert stage.app.main.chat.composer.text == ""
        assert stage.app.main.chat.composer.recall.prompts == ["draft"]
        await stage.pilot.press("ctrl+c")
        await until(stage.pilot, lambda: stage.session.closed)
        assert stage.app.return_value is not None
        assert stage.app.return_value.session == "s1"


async def test_shift_tab_walks_through_the_modes_but_never_to_full(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        seen = []
        for _ in range(4):
            await stage.press("shift+tab")
            seen.append(stage.session.mode)
        assert seen == [Mode.AUTO_EDIT, Mode.PLAN, Mode.ASK, Mode.AUTO_EDIT]
        await stage.type("/mode full")
        await stage.press("escape", "enter")
        assert stage.session.mode is Mode.FULL


async def test_an_unknown_command_is_never_sent(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("/stast")
        await stage.press("escape", "enter")
        assert stage.session.prompts == []
        assert "Nearest: /stats" in text_of(stage.app)
        assert stage.app.main.chat.composer.text == "/stast"


async def test_a_path_at_the_start_is_a_prompt(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("/etc/hosts is odd")
        await stage.press("enter")
        assert stage.session.prompts == [("/etc/hosts is odd", False)]


async def test_a_command_is_answered_by_one_key(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.play(TurnStarted(1, "go"))
        stage.session.ask(scenes.COMMAND)
        await stage.settle()
        assert stage.app.main.chat.card.has_focus_within
        assert "python -m pytest -q tests/test_cart.py" in text_of(stage.app)
        stage.now.time += 1
        await stage.press("y")
        assert stage.session.answers == [("c7", Approve("once"))]
        assert stage.app.main.chat.composer.has_focus


async def test_a_rule_is_shown_and_can_be_edited_before_it_is_kept(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.session.ask(scenes.COMMAND)
        await stage.settle()
        stage.now.time += 1
        await stage.press("p")
        line = stage.app.main.chat.card.query_one("Input")
        assert line.has_focus
        await stage.press("left", "backspace", "enter")
        assert stage.session.answers == [("c7", Approve("rule", ("run_command(python -m pytest)",)))]


async def test_each_rule_of_several_is_shown_and_can_be_changed_or_left_out(tmp_path: Path) -> None:
    rules = ("run_command(git status*)", "run_command(head*)", "run_command(wc*)")
    async with staged(tmp_path) as stage:
        stage.session.ask(Asked("q", "why", CommandQuestion("git status | head | wc", ".", True, rules)))
        await stage.settle()
        stage.now.time += 1
        assert ", ".join(rules) in text_of(stage.app)
        await stage.press("p")
        assert "Rule 1 of 3" in text_of(stage.app)
        await stage.press("left", "backspace", "enter", "ctrl+u", "enter", "enter")
        kept = ("run_command(git status)", "run_command(wc*)")
        assert stage.session.answers == [("q", Approve("rule", kept))]


async def test_a_no_can_carry_words(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.session.ask(scenes.COMMAND)
        await stage.settle()
        stage.now.time += 1
        await stage.press("r")
        await stage.type("use make")
        await stage.press("enter")
        assert stage.session.answers == [("c7", Reject("use make"))]


async def test_escape_on_a_card_decides_nothing_and_leaves_a_badge(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.session.ask(scenes.COMMAND)
        await stage.settle()
        await stage.press("escape")
        assert stage.session.answers == []
        assert "1 approval waits: Alt+A" in text_of(stage.app)
        await stage.press("alt+a")
        assert stage.app.main.chat.card.has_focus_within


async def test_a_key_that_comes_too_soon_goes_into_the_draft(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.session.ask(scenes.COMMAND)
        await stage.settle()
        await stage.press("y", "e", "s")
        assert stage.session.answers == []
        assert stage.app.main.chat.composer.text == "yes"
        assert "1 approval waits" in text_of(stage.app)


async def test_typing_through_a_hundred_approvals_decides_nothing_and_loses_nothing(tmp_path: Path) -> None:
    random, typed = Random(7), ""
    async with staged(tmp_path) as stage:
        await stage.play(TurnStarted(1, "go"))
        for number in range(100):
            stage.session.ask(Asked(f"q{number}", "why", CommandQuestion("ls", ".", True, ("run_command(ls)",))))
            for _ in range(random.randrange(1, 4)):
                letter = random.choice("ysnpr12345 abc")
                typed += letter
                stage.now.time += 0.016
                await stage.pilot.press("space" if letter == " " else letter)
            if random.random() < 0.2:
                stage.session.play(*scenes.call(f"c{number}", "read_files", "read x"))
        await stage.settle()
        assert stage.session.answers == []
        assert stage.app.main.chat.composer.text == typed


async def test_a_change_waits_in_the_review_and_leaving_it_decides_nothing(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.play(*scenes.READING)
        stage.session.ask(scenes.EDIT)
        await stage.settle()
        assert stage.app.main.chat.composer.has_focus
        assert "A change waits for your review: Alt+3" in text_of(stage.app)
        await stage.press("alt+3", "y", "escape")
        assert stage.session.answers == []
        assert stage.app.main.chat.composer.has_focus
        await stage.press("alt+3", "n", "enter")
        (answer,) = stage.session.answers
        decision = answer[1]
        assert isinstance(decision, Review)
        assert decision.files[0].accepted == frozenset({0})
        assert decision.files[0].rejected == frozenset({1})


async def test_accepting_all_takes_three_keys(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.play(*scenes.READING)
        stage.session.ask(scenes.EDIT)
        await stage.settle()
        await stage.press("alt+3", "A", "enter")
        assert stage.session.answers == [("c6", Approve())]
        assert not stage.app.main.query_one("#review-pane").has_class("-open")


async def test_a_question_that_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.play(TurnStarted(1, "go"))
        stage.session.ask(scenes.COMMAND)
        await stage.settle()
        stage.session._open.clear()
        stage.now.time += 1
        await stage.press("y")
        assert "no longer open" in text_of(stage.app)
        assert not stage.app.main.chat.card.open


async def test_the_end_of_a_turn_closes_its_questions(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.play(TurnStarted(1, "go"))
        stage.session.ask(scenes.COMMAND)
        stage.session.ask(scenes.EDIT)
        await stage.settle()
        await stage.play(TurnEnded(1, TurnOutcome.INTERRUPTED, (), (), Evidence.NOTHING))
        assert not stage.app.main.chat.card.open
        assert stage.app.main.chat.composer.has_focus


async def test_a_paste_of_100_kb_is_a_chip_and_is_sent_whole(tmp_path: Path) -> None:
    text = "\r\n".join(f"line {number} of a long log" for number in range(4_000))
    async with staged(tmp_path) as stage:
        stage.app.post_message(events.Paste(text))
        await stage.settle()
        assert stage.app.main.chat.composer.text == "[pasted 4000 lines]"
        await stage.press("enter")
        assert stage.session.prompts == [(text.replace("\r\n", "\n"), False)]


async def test_one_backspace_takes_a_chip_and_undo_brings_it_back(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        composer = stage.app.main.chat.composer
        stage.app.post_message(events.Paste("x\n" * 50))
        await stage.settle()
        await stage.press("backspace")
        assert composer.text == ""
        await stage.press("ctrl+z")
        assert composer.text == "[pasted 51 lines]"


async def test_undo_of_a_paste_that_scrolled_does_not_end_the_app(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        composer = stage.app.main.chat.composer
        stage.app.post_message(events.Paste("\n".join("row" for _ in range(19))))
        await stage.settle()
        await stage.press("ctrl+z")
        assert composer.text == ""
        await stage.press("ctrl+y")
        assert composer.text.count("row") == 19


async def test_files_are_completed_and_go_into_the_draft(tmp_path: Path) -> None:
    scenes.project(tmp_path / "shop")
    async with staged(tmp_path) as stage:
        await stage.type("see @cart")
        await until(stage.pilot, lambda: stage.app.main.chat.popup.open)
        await stage.press("down", "up", "enter")
        assert stage.app.main.chat.composer.text == "see @shop/cart.py "
        assert not stage.app.main.chat.popup.open


async def test_a_command_is_completed_and_run_by_enter_alone(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("/hel")
        await stage.press("tab")
        assert stage.app.main.chat.composer.text == "/help "
        await stage.press("backspace", "backspace")
        await stage.press("enter")
        await until(stage.pilot, lambda: len(stage.app.screen_stack) == 2)
        assert "Keys and commands" in text_of(stage.app)
        await stage.press("escape")
        assert len(stage.app.screen_stack) == 1


async def test_the_palette_and_the_leader_reach_the_same_actions(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.press("ctrl+p")
        await until(stage.pilot, lambda: len(stage.app.screen_stack) == 2)
        await stage.type("theme")
        await stage.press("escape")
        await stage.press("ctrl+x", "b")
        assert stage.app.main.has_class("-no-tree")
        await stage.press("ctrl+x", "b")
        assert not stage.app.main.has_class("-no-tree")
        await stage.press("ctrl+x", "2")
        assert stage.app.main.files.has_focus
        await stage.press("escape")
        assert stage.app.main.chat.composer.has_focus


async def test_a_theme_is_shown_while_choosing_and_kept_only_when_chosen(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("/theme")
        await stage.press("enter")
        await until(stage.pilot, lambda: len(stage.app.screen_stack) == 2)
        await stage.type("light")
        assert stage.app.theme == "flux-light"
        await stage.press("escape")
        assert stage.app.theme == "flux-dark"
        await stage.type("/theme flux-contrast")
        await stage.press("escape", "enter")
        assert stage.app.theme == "flux-contrast"
        assert (tmp_path / "home" / "state" / "theme").read_text() == "flux-contrast"


async def test_foreign_text_is_never_markup_and_never_an_escape(tmp_path: Path) -> None:
    nasty = "[/] [bold]x[/bold] \x1b[31mred\x1b]0;own\x07 \u202eevil \x9b1m"
    async with staged(tmp_path) as stage:
        await stage.play(TurnStarted(1, nasty), ThinkingArrived(nasty), TextArrived(nasty), NoticeGiven(nasty))
        await stage.play(*scenes.call("c", "run_command", nasty, CommandBlock(nasty, nasty, 1)))
        stage.session.ask(Asked("q", nasty, CommandQuestion(nasty, nasty, True, (nasty,)), (nasty,)))
        await stage.settle()
        shown = text_of(stage.app)
        assert "[bold]x[/bold]" in shown
        assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(shown)


@pytest.mark.parametrize("width", [20, 40, 79, 99, 100, 179, 180, 300])
async def test_every_width_is_drawn(tmp_path: Path, width: int) -> None:
    async with staged(tmp_path, size=(width, 24)) as stage:
        await stage.play(*scenes.READING)
        stage.session.ask(scenes.EDIT)
        stage.session.ask(scenes.COMMAND)
        await stage.settle()
        rows = text_of(stage.app).splitlines()
        assert len(rows) == 24
        assert rows[-2].strip()
        assert stage.app.main.chat.composer.region.height >= 1


async def test_a_terminal_that_changes_its_size_keeps_everything(tmp_path: Path) -> None:
    random = Random(3)
    async with staged(tmp_path) as stage:
        await stage.play(*scenes.READING)
        stage.session.ask(scenes.EDIT)
        await stage.settle()
        for _ in range(25):
            await stage.pilot.resize_terminal(random.randrange(20, 260), random.randrange(8, 80))
        await stage.type("alive")
        assert stage.app.main.chat.composer.text == "alive"


async def test_an_error_in_the_screen_is_told_and_logged_and_the_app_goes_on(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        guard = stage.app.guard
        await stage.type("draft")
        with guard:
            raise ValueError("a fault of a widget")
        await stage.settle()
        assert "a fault of a widget" in text_of(stage.app)
        assert "ValueError" in (tmp_path / "home" / "state" / "flux.log").read_text()
        assert stage.app.main.chat.composer.text == "draft"
        guard.caught.clear()


async def test_what_was_undone_is_said(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.play(HistoryRewound("undo", ("a.py", "b.py"), ("c.py",)))
        (item,) = (item for item in items(stage) if isinstance(item, NoticeItem))
        assert item.text.startswith("Undone: a.py, b.py.")
        assert "c.py" in item.text


async def test_the_guide_walks_by_keys_alone(tmp_path: Path) -> None:
    async with staged(tmp_path, guide=("first", "second")) as stage:
        assert "Press Enter" in text_of(stage.app)
        await stage.press("enter")
        assert stage.session.prompts == [("first", False)]
        stage.session.ask(scenes.EDIT)
        await stage.settle()
        assert "Press Alt+3" in text_of(stage.app)
        await stage.press("alt+3")
        assert "Press A" in text_of(stage.app)
        await stage.press("A")
        assert "Press Enter" in text_of(stage.app)
        await stage.press("enter")
        stage.session.ask(scenes.COMMAND)
        await stage.settle()
        assert "Press Alt+A" in text_of(stage.app)
        stage.now.time += 1
        await until(stage.pilot, lambda: stage.app.main.chat.card.has_focus_within)
        stage.now.time += 1
        assert "Press y" in text_of(stage.app)
        await stage.press("y")
        ended = TurnEnded(1, TurnOutcome.DONE, ("a",), (Check("t", 0),), Evidence.VERIFIED)
        await stage.play(ended)
        assert stage.app.main.chat.composer.text == "second"
        await stage.press("enter")
        await stage.play(TurnEnded(2, TurnOutcome.DONE, (), (), Evidence.NOTHING))
        assert "The demo is over" in text_of(stage.app)
