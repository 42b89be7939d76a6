"""The review by its keys, at several widths: what is decided, said and answered, and what must never be."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import ClassVar

import pytest
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from flux_tui.protocol.blocks import DiffBlock
from flux_tui.protocol.decisions import Approve, Asked, Decision, EditQuestion, FileReview, Reject, Review
from flux_tui.ui.review import ACTIONS, ReviewPane
from flux_tui.ui.review.view import SPLIT_FROM
from flux_tui.ui.themes import themes

OLD = "".join(f"value_{number} = {number}\n" for number in range(1, 61))
NEW = (
    OLD.replace("value_5 = 5\n", "value_5 = 50\n")
    .replace("value_30 = 30\n", "")
    .replace("value_55 = 55\n", "value_55 = 55\nmore = 1\n")
)
FILES = (DiffBlock("src/a.py", OLD, NEW), DiffBlock("docs/b.txt", None, "[red]x[/] \x1b[31m\u202e\n"))
ASKED = Asked("call-1", "edits", EditQuestion(FILES))


@dataclass
class Heard:
    decided: list[tuple[str, Decision]] = field(default_factory=list)
    opened: list[tuple[str, int]] = field(default_factory=list)
    left: int = 0


class Stage(App[None]):
    CSS = "ReviewPane { width: 1fr; height: 1fr; }"
    BINDINGS: ClassVar = []

    def __init__(self) -> None:
        super().__init__()
        self.heard = Heard()

    def compose(self) -> ComposeResult:
        yield ReviewPane(id="review")

    @property
    def pane(self) -> ReviewPane:
        return self.query_one(ReviewPane)

    def on_mount(self) -> None:
        for theme in themes().values():
            self.register_theme(theme)
        self.theme = "flux-dark"

    def on_review_pane_decided(self, message: ReviewPane.Decided) -> None:
        self.heard.decided.append((message.call, message.decision))

    def on_review_pane_opened(self, message: ReviewPane.Opened) -> None:
        self.heard.opened.append((message.path, message.line))

    def on_review_pane_left(self) -> None:
        self.heard.left += 1


@asynccontextmanager
async def stage(
    asked: Asked | None = ASKED, width: int = 140, height: int = 40
) -> AsyncIterator[tuple[Stage, Pilot[None]]]:
    app = Stage()
    async with app.run_test(size=(width, height)) as pilot:
        app.pane.focus()
        if asked is not None:
            app.pane.show(asked)
            await app.workers.wait_for_complete()
        await pilot.pause()
        yield app, pilot


def screen(app: Stage) -> list[str]:
    view = app.pane.view
    return [view.render_line(y).text for y in range(view.size.height)]


def states(app: Stage) -> str:
    made = app.pane.decisions
    return "".join({"open": ".", "accepted": "y", "rejected": "n"}[made[unit]] for unit in range(len(made.units)))


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("y", "y..."),
        ("n", "n..."),
        ("y n", "yn.."),
        ("y n u", "y..."),
        ("] y", ".y.."),
        ("] ] [ n", ".n.."),
        ("a", "yyy."),
        ("n a", "nyy."),
        ("d", "nnn."),
        ("} n", "...n"),
        ("} { y", "y..."),
        ("y A", "yyyy"),
        ("y D", "ynnn"),
        ("space", "y..."),
        ("space space", "n..."),
        ("y y y y", "yyyy"),
        ("v y w y z y", "yyy."),
        ("q", "...."),
        ("enter", "...."),
    ],
)
async def test_keys_decide(keys: str, expected: str) -> None:
    names = {
        "]": "right_square_bracket",
        "[": "left_square_bracket",
        "}": "right_curly_bracket",
        "{": "left_curly_bracket",
    }
    async with stage() as (app, pilot):
        await pilot.press(*(names.get(key, key) for key in keys.split()))
        assert states(app) == expected
        assert not app.heard.decided


async def test_enter_answers_once_with_what_was_decided() -> None:
    async with stage() as (app, pilot):
        await pilot.press("y", "n", "enter", "enter")
        await pilot.pause()
        none = frozenset[int]()
        files = (FileReview("src/a.py", frozenset({0}), frozenset({1})), FileReview("docs/b.txt", none))
        assert app.heard.decided == [("call-1", Review(files))]
        assert app.pane.asked is None


async def test_enter_without_a_decision_says_what_to_press() -> None:
    async with stage() as (app, pilot):
        await pilot.press("enter")
        assert app.heard.decided == []
        assert "Nothing is decided yet" in app.pane.summary.text


@pytest.mark.parametrize(("key", "answer"), [("A", Approve()), ("D", Reject())])
async def test_everything_at_once(key: str, answer: Decision) -> None:
    async with stage() as (app, pilot):
        await pilot.press(key, "enter")
        await pilot.pause()
        assert app.heard.decided == [("call-1", answer)]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("y y n", "Enter writes 2 and rejects 1  1 open is not written"),
        ("A", "Enter writes 4"),
        ("D", "Enter rejects 4"),
        ("y", "Enter writes 1  3 open are not written"),
    ],
)
async def test_the_last_line_says_what_enter_will_do(keys: str, words: str) -> None:
    async with stage() as (app, pilot):
        await pilot.press(*keys.split())
        assert app.pane.summary.text == words.replace("  ", "")
        assert words in app.pane.summary.render_line(0).text


@pytest.mark.parametrize("key", ["q", "escape"])
async def test_leaving_is_no_answer_and_forgets_nothing(key: str) -> None:
    async with stage() as (app, pilot):
        await pilot.press("y", key)
        await pilot.pause()
        assert (app.heard.left, app.heard.decided, states(app)) == (1, [], "y...")


async def test_a_hunk_is_refused_with_words() -> None:
    async with stage() as (app, pilot):
        await pilot.press("r", *"no y", "enter")
        assert states(app) == "n..."
        await pilot.press("y", "enter")
        await pilot.pause()
        ((_, answer),) = app.heard.decided
        assert isinstance(answer, Review)
        assert answer.words == "src/a.py line 5: no y"


async def test_escape_closes_the_words_and_decides_nothing() -> None:
    async with stage() as (app, pilot):
        await pilot.press("r", "a", "escape")
        assert states(app) == "...."
        assert app.heard.left == 0
        assert not app.pane.query(Input)
        assert app.focused is app.pane.view


async def test_the_same_question_again_keeps_the_decisions_and_shows_its_note() -> None:
    async with stage() as (app, pilot):
        await pilot.press("y")
        app.pane.show(Asked("call-1", "edits", EditQuestion(FILES), ("The accepted hunks alone do not parse.",)))
        await pilot.pause()
        assert states(app) == "y..."
        assert "do not parse" in screen(app)[0]


async def test_another_question_starts_open() -> None:
    async with stage() as (app, pilot):
        await pilot.press("A")
        app.pane.show(Asked("call-2", "edits", EditQuestion(FILES)))
        await app.workers.wait_for_complete()
        await pilot.press("enter")
        assert states(app) == "...."
        assert app.heard.decided == []


async def test_a_change_to_look_at_has_nothing_to_decide() -> None:
    async with stage(None) as (app, pilot):
        app.pane.show_files(FILES, "the last commit")
        await app.workers.wait_for_complete()
        await pilot.press("A", "y", "space", "r", "enter")
        assert states(app) == "...."
        assert app.heard.decided == []
        assert not app.pane.query(Input)
        assert not any("open" in line for line in screen(app))


async def test_keys_without_a_change_do_nothing() -> None:
    async with stage(None) as (app, pilot):
        for _, keys, _ in ACTIONS:
            await pilot.press(keys.split(",")[0])
        assert app.heard == Heard(left=1)
        assert any("No change waits" in line for line in screen(app))


async def test_open_names_the_file_and_the_line() -> None:
    async with stage() as (app, pilot):
        await pilot.press("o", "right_curly_bracket", "o")
        await pilot.pause()
        assert app.heard.opened == [("src/a.py", 5), ("docs/b.txt", 1)]


@pytest.mark.parametrize("width", [20, 40, 80, SPLIT_FROM + 1, 200, 300])
@pytest.mark.parametrize("keys", ["", "v", "w", "z z", "w v right right"])
async def test_every_line_is_exactly_as_wide_as_the_pane(width: int, keys: str) -> None:
    wide = DiffBlock("wide.py", "x = '日本語'\n", "x = '日本語" + "語" * 120 + "'\n\ty = 1\n")
    async with stage(Asked("c", "", EditQuestion((*FILES, wide)), ("a note",)), width) as (app, pilot):
        await pilot.press(*keys.split())
        await pilot.pause()
        view = app.pane.view
        for unit in range(len(app.pane.decisions.units)):
            view.go(unit)
            for y in range(view.size.height):
                strip = view.render_line(y)
                assert sum(Segment.get_line_length([part]) for part in strip) == view.size.width


async def test_side_by_side_where_there_is_room() -> None:
    async with stage(width=SPLIT_FROM + 2) as (app, pilot):
        row = next(line for line in screen(app) if "value_5 = 50" in line)
        assert "value_5 = 5 " in row
        await pilot.press("v")
        row = next(line for line in screen(app) if "value_5 = 50" in line)
        assert "value_5 = 5 " not in row
    async with stage(width=SPLIT_FROM - 10) as (app, _):
        assert not app.pane.view.split


@pytest.mark.parametrize("sides", [(None, "x = 1\n" * 3), ("x = 1\n" * 3, None)])
async def test_a_file_with_one_side_has_the_whole_width(sides: tuple[str | None, str | None]) -> None:
    async with stage(Asked("c", "", EditQuestion((DiffBlock("a.txt", *sides),)))) as (app, _):
        assert app.pane.view.split
        rows = [line for line in screen(app) if "x = 1" in line]
        assert len(rows) == 3
        assert not any("│" in line for line in rows)


async def test_foreign_text_is_literal_and_harmless() -> None:
    async with stage() as (app, pilot):
        await pilot.press("right_curly_bracket")
        text = "\n".join(screen(app))
        assert "[red]x[/] ⟨U+001B⟩[31m⟨U+202E⟩" in text
        assert "\x1b" not in text


async def test_keys_never_decide_on_a_hunk_that_is_out_of_view() -> None:
    async with stage(height=14) as (app, pilot):
        await pilot.press("end")
        await pilot.pause()
        shown = "\n".join(screen(app))
        assert "1/3" not in shown
        assert f"{app.pane.view.current + 1}/3" in shown
        await pilot.press("n")
        assert states(app).index("n") > 0


async def test_the_current_hunk_keeps_its_place_when_the_columns_change() -> None:
    async with stage(height=16) as (app, pilot):
        await pilot.press("right_square_bracket", "right_square_bracket")
        before = next(y for y, line in enumerate(screen(app)) if "3/3" in line)
        await pilot.press("v")
        await pilot.pause()
        assert app.pane.view.current == 2
        assert abs(next(y for y, line in enumerate(screen(app)) if "3/3" in line) - before) <= 1


async def test_a_missing_final_newline_is_said() -> None:
    block = DiffBlock("a.txt", "one\ntwo\n", "one\ntwo")
    async with stage(Asked("c", "", EditQuestion((block,)))) as (app, _):
        assert sum("no newline at end" in line for line in screen(app)) == 1


@pytest.mark.parametrize("theme", ["flux-dark", "flux-light", "flux-contrast", "flux-ansi"])
async def test_added_and_removed_differ_by_sign_and_by_colour(theme: str) -> None:
    async with stage() as (app, pilot):
        app.theme = theme
        await pilot.pause()
        view = app.pane.view
        y = next(y for y, line in enumerate(screen(app)) if "value_5 = 50" in line)
        parts = [part for part in view.render_line(y) if part.text.strip() in ("−", "+")]
        assert [part.text.strip() for part in parts] == ["−", "+"]
        assert parts[0].style != parts[1].style


async def test_a_theme_is_taken_at_once() -> None:
    async with stage() as (app, pilot):
        before = [str(part.style) for part in app.pane.view.render_line(3)]
        app.theme = "flux-light"
        await pilot.pause()
        assert [str(part.style) for part in app.pane.view.render_line(3)] != before


async def test_a_large_change_is_compared_off_the_loop_and_shown() -> None:
    lines = [f"value_{number} = {number}" for number in range(20_000)]
    changed = lines.copy()
    changed[19_000] = "value = 0"
    block = DiffBlock("big.py", "\n".join(lines), "\n".join(changed))
    async with stage(Asked("c", "", EditQuestion((block,)))) as (app, _):
        assert any("value = 0" in line for line in screen(app))
