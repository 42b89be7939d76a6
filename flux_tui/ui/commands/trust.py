"""/trust: what this folder's own settings and instructions say, and the yes to exactly that."""

import asyncio
from typing import TYPE_CHECKING

from flux_tui.ui.commands import Command

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp


async def run(app: "FluxApp", argument: str) -> None:
    from flux_tui.protocol.errors import UsageError
    from flux_tui.safety import trust
    from flux_tui.ui.screens.trust import TrustPage, rows

    assert app.live is not None
    root, state = app.live.session.cwd, app.places.state
    shown = await asyncio.to_thread(trust.fingerprint, root)
    now = await asyncio.to_thread(trust.contents, root)
    before = await asyncio.to_thread(trust.remembered, root, state)
    if not now:
        app.tell("There is nothing to trust here: no .flux/ folder and no instruction files.")
        return
    if await asyncio.to_thread(trust.is_trusted, root, state):
        app.tell("This folder's .flux/ and instruction files are trusted as they are.")
        return

    begun = await asyncio.to_thread(app.live.session.store.last_turn, app.live.session.id) > 0

    def agree() -> None:
        try:
            trust.trust(root, state, shown)
        except UsageError as error:
            app.tell(str(error), "warning")
            return
        if begun:
            app.tell("Trusted, exactly as shown. It counts from the next start of Flux on.")
        else:
            app.reopen()

    title = "Trust what this folder says?" if before is None else "This changed since you trusted it"
    app.push_screen(TrustPage(app, title, rows(before, now), agree))


COMMAND = Command("trust", "Read and trust this folder's settings and instructions", run)
