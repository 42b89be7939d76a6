"""Putting a session on the screen: opened off the loop, its history shown, its events pumped, the old one closed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from flux_tui.protocol.errors import FluxError
from flux_tui.ui import looks, reactions

if TYPE_CHECKING:
    from flux_tui.agent.opening import Opening
    from flux_tui.agent.session import Session
    from flux_tui.ui.app import FluxApp
    from flux_tui.ui.live import Live

Connect = Callable[["Opening"], Awaitable["Session"]]

FAILED = "Flux can't start here: {}\nMend that and press Ctrl+X then n to try again, or Ctrl+Q to leave."


async def enter(app: "FluxApp", opening: "Opening", connect: Connect | None) -> None:
    """Open a session and put it on the screen. A FluxError becomes a sentence; the app stays."""
    for problem in looks.all_themes(app):
        app.tell(problem, "warning")
    old = app.live
    if old is not None and opening.resume == old.session.id:
        # The same session again: its lease must be free before it is taken.
        await _leave(app, old)
        old = None
    try:
        session = await _open(opening, connect)
    except FluxError as error:
        app.tell(FAILED.format(error), "error")
        return
    app.opening = opening
    if old is not None:
        await _leave(app, old)
    live = await _show(app, session)
    app.live = live
    app.run_worker(live.pump.run(session.events(), app.happened), group="pump", exclusive=True)
    await _settle(app, live)


async def _leave(app: "FluxApp", old: "Live") -> None:
    app.live = None
    await old.session.close()
    app.main.chat.transcript.clear()


async def _open(opening: "Opening", connect: Connect | None) -> "Session":
    if connect is None:
        from flux_tui.agent.opening import open_session

        connect = open_session
    return await connect(opening)


async def _show(app: "FluxApp", session: "Session") -> "Live":
    from flux_tui.ui.live import Live
    from flux_tui.ui.pump import Pump

    pump = Pump(app.main.chat.transcript, app.clock.mark, app.guard)
    live = Live(session, pump)
    if app.opening.resume is not None:
        from flux_tui.ui.replay import replay

        for item in await asyncio.to_thread(lambda: list(replay(session.store.each_event(session.id)))):
            app.main.chat.transcript.append(item)
    return live


async def _settle(app: "FluxApp", live: "Live") -> None:
    """Everything that follows from which session this is: theme, tree, prompts of the project, notes, the SDK."""
    from flux_tui.ui import prompt_history
    from flux_tui.ui.git_marks import git_reader

    session, composer = live.session, app.main.chat.composer
    if complaint := looks.apply_setting(app, session.settings.theme):
        app.tell(complaint, "warning")
    for note in session.notes:
        app.tell(note, "warning")
    file = prompt_history.history_file(app.places.state, str(session.cwd))
    composer.recall.prompts[:0] = await asyncio.to_thread(prompt_history.load, file)
    if not session.settings.ui.tree:
        app.main.add_class("-no-tree")
    app.main.files.show(session.cwd, live.sight, git_reader(session.room))
    reactions.offer_next(app, live)
    app.show_bars()
    app.clock.mark()
    _send_early(app)
    await preload(app, live)


def _send_early(app: "FluxApp") -> None:
    """What was sent while the session opened goes out now, unless the draft was changed meanwhile."""
    from flux_tui.ui import actions

    text, app.early = app.early, ""
    if text and app.main.chat.composer.prompt == text:
        actions.submit(app, text)


async def preload(app: "FluxApp", live: "Live") -> None:
    """Load the provider's SDK now, in a thread, so that the first prompt does not wait for it."""
    provider = live.session.room.provider
    if provider is not None:
        await asyncio.to_thread(provider.preload)
        app.sweeper.busy()
