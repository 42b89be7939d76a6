"""The approval card: what wants to happen, why it is asked, which keys answer. No default, no answer by accident."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from time import monotonic
from typing import ClassVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Input, Static

from flux_tui.protocol.decisions import Approve, Asked, CommandQuestion, Decision, PathQuestion, Reject
from flux_tui.safety.visible import visible
from flux_tui.ui.focusing import focus_now
from flux_tui.ui.keys import rows
from flux_tui.ui.questions import STILL
from flux_tui.ui.styles import Styles, styles_of
from flux_tui.ui.widgets.wanted import Wanted


class ApprovalCard(Vertical, can_focus=True):
    DEFAULT_CSS = """
    ApprovalCard {
        display: none; height: auto; max-height: 60%; border-left: outer $warning; padding: 0 1; background: $surface;
    }
    ApprovalCard.-open { display: block; }
    ApprovalCard #what { height: auto; max-height: 14; scrollbar-size-vertical: 1; }
    ApprovalCard Static { height: auto; }
    ApprovalCard Input { display: none; height: 1; border: none; padding: 0; background: $panel; }
    ApprovalCard Input.-on { display: block; }
    """

    class Decided(Message):
        def __init__(self, call: str, decision: Decision) -> None:
            super().__init__()
            self.call = call
            self.decision = decision

    ANSWERS: ClassVar[dict[str, str]] = {
        key: row.action.removeprefix("approval.") for row in rows("approval") for key in row.keys.split(",")
    }

    def __init__(
        self, typed: Callable[[str], None], *, id: str | None = None, now: Callable[[], float] = monotonic
    ) -> None:
        super().__init__(id=id)
        self.asked: Asked | None = None
        self._typed = typed
        """Takes a letter that came too soon to be an answer: it belongs to the draft. Called at once, so that the
        next letter finds the focus moved."""
        self._now = now
        self._opened = 0.0
        self._asking = ""
        """`words` or `rule` while the input line is open."""
        self._laid_out = False
        """The question was laid out since it came: before that nobody knows how long it is."""
        self._kept: list[str] = []
        """Rules as the person left them, so far."""
        self._read = False
        """The last line of the question was on the screen; before that there is no yes."""

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="what", can_focus=False):
            yield Static(id="question")
        yield Static(id="answers")
        yield Input(id="line", select_on_focus=False)

    @property
    def open(self) -> bool:
        return self.has_class("-open")

    def show(self, asked: Asked, place: int, total: int, *, deliberate: bool = False) -> None:
        """Draw the question. The answers count only after a moment of quiet, or at once if the person opened it."""
        if asked is not self.asked:
            self._opened = self._now()
            self._close_line()
            self._read = self._laid_out = False
            self._what.scroll_home(animate=False)
        if deliberate:
            self._opened = self._now() - STILL
        self.asked = asked
        styles = styles_of(self.app)
        where = f"{place} of {total}" if total > 1 else ""
        self.query_one("#question", Static).update(question_text(asked, styles, where))
        self.query_one("#answers", Static).update(answers(asked, styles, self._rest()))
        self.add_class("-open")
        self.call_after_refresh(self._settled)

    @property
    def _what(self) -> VerticalScroll:
        return self.query_one("#what", VerticalScroll)

    def on_mount(self) -> None:
        self.watch(self._what, "scroll_y", self._look, init=False)

    def on_resize(self) -> None:
        self.call_after_refresh(self._look)

    def _settled(self) -> None:
        self._laid_out = True
        self._look()

    def _rest(self) -> int:
        """Lines of the question that have not been on the screen yet."""
        what = self._what
        if not self._read and self._laid_out and what.size.height:
            self._read = what.scroll_y >= what.max_scroll_y
        return 0 if self._read else max(1, round(what.max_scroll_y - what.scroll_y))

    def _look(self) -> None:
        if self.asked is not None and not self._asking:
            self.query_one("#answers", Static).update(answers(self.asked, styles_of(self.app), self._rest()))

    def hide(self) -> None:
        self.remove_class("-open")
        self._close_line()
        self.asked = None

    async def _on_key(self, event: events.Key) -> None:
        if self._asking:
            return
        answer = self.ANSWERS.get(event.key, "")
        if answer or event.is_printable:
            event.stop()
            event.prevent_default()
        if event.is_printable and (self.asked is None or self._now() - self._opened < STILL):
            self._typed(event.character or "")
        elif answer:
            self._answer(answer)
        elif event.key in ("up", "down", "pageup", "pagedown"):
            event.stop()
            getattr(self.query_one("#what"), f"scroll_{event.key.replace('page', 'page_')}")(animate=False)

    def _answer(self, answer: str) -> None:
        if self.asked is None or answer not in offered(self.asked):
            return
        if answer in YES and self._rest():
            return
        match answer:
            case "once":
                self._decide(Approve("once"))
            case "session":
                self._decide(Approve("session"))
            case "no":
                self._decide(Reject())
            case "rule":
                self._kept = []
                self._open_rule()
            case _:
                self._open_line("words", "", "What should it do instead? Enter sends the no, Esc goes back")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        if self._asking == "rule":
            self._kept.append(text)
            if len(self._kept) < len(self._rules()):
                self._open_rule()
            elif kept := tuple(filter(None, self._kept)):
                self._decide(Approve("rule", kept))
            else:
                self._kept.pop()
        else:
            self._decide(Reject(text))

    def key_escape(self, event: events.Key) -> None:
        event.stop()
        if self._asking:
            self._close_line()
            focus_now(self)
        else:
            self.post_message(Wanted("approval.leave"))

    def _rules(self) -> tuple[str, ...]:
        return getattr(self.asked.question, "rules", ()) if self.asked else ()

    def _decide(self, decision: Decision) -> None:
        if self.asked is not None:
            self.post_message(self.Decided(self.asked.call, decision))

    def _open_rule(self) -> None:
        """One rule after the other can be changed, or emptied: then it is not kept."""
        rules, place = self._rules(), len(self._kept)
        last = place + 1 == len(rules)
        which = "The rule to keep" if len(rules) == 1 else f"Rule {place + 1} of {len(rules)} to keep"
        self._open_line("rule", rules[place], f"{which}. Enter: {'yes, and keep it' if last else 'next'}. Esc: back")

    def _open_line(self, kind: str, value: str, words: str) -> None:
        self._asking = kind
        line = self.query_one(Input)
        line.value, line.placeholder = value, words
        line.cursor_position = len(value)
        line.add_class("-on")
        focus_now(line)
        if value and self.asked is not None:
            self.query_one("#answers", Static).update(Text(words))

    def _close_line(self) -> None:
        self._asking = ""
        if self.is_mounted:
            self.query_one(Input).remove_class("-on")
            self._look()


YES = ("once", "session", "rule")


def offered(asked: Asked) -> tuple[str, ...]:
    """The answers that this question allows, in the order they are shown."""
    question = asked.question
    rules = getattr(question, "rules", ())
    keeps = isinstance(question, CommandQuestion) and question.dangerous
    lasting = () if keeps else (("session", "rule") if rules else ("session",))
    return ("once", *lasting, "no", "words")


def question_text(asked: Asked, styles: Styles, place: str) -> Text:
    """Title, the whole command or the paths, and the reason."""
    text = Text(overflow="fold", no_wrap=False)
    match asked.question:
        case CommandQuestion(command=command, cwd=cwd, sandboxed=sandboxed, dangerous=dangerous):
            text.append("Run this command?", styles.strong)
            text.append(f"  {place}\n" if place else "\n", styles.faint)
            text.append("$ ", styles.faint)
            text.append(visible(command).replace("\t", "    ").replace("\n", "\n  ") + "\n", styles.text)
            wall = ("in the sandbox", styles.good) if sandboxed else ("NOT in the sandbox", styles.error)
            text.append(*wall)
            text.append(f" · in {visible(PurePath(cwd).name)}" if PurePath(cwd).name else "", styles.muted)
            text.append(" · may destroy something" if dangerous else "", styles.error)
        case PathQuestion(tool=tool, paths=paths):
            text.append(f"Let {visible(tool)} touch this?", styles.strong)
            text.append(f"  {place}\n" if place else "\n", styles.faint)
            text.append("\n".join(f"  {visible(path)}" for path in paths), styles.text)
        case _:
            text.append("This belongs in the review: Alt+3", styles.strong)
    for words in (asked.why, *asked.notes):
        if words:
            text.append(f"\n{visible(words)}", styles.muted)
    return text


@dataclass(frozen=True, slots=True)
class Answers:
    """The keys that answer. A key never stands apart from its words; the rule to be kept has a line of its own."""

    short: tuple[Text, ...]
    rule: Text | None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        line = Text()
        for answer in self.short:
            if line and line.cell_len + 3 + answer.cell_len > options.max_width:
                yield line
                line = Text()
            line = Text("   ").join((line, answer)) if line else answer
        yield line
        if self.rule is not None:
            yield self.rule


def answers(asked: Asked, styles: Styles, rest: int) -> Answers:
    """The answers that count now. `rest`: lines that have to be read before a yes counts."""
    allowed = [name for name in offered(asked) if not rest or name not in YES]
    kept = ", ".join(getattr(asked.question, "rules", ()))
    words = {
        "once": "yes, once",
        "session": "yes, this session",
        "rule": f"yes, always: {visible(kept)}",
        "no": "no",
        "words": "no, because …",
    }
    keys = {row.action.removeprefix("approval."): row.keys.split(",")[0] for row in rows("approval")}
    texts = {
        name: Text.assemble((f"{key} ", styles.accent), (words[name], styles.muted), overflow="fold")
        for name, key in keys.items()
        if name in allowed
    }
    rule = texts.pop("rule", None)
    unread = (Text(f"↓ {rest} more lines to read before a yes", styles.warning),) if rest else ()
    return Answers((*unread, *texts.values()), rule)
