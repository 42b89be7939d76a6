"""The actions behind keys and palette rows, by their name in the key registry."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TYPE_CHECKING

from textual.actions import SkipAction
from textual.widgets import TextArea

from flux_tui.protocol.codes import Mode
from flux_tui.protocol.errors import FluxError
from flux_tui.ui import bars, panes
from flux_tui.ui.commands import Command, by_any_name, commands, parse, preset
from flux_tui.ui.focusing import focus_now
from flux_tui.ui.fuzzy import nearest

if TYPE_CHECKING:
    from flux_tui.protocol.decisions import Decision
    from flux_tui.ui.app import FluxApp
    from flux_tui.ui.live import Live

Action = Callable[["FluxApp"], Awaitable[None] | None]

TWICE = 2.0
"""Seconds within which a second Ctrl+C quits."""
MODES = (Mode.ASK, Mode.AUTO_EDIT, Mode.PLAN)
"""What Shift+Tab walks through. `full` is reached by command only."""
ALWAYS = frozenset({"app.cancel", "app.quit", "screen.redraw"})
"""Actions that also work while a screen lies over the panes."""


async def do(app: "FluxApp", name: str) -> None:
    """Run an action. Over the panes only a few mean anything: the others fall through to the screen on top."""
    if not app.main.furnished and name not in ALWAYS:
        return
    if len(app.screen_stack) > 1 and name not in ALWAYS:
        raise SkipAction
    found = ACTIONS[name](app)
    if found is not None:
        await found
    app.show_bars()


def submit(app: "FluxApp", text: str, *, queue: bool = False) -> None:
    """A draft was sent: a command is run, anything else goes to the session, or waits for it."""
    bare = text.strip()
    if bare in ("exit", "quit", ":q"):
        run_command(app, commands()["quit"], "")
        return
    if (line := parse(bare)) is not None:
        _slash(app, *line)
        return
    if app.live is None:
        app.early = text
        app.tell_briefly("The session is opening; the draft is sent as soon as it is there.")
        return
    _sent(app, text)
    app.run_worker(_prompt(app, text, queue), group="prompt")


async def _prompt(app: "FluxApp", text: str, queue: bool) -> None:
    with app.guard:
        if app.live is not None:
            app.main.chat.transcript.follow()
            await app.live.session.prompt(text, queue=queue)


def _slash(app: "FluxApp", name: str, argument: str) -> None:
    command = by_any_name().get(name)
    if command is None:
        near = nearest(name, by_any_name())
        hint = f" Nearest: {', '.join('/' + one for one in near)}." if near else ""
        app.tell(f"There is no command /{name}.{hint} Nothing was sent.", "warning")
        return
    _sent(app, f"/{name} {argument}".strip())
    run_command(app, command, preset(command, name, argument))


def _sent(app: "FluxApp", text: str) -> None:
    """The draft becomes history."""
    from flux_tui.ui import prompt_history

    app.main.chat.composer.empty_out()
    app.main.chat.composer.recall.add(text)
    if app.live is not None:
        file = prompt_history.history_file(app.places.state, str(app.live.session.cwd))
        app.run_worker(asyncio.to_thread(prompt_history.append, file, text), group="history")


def run_command(app: "FluxApp", command: Command, argument: str) -> None:
    app.run_worker(_command(app, command, argument), group="command")


async def _command(app: "FluxApp", command: Command, argument: str) -> None:
    with app.guard:
        if command.needs_session and app.live is None:
            app.tell(f"/{command.name} needs an open session.", "warning")
            return
        try:
            await command.run(app, argument)
        except FluxError as error:
            app.tell(str(error), "error")
        app.show_bars()


def stop(app: "FluxApp") -> None:
    """Esc: out of a pane, else stop the turn. Never deletes, never decides."""
    pane = bars.pane_of(app)
    if pane == "approval":
        app.main.chat.leave_card()
    elif pane == "review" or (pane != "draft" and not app.running):
        focus_now(app.main.chat.composer)
    elif app.running and app.live is not None:
        app.live.session.interrupt()


def cancel(app: "FluxApp") -> None:
    """Ctrl+C: copy, else clear the draft, else stop, else quit when pressed twice."""
    if text := _selected(app):
        app.copy_to_clipboard(text)
        app.screen.clear_selection()
        return
    composer = app.main.chat.composer
    if len(app.screen_stack) > 1:
        app.pop_screen()
    elif not composer.empty:
        composer.recall.add(composer.prompt)
        composer.fill("")
        app.tell_briefly("The draft is cleared; ↑ brings it back.")
    elif app.running and app.live is not None:
        app.live.session.interrupt()
    elif monotonic() - app.last_cancel < TWICE:
        quit_app(app)
        return
    else:
        app.tell_briefly("Ctrl+C once more quits.")
    app.last_cancel = monotonic()


def answer(app: "FluxApp", call: str, decision: "Decision") -> None:
    from flux_tui.ui import reactions

    reactions.answer(app, call, decision)


def complete(app: "FluxApp", sign: str, query: str) -> None:
    async def find(live: "Live") -> None:
        with app.guard:
            app.main.chat.offer(sign, query, await live.completions.choices(sign, query))

    if app.live is not None:
        app.run_worker(find(app.live), group="complete", exclusive=True)


def open_file(app: "FluxApp", path: str, line: int) -> None:
    """Look at a file of the folder, read-only."""
    from flux_tui.ui.screens.file import FileScreen

    if app.live is not None:
        app.push_screen(FileScreen(app.live.session, path, line))


def _selected(app: "FluxApp") -> str:
    if isinstance(app.focused, TextArea) and app.focused.selected_text:
        return app.focused.selected_text
    return app.screen.get_selected_text() or ""


def next_mode(app: "FluxApp") -> None:
    if app.live is not None:
        mode = app.live.session.mode
        app.live.session.set_mode(MODES[(MODES.index(mode) + 1) % len(MODES)] if mode in MODES else Mode.ASK)


def take_back(app: "FluxApp") -> None:
    if app.live is not None and (text := app.live.session.take_back()) is not None:
        app.live.pump.take_back(text)
        app.main.chat.composer.fill(text)


def focus_chat(app: "FluxApp") -> None:
    focus_now(app.main.chat.composer)


def redraw(app: "FluxApp") -> None:
    app.refresh(repaint=True, layout=True)


def focus_tree(app: "FluxApp") -> None:
    panes.show_tree(app)
    focus_now(app.main.files)


def focus_review(app: "FluxApp") -> None:
    panes.open_review(app)
    app.main.review.focus()


def toggle_review(app: "FluxApp") -> None:
    pane = app.main.query_one("#review-pane")
    pane.toggle_class("-open")
    if not pane.has_class("-open") and pane.has_focus_within:
        focus_now(app.main.chat.composer)


def open_approval(app: "FluxApp") -> None:
    if app.live is not None and app.live.questions.card is not None:
        app.main.chat.show_questions(app.live.questions, opened=True)


def leave_approval(app: "FluxApp") -> None:
    app.main.chat.leave_card()


def toggle_output(app: "FluxApp") -> None:
    app.main.chat.transcript.toggle_output()


def quit_app(app: "FluxApp") -> None:
    """Close the session, then the app. Asked for again, it does not wait for the session any more."""
    if any(worker.group == "leave" for worker in app.workers):
        app.exit()
        return
    app.run_worker(_quit(app), group="leave", exclusive=True)


async def _quit(app: "FluxApp") -> None:
    from flux_tui.ui.app import Farewell

    live = app.live
    with app.guard:
        if live is not None:
            await live.session.close()
    app.exit(Farewell(live.session.id, live.pump.last_answer) if live is not None else None)


def _push(module: str, screen: str) -> Action:
    def push(app: "FluxApp") -> None:
        from importlib import import_module

        app.push_screen(getattr(import_module(f"flux_tui.ui.screens.{module}"), screen)(app))

    return push


def _run(name: str) -> Action:
    return lambda app: run_command(app, commands()[name], "")


ACTIONS: dict[str, Action] = {
    "turn.stop": stop,
    "app.cancel": cancel,
    "app.quit": quit_app,
    "app.suspend": lambda app: app.action_suspend_process(),
    "approval.leave": leave_approval,
    "approval.open": open_approval,
    "focus.chat": focus_chat,
    "focus.review": focus_review,
    "focus.tree": focus_tree,
    "help.open": _push("help", "HelpScreen"),
    "leader.open": _push("leader", "LeaderScreen"),
    "mode.next": next_mode,
    "model.pick": _run("model"),
    "output.toggle": toggle_output,
    "palette.open": _run("palette"),
    "queue.take_back": take_back,
    "review.toggle": toggle_review,
    "screen.redraw": redraw,
    "session.retry": lambda app: app.reopen(),
    "sessions.open": _run("sessions"),
    "stats.open": _run("stats"),
    "theme.pick": _run("theme"),
    "tree.toggle": panes.toggle_tree,
}
