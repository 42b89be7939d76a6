"""The transcript on a screen: it follows, stays, opens, selects, and draws only what is looked at."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip

from flux_tui.protocol.blocks import NoteBlock
from flux_tui.protocol.codes import Code
from flux_tui.ui.items import AnswerItem, CallItem, Item, NoticeItem, PromptItem
from flux_tui.ui.styles import Styles
from flux_tui.ui.transcript import EMPTY, Transcript
from tests.ui.lines import texts


class Stage(App[None]):
    def __init__(self, items: Iterable[Item]) -> None:
        super().__init__()
        self.items = items
        self.copied: list[str] = []

    def compose(self) -> ComposeResult:
        yield Transcript(id="transcript")

    def on_mount(self) -> None:
        for item in self.items:
            self.transcript.append(item)
        self.transcript.focus()

    @property
    def transcript(self) -> Transcript:
        return self.query_one(Transcript)

    def copy_to_clipboard(self, text: str) -> None:
        self.copied.append(text)


class Block(Item):
    """A number of lines that say which they are; counts how often it was drawn, and lies about its height."""

    def __init__(self, name: str, height: int, guess: int = 1) -> None:
        super().__init__()
        self.name, self.height, self.guessed, self.drawn = name, height, guess, 0

    @property
    def openable(self) -> bool:
        return True

    def render(self, width: int, styles: Styles) -> list[Strip]:
        self.drawn += 1
        return [Strip([Segment(f"  {self.name}.{line}")]) for line in range(self.height * (2 if self.expanded else 1))]

    def estimate(self, width: int) -> int:
        return self.guessed

    def plain(self) -> str:
        return self.name


@asynccontextmanager
async def stage(
    items: Iterable[Item] = (), size: tuple[int, int] = (40, 10)
) -> AsyncIterator[tuple[Stage, Pilot[None], Transcript]]:
    app = Stage(items)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot, app.transcript


def seen(transcript: Transcript) -> list[str]:
    return texts(transcript.render_lines(transcript.size.region))


def blocks(count: int, height: int = 4, guess: int = 1) -> list[Block]:
    return [Block(f"i{number}", height, guess) for number in range(count)]


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


async def test_an_empty_transcript_says_what_to_do() -> None:
    async with stage(size=(60, 10)) as (_, _, transcript):
        assert EMPTY[0] in "\n".join(seen(transcript))
        transcript.append(NoticeItem("hello"))
        transcript.flush()
        assert seen(transcript)[0] == " · hello"
        transcript.clear()
        assert EMPTY[0] in "\n".join(seen(transcript))


async def test_it_follows_the_end_until_someone_scrolls_up_and_again_at_the_end() -> None:
    async with stage(blocks(20)) as (_, pilot, transcript):
        assert seen(transcript)[-1] == "  i19.3"
        transcript.move(-3)
        assert not transcript.following
        before = seen(transcript)
        transcript.append(Block("new", 3))
        transcript.flush()
        assert seen(transcript) == before
        await press(pilot, "G")
        assert seen(transcript)[-1].endswith("new.2")
        transcript.append(Block("last", 5))
        transcript.flush()
        assert seen(transcript)[-1].endswith("last.4")


async def test_scrolling_up_into_the_unknown_never_jumps() -> None:
    for guess in (1, 4, 20):
        async with stage(blocks(40, height=6, guess=guess)) as (_, _, transcript):
            view = seen(transcript)
            for _ in range(40):
                transcript.move(-3)
                above = seen(transcript)
                assert above[3:] == view[:-3], guess
                view = above


async def test_a_stream_below_does_not_move_what_is_read_above() -> None:
    answer = AnswerItem()
    async with stage([*blocks(5), answer]) as (_, _, transcript):
        transcript.jump(3)
        before = seen(transcript)
        for _ in range(50):
            answer.feed("A sentence that goes on.\n\n")
            transcript.changed(answer)
            transcript.flush()
        assert seen(transcript) == before
        assert transcript.virtual_size.height > 90


async def test_what_changes_above_does_not_move_what_is_read_below() -> None:
    items = blocks(20)
    async with stage(items) as (_, _, transcript):
        transcript.jump(50)
        before = seen(transcript)
        items[2].toggle()
        items[2].guessed = 9
        transcript.changed(items[2])
        transcript.flush()
        assert seen(transcript) == before


async def test_a_resize_keeps_the_item_at_the_top() -> None:
    texts_ = [AnswerItem() for _ in range(30)]
    for number, item in enumerate(texts_):
        item.feed(f"Answer {number}. " + "word " * 40)
        item.finish()
    async with stage(texts_) as (_, pilot, transcript):
        transcript.jump(transcript.roll.top(12) + 1)
        assert seen(transcript)[0].startswith("  Answer 12.")
        await pilot.resize_terminal(70, 14)
        await pilot.pause()
        assert "  Answer 12." in "\n".join(seen(transcript)[:2])


async def test_only_what_is_in_view_is_drawn() -> None:
    items = blocks(10_000)
    async with stage(items) as (_, pilot, transcript):
        await press(pilot, "g")
        await press(pilot, "G")
        assert sum(item.drawn > 0 for item in items) < 20
        before = sum(item.drawn for item in items)
        transcript.append(Block("new", 2))
        transcript.flush()
        seen(transcript)
        assert sum(item.drawn for item in items) - before < 5


async def test_a_line_that_only_moved_is_not_drawn_anew() -> None:
    async with stage(blocks(20)) as (_, _, transcript):
        whole = transcript.size.region
        before = transcript.render_lines(whole)
        transcript.append(Block("new", 2, guess=2))
        transcript.flush()
        after = transcript.render_lines(whole)
        moved = 3
        assert all(one is other for one, other in zip(before[moved:], after[:-moved], strict=True))


async def test_the_cursor_moves_opens_and_copies() -> None:
    items = blocks(6, height=2)
    async with stage(items) as (app, pilot, transcript):
        await press(pilot, "g")
        assert seen(transcript)[0].startswith("▎")
        await press(pilot, "j", "j")
        assert transcript.cursor == 2
        await press(pilot, "enter")
        assert items[2].expanded
        assert "▎ i2.3" in seen(transcript)
        await press(pilot, "y")
        assert app.copied == ["i2"]
        await press(pilot, "enter", "k", "up", "k")
        assert transcript.cursor == 0
        assert not items[2].expanded


async def test_an_item_taller_than_the_pane_is_read_through_before_the_next() -> None:
    async with stage([Block("tall", 30), Block("next", 2)]) as (_, pilot, transcript):
        await press(pilot, "g", "j")
        assert transcript.cursor == 0
        assert seen(transcript)[0].endswith("tall.5")
        await press(pilot, *["j"] * 4)
        assert transcript.cursor == 1


async def test_braces_go_from_prompt_to_prompt() -> None:
    items: list[Item] = []
    for number in range(4):
        items += [PromptItem(f"prompt {number}", number + 1), Block("answer", 12)]
    async with stage(items) as (_, pilot, transcript):
        await press(pilot, "{", "{")
        assert "prompt 2" in seen(transcript)[0]
        await press(pilot, "}")
        assert transcript.cursor == 6


async def test_all_tool_output_opens_and_closes_at_once() -> None:
    calls = [CallItem(str(number), "read a.py") for number in range(3)]
    for call in calls:
        call.finish(Code.OK, "x", (NoteBlock("inside"),), 0.0)
    async with stage(calls) as (_, _, transcript):
        transcript.toggle_output()
        assert seen(transcript)[:6] == [" ✓ read a.py", "    inside"] * 3
        transcript.toggle_output()
        assert seen(transcript)[:3] == [" ✓ read a.py"] * 3


async def test_a_click_opens_an_item_and_only_its_head_closes_it() -> None:
    items = blocks(2, height=2)
    async with stage(items) as (_, pilot, transcript):
        await pilot.click(transcript, offset=(4, 1))
        assert items[0].expanded
        await pilot.click(transcript, offset=(4, 2))
        assert items[0].expanded
        await pilot.click(transcript, offset=(4, 0))
        assert not items[0].expanded


async def drag(pilot: Pilot[None], start: tuple[int, int], end: tuple[int, int]) -> None:
    await pilot.mouse_down("#transcript", offset=start)
    await pilot.hover("#transcript", offset=end)
    await pilot.mouse_up("#transcript", offset=end)
    await pilot.pause()


async def test_the_mouse_selects_text_and_opens_nothing() -> None:
    items = blocks(8, height=3)
    async with stage(items) as (app, pilot, transcript):
        transcript.jump(4)
        await pilot.pause()
        view = seen(transcript)
        await drag(pilot, (3, 1), (4, 2))
        # The character under the mouse is the last one, and the margin is no part of the text.
        wanted = f"{view[1][3:]}\n{view[2][2:5]}"
        assert app.screen.get_selected_text() == wanted
        assert not any(item.expanded for item in items)
        selected = [
            segment.text
            for strip in transcript.render_lines(transcript.size.region)
            for segment in strip
            if segment.style and segment.style.bgcolor == transcript_selection(transcript)
        ]
        assert "".join(selected).strip() == view[1][3:] + view[2][:5]


def transcript_selection(transcript: Transcript) -> object:
    styles = transcript.roll.styles
    assert styles is not None
    return styles.selection.bgcolor


async def test_a_new_theme_colours_what_was_drawn_before() -> None:
    async with stage([PromptItem("hello", 1)]) as (app, pilot, transcript):
        before = backgrounds(transcript)
        app.theme = "textual-light"
        await pilot.pause()
        assert backgrounds(transcript).isdisjoint(before)


def backgrounds(transcript: Transcript) -> set[object]:
    first = transcript.render_lines(transcript.size.region)[0]
    return {segment.style.bgcolor for segment in first if segment.style is not None}


async def test_any_size_is_survived() -> None:
    answer = AnswerItem()
    answer.feed("# Title\n\n- a list\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nx = 1\n```\n")
    async with stage([PromptItem("hello", 1), answer], size=(20, 5)) as (_, pilot, transcript):
        for size in ((1, 1), (3, 2), (300, 2), (20, 40), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert len(transcript.render_lines(transcript.size.region)) == transcript.size.height


async def test_what_another_repaint_drew_first_is_painted_all_the_same() -> None:
    item = CallItem("1", "read a.py")
    async with stage([PromptItem("go", 1), item]) as (_, _, transcript):
        item.finish(Code.OK, "", (), 0.0)
        transcript.changed(item)
        index = transcript.roll.index(item)
        assert index is not None
        transcript.roll.measure(0, 10)
        assert transcript.roll.redraw(index) == 0
