"""Pictures of the screens in `snapshots/`, compared in text and in colour. The README shows some of them."""

import os
import sys
from collections.abc import Awaitable, Callable
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import pytest

from flux_tui.llm.demo_guide import PROMPTS
from flux_tui.protocol.codes import Code, Evidence, FaultName, TurnOutcome
from flux_tui.protocol.events import (
    CallFinished,
    CheckFinished,
    ErrorOccurred,
    Event,
    OutputArrived,
    RequestSent,
    Score,
    TextArrived,
    TurnEnded,
    TurnStarted,
)
from flux_tui.protocol.messages import Origin, Usage
from flux_tui.ui.actions import open_file
from tests.ui import scenes
from tests.ui.snapshot import UPDATE, assert_svg
from tests.ui.stage import PlayedSession, PlayedTotals, Stage, staged, until

WRITTEN_WITH = ("3.11", "8.2.8", "15.0.0")
"""Python, textual and rich that the stored pictures were made with: others may draw a pixel differently."""
HERE = (f"{sys.version_info.major}.{sys.version_info.minor}", version("textual"), version("rich"))

pytestmark = pytest.mark.skipif(
    HERE != WRITTEN_WITH and not os.environ.get(UPDATE), reason=f"pictures are compared on {WRITTEN_WITH} only"
)


def stored(session: PlayedSession) -> None:
    """A session with a past, for what is computed from the store."""
    session.id = session.store.create(session.cwd, "anthropic", "claude-sonnet-4-5", "ask", None)
    refused = CallFinished("e1", "edit_file", Code.UNSEEN_LINES, "", ("shop/cart.py",), (), {}, None, None)
    lines: list[Event] = []
    for turn in range(1, 4):
        lines.append(TurnStarted(turn, f"Prompt {turn}"))
        lines += [refused] if turn == 2 else []
        for event in (*scenes.READING, *scenes.DONE):
            is_edit = isinstance(event, CallFinished) and event.tool == "edit_file" and event.code == "OK"
            if isinstance(event, CallFinished) and is_edit:
                lines.append(
                    CallFinished("e", "edit_file", event.code, "", ("shop/cart.py",), ("shop/cart.py",), {}, None, None)
                )
            elif not isinstance(event, (TurnStarted, TextArrived)) and event is not scenes.READING[-1]:
                lines.append(event)
    session.store.save(session.id, 3, (), [(float(number), event) for number, event in enumerate(lines)])


def fresh(session: PlayedSession) -> None:
    """A session in which nothing has happened yet."""
    session.totals = PlayedTotals(Usage(), Decimal(0), Usage(), Decimal(0), 0, 200_000, Score(0, 0))


def busy(session: PlayedSession) -> None:
    """A session with a past that has read some files."""
    stored(session)
    scenes.known(session.ledger)


async def start(stage: Stage) -> None:
    await stage.settle()


async def failed(stage: Stage) -> None:
    message = "anthropic refused the key in ANTHROPIC_API_KEY (401): set a valid one."
    await stage.play(TurnStarted(1, scenes.PROMPT), RequestSent(1, 1, "anthropic", "claude-sonnet-4-5"))
    await stage.play(ErrorOccurred(FaultName.BAD_KEY, 401, message))
    await stage.play(TurnEnded(1, TurnOutcome.FAILED, (), (), Evidence.NOTHING))


async def looked(stage: Stage) -> None:
    scenes.edited(stage.session.cwd, stage.session.ledger)
    await stage.play(*scenes.READING)
    open_file(stage.app, "shop/cart.py", 1)
    await until(stage.pilot, lambda: len(stage.app.screen_stack) == 2)


async def leader(stage: Stage) -> None:
    await stage.press("ctrl+x")
    stage.app.screen.query_one("#choices").add_class("-shown")


async def trusted(stage: Stage) -> None:
    (stage.session.cwd / "AGENTS.md").write_text("Prices are Decimal. Run `python -m pytest -q` after each change.\n")
    folder = stage.session.cwd / ".flux"
    folder.mkdir()
    (folder / "config.toml").write_text('[rules]\ndeny = ["edit_file(migrations/**)"]\n')
    await stage.type("/trust")
    await stage.press("enter", "enter")
    await until(stage.pilot, lambda: len(stage.app.screen_stack) == 2)


async def themes(stage: Stage) -> None:
    await stage.play(*scenes.READING)
    await stage.press("ctrl+x", "t")
    await until(stage.pilot, lambda: len(stage.app.screen_stack) == 2)


async def streaming(stage: Stage) -> None:
    half = scenes.ANSWER[: scenes.ANSWER.index("    for item")]
    await stage.play(*scenes.READING, *scenes.DONE[:4], TextArrived(half))


async def running(stage: Stage) -> None:
    await stage.play(*scenes.READING, *scenes.DONE[:2], scenes.DONE[2], OutputArrived("c7", "test_total ... ok\n" * 3))


async def opened(stage: Stage) -> None:
    await stage.play(*scenes.READING, *scenes.DONE[:4])
    await stage.press("ctrl+o")


async def answered(stage: Stage) -> None:
    await stage.play(
        *scenes.READING, *scenes.DONE[:4], CheckFinished("python -m pytest -q", 0, "4 passed"), *scenes.DONE[4:]
    )


async def review(stage: Stage) -> None:
    await stage.play(*scenes.READING)
    stage.session.ask(scenes.EDIT)
    await stage.settle()
    await stage.press("alt+3", "y", "n")


async def approval(stage: Stage) -> None:
    await stage.play(*scenes.READING)
    stage.session.ask(scenes.COMMAND)
    await stage.settle()


async def badge(stage: Stage) -> None:
    await stage.play(*scenes.READING)
    await stage.type("also")
    stage.session.ask(scenes.COMMAND)
    await stage.settle()


async def completion(stage: Stage) -> None:
    await stage.type("/s")
    await until(stage.pilot, lambda: stage.app.main.chat.popup.open)


async def palette(stage: Stage) -> None:
    await stage.press("ctrl+p")
    await until(stage.pilot, lambda: len(stage.app.screen_stack) == 2)


async def helped(stage: Stage) -> None:
    await stage.press("f1")
    await until(stage.pilot, lambda: len(stage.app.screen_stack) == 2)


async def stats(stage: Stage) -> None:
    await stage.press("ctrl+x", "s")
    await until(stage.pilot, lambda: len(stage.app.screen_stack) == 2)


Scene = Callable[[Stage], Awaitable[None]]
Picture = tuple[str, Scene, tuple[int, int], str]
BEGINNING: list[Picture] = [
    ("start", start, (120, 40), ""),
    ("start-80", start, (80, 24), ""),
    ("start-200", start, (200, 60), ""),
    ("failed", failed, (120, 40), ""),
    ("completion", completion, (120, 40), ""),
    ("palette", palette, (120, 40), ""),
    ("leader", leader, (120, 40), ""),
    ("help", helped, (120, 40), ""),
    ("trust", trusted, (120, 40), ""),
]
"""Of a session in which nothing has happened yet."""
WORKING: list[Picture] = [
    ("streaming", streaming, (120, 40), ""),
    ("running", running, (120, 40), ""),
    ("call-open", opened, (120, 40), ""),
    ("answer", answered, (120, 40), ""),
    ("answer-80", answered, (80, 24), ""),
    ("answer-200", answered, (200, 60), ""),
    ("answer-narrow", answered, (40, 20), ""),
    ("file", looked, (120, 40), ""),
    ("review-side-by-side", review, (120, 40), ""),
    ("review-unified", review, (80, 24), ""),
    ("review-wide", review, (200, 60), ""),
    ("review-narrow", review, (40, 20), ""),
    ("approval", approval, (120, 40), ""),
    ("approval-80", approval, (80, 24), ""),
    ("approval-narrow", approval, (40, 20), ""),
    ("approval-badge", badge, (120, 40), ""),
    ("stats", stats, (120, 40), ""),
    ("themes", themes, (120, 40), ""),
    ("theme-light", review, (120, 40), "flux-light"),
    ("theme-contrast", review, (120, 40), "flux-contrast"),
    ("theme-ansi", review, (120, 40), "flux-ansi"),
    ("theme-light-answer", answered, (120, 40), "flux-light"),
]
"""Of a session that has read some files."""


@pytest.mark.parametrize(("name", "scene", "size", "theme"), BEGINNING, ids=[row[0] for row in BEGINNING])
async def test_beginning(tmp_path: Path, name: str, scene: Scene, size: tuple[int, int], theme: str) -> None:
    scenes.project(tmp_path / "shop")
    async with staged(tmp_path, size=size, theme=theme, change=fresh) as stage:
        await until(stage.pilot, lambda: len(stage.app.main.files.root.children) == 4)
        await scene(stage)
        await stage.settle()
        assert_svg(stage.app, name)


@pytest.mark.parametrize(("name", "scene", "size", "theme"), WORKING, ids=[row[0] for row in WORKING])
async def test_working(tmp_path: Path, name: str, scene: Scene, size: tuple[int, int], theme: str) -> None:
    scenes.project(tmp_path / "shop")
    async with staged(tmp_path, size=size, theme=theme, change=busy) as stage:
        await unfold(stage)
        await scene(stage)
        await stage.settle()
        assert_svg(stage.app, name)


def demo(session: PlayedSession) -> None:
    fresh(session)
    session.room.provider.origin = Origin("demo", "demo", "", "guide")


async def test_the_demo(tmp_path: Path) -> None:
    scenes.project(tmp_path / "shop")
    async with staged(tmp_path, guide=PROMPTS, change=demo) as stage:
        await until(stage.pilot, lambda: len(stage.app.main.files.root.children) == 4)
        assert_svg(stage.app, "demo")


async def unfold(stage: Stage) -> None:
    """The folder `shop` of the tree."""
    root = stage.app.main.files.root
    await until(stage.pilot, lambda: len(root.children) == 4)
    root.children[0].expand()
    await until(stage.pilot, lambda: len(root.children[0].children) == 5)
