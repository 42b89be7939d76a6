"""The parts of the screen that need no app: keys, fuzzy, paste, history, questions, guide, bars, sayings, commands."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from textual._xterm_parser import XTermParser
from textual.events import Key

from flux_tui.protocol.codes import FaultName
from flux_tui.protocol.decisions import Asked, CommandQuestion, EditQuestion, PathQuestion
from flux_tui.protocol.events import HistoryRewound, RetryScheduled
from flux_tui.ui import keys, prompt_history
from flux_tui.ui.commands import by_any_name, commands, parse, preset
from flux_tui.ui.fuzzy import nearest, rank
from flux_tui.ui.hints import Now, hints
from flux_tui.ui.prompt_history import Recall
from flux_tui.ui.questions import STILL, Questions, may_open
from flux_tui.ui.sayings import said
from flux_tui.ui.terminal import keep_alt_digits
from flux_tui.ui.widgets.approval import offered
from flux_tui.ui.widgets.guide import Waiting, step
from flux_tui.ui.widgets.line import Piece, clip, draw, fit, piece
from flux_tui.ui.widgets.paste import Pastes, cleaned
from flux_tui.ui.widgets.status_bar import clock, count, money

PLAIN = Style()


def test_every_action_of_the_registry_can_be_run() -> None:
    from flux_tui.ui.actions import ACTIONS

    wanted = {row.action for row in keys.rows("anywhere")}
    assert wanted <= set(ACTIONS)


def test_no_two_keys_of_a_pane_and_no_two_leaders_are_the_same() -> None:
    for pane in ("anywhere", "draft", "chat", "tree", "review", "approval"):
        pressed = [key for row in keys.rows(pane) for key in row.keys.split(",") if key]
        assert len(pressed) == len(set(pressed)), pane
    leaders = [row.leader for row in keys.leaders()]
    assert len(leaders) == len(set(leaders))


@pytest.mark.parametrize(
    ("key", "shown"), [("ctrl+p", "Ctrl+P"), ("alt+1", "Alt+1"), ("G", "G"), ("escape", "Esc"), ("f1", "F1")]
)
def test_keys_are_shown_as_people_write_them(key: str, shown: str) -> None:
    assert keys.label(key) == shown


def test_each_ctrl_key_that_a_multiplexer_may_take_has_a_leader_twin() -> None:
    taken = ("ctrl+p", "ctrl+o", "ctrl+q")
    assert all(row.leader for row in keys.conflicts(taken))


def test_the_commands_of_the_first_version_are_there_and_no_name_is_taken_twice() -> None:
    wanted = {"help", "clear", "history", "stats", "model", "mode", "profile", "theme", "sessions"}
    assert wanted | {"undo", "redo", "diff", "compact", "quit"} <= set(commands())
    names = [name for one in commands().values() for name in (one.name, *one.aliases, *dict(one.presets))]
    assert sorted(names) == sorted(set(names)) == sorted(by_any_name())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("/help", ("help", "")),
        ("/mode  plan ", ("mode", "plan")),
        ("/usr/bin is full", None),
        ("/", None),
        ("what is /help", None),
        ("/model\nx", None),
    ],
)
def test_a_command_line_is_told_from_a_sentence(text: str, line: tuple[str, str] | None) -> None:
    assert parse(text) == line


def test_a_name_can_stand_for_an_argument() -> None:
    mode = by_any_name()["plan"]
    assert (mode.name, preset(mode, "plan", ""), preset(mode, "mode", "")) == ("mode", "plan", "")


def test_the_best_fit_comes_first() -> None:
    names = ["src/deep/api.py", "api.py", "docs/api/index.md", "tests/test_api.py", "a/p/i.txt", "x.py"]
    assert rank("api", names)[:2] == ["api.py", "src/deep/api.py"]
    assert "x.py" not in rank("api", names)
    assert rank("", names, 2) == names[:2]


@given(st.text(max_size=8), st.lists(st.text(max_size=12), max_size=12))
def test_ranking_only_ever_chooses(query: str, names: list[str]) -> None:
    assert set(rank(query, names)) <= set(names)


def test_an_unknown_name_has_its_neighbours() -> None:
    assert nearest("hlep", commands())[0] == "help"
    assert nearest("stat", commands())[0] == "stats"


def test_a_long_paste_becomes_a_chip_and_comes_back_whole() -> None:
    pastes = Pastes()
    text = "\n".join(f"line {number}" for number in range(120))
    chip = pastes.take(text)
    assert chip == "[pasted 120 lines]"
    assert pastes.take(text) == "[pasted 120 lines #2]"
    assert pastes.unfold(f"look: {chip}!") == f"look: {text}!"
    assert pastes.unfold("[pasted 9 lines]") == "[pasted 9 lines]"
    assert pastes.chip_before(f"a {chip}", 2 + len(chip)) == chip


@given(st.text())
def test_nothing_that_a_terminal_obeys_gets_into_the_draft(text: str) -> None:
    clean = cleaned(text)
    controls = {chr(number) for number in (*range(32), *range(127, 160))} - {"\n", "\t"}
    assert not controls & set(clean)


def test_prompts_are_remembered_by_folder(tmp_path: Path) -> None:
    file = prompt_history.history_file(tmp_path, "/a")
    assert file != prompt_history.history_file(tmp_path, "/b")
    assert prompt_history.load(file) == []
    for prompt in ("one", "two\nlines", "ü"):
        prompt_history.append(file, prompt)
    with file.open("a") as stream:
        stream.write("not json\n[1]\n")
    assert prompt_history.load(file) == ["one", "two\nlines", "ü"]
    assert file.stat().st_mode & 0o077 == 0


def test_walking_back_keeps_the_draft() -> None:
    recall = Recall(["one", "two"])
    assert recall.forward() is None
    assert [recall.back("draft"), recall.back("x"), recall.back("x")] == ["two", "one", None]
    assert [recall.forward(), recall.forward(), recall.forward()] == ["two", "draft", None]


COMMAND = Asked("c1", "why", CommandQuestion("ls", ".", True, ("run_command(ls*)",)))
EDIT = Asked("e1", "why", EditQuestion(()))


def test_questions_keep_their_order_and_their_places() -> None:
    questions = Questions()
    second = Asked("c2", "why", PathQuestion("read_files", (".env",)))
    for asked in (EDIT, COMMAND, second):
        questions.add(asked)
    assert (questions.edit, questions.card, questions.cards) == (EDIT, COMMAND, (COMMAND, second))
    questions.drop("c1")
    assert questions.card is second
    questions.clear()
    assert questions.edit is None
    assert questions.cards == ()


def test_a_card_never_opens_over_a_draft_or_under_typing_fingers() -> None:
    assert may_open(drafting=False, since_key=STILL)
    assert not may_open(drafting=True, since_key=60)
    assert not may_open(drafting=False, since_key=STILL / 2)


def test_what_may_destroy_something_is_never_allowed_for_long() -> None:
    dangerous = Asked("c", "why", CommandQuestion("rm -rf x", ".", True, ("run_command(rm*)",), dangerous=True))
    assert offered(dangerous) == ("once", "no", "words")
    assert "rule" in offered(COMMAND)
    assert "rule" not in offered(Asked("c", "", CommandQuestion("a | b", ".", True)))


@pytest.mark.parametrize(
    ("now", "key"),
    [
        (Waiting(drafted=True), "Press Enter"),
        (Waiting(running=True, approval=True, approval_open=True), "Press y"),
        (Waiting(running=True, approval=True), "Press Alt+A"),
        (Waiting(running=True, review=True), "Press Alt+3"),
        (Waiting(running=True, review=True, review_focused=True), "Press A"),
        (Waiting(running=True, review=True, review_focused=True, decided=True), "Press Enter"),
        (Waiting(over=True), "The demo is over"),
        (Waiting(), "Press Alt+1"),
    ],
)
def test_the_guide_names_the_key_for_what_waits(now: Waiting, key: str) -> None:
    assert step(now)[0] == key


def test_the_footer_offers_stop_only_while_something_runs() -> None:
    assert ("Esc", "Stop") not in hints(Now())
    assert ("Esc", "Stop") in hints(Now(running=True))
    assert hints(Now(card_waits=True))[0] == ("Alt+A", "Approve")
    assert hints(Now(review_waits=True))[0] == ("Alt+3", "Review")


def test_pieces_are_dropped_by_rank_and_never_the_first() -> None:
    left = [piece("mode", PLAIN), piece("sandbox", PLAIN, 5)]
    right = [piece("context", PLAIN, 2), piece("tokens", PLAIN, 6)]
    kept = fit(left, right, 18)
    assert [one.parts[0][0] for one in kept[0] + kept[1]] == ["mode", "context"]
    assert fit(left, right, 1)[0] == [left[0]]


@given(st.lists(st.text(min_size=1, max_size=30), max_size=6), st.integers(0, 120))
def test_a_line_is_always_exactly_as_wide_as_asked(texts: list[str], width: int) -> None:
    pieces = [Piece(((cleaned(text).replace("\n", " ").replace("\t", " "), PLAIN),), n) for n, text in enumerate(texts)]
    assert draw(pieces[:3], pieces[3:], width, PLAIN).cell_length == width


@given(st.text(alphabet="aé漢🙂 ", max_size=30), st.integers(0, 30))
def test_a_clipped_text_fits(text: str, width: int) -> None:
    assert cell_len(clip(text, width)) <= width


def test_numbers_are_short() -> None:
    assert [count(n) for n in (0, 950, 3200, 41_000, 1_200_000)] == ["0", "950", "3.2k", "41k", "1.2M"]
    assert [money(None), money(Decimal(0)), money(Decimal("0.0123")), money(Decimal("2.5"))] == [
        "n/a",
        "$0.00",
        "$0.012",
        "$2.50",
    ]
    assert [clock(7), clock(125), clock(3720)] == ["7s", "2m05s", "1h02m"]


def test_alt_and_a_digit_is_a_key_and_no_letter() -> None:
    keep_alt_digits()
    parsed = [event for event in XTermParser().feed("\x1b3") if isinstance(event, Key)]
    assert [(key.key, key.character) for key in parsed] == [("alt+3", None)]


def test_events_are_said_in_sentences() -> None:
    text, level = said(RetryScheduled(1, 3.0, FaultName.OVERLOADED, "The server is overloaded."))
    assert text == "The server is overloaded. Trying again in 3 s (try 2). Esc stops."
    assert level == "warning"
    assert said(HistoryRewound("undo", ("a.py",), ("b.py",)))[1] == "warning"
