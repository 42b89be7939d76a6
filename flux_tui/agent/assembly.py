"""From a folder, flags and environment to a running Session: settings, store, walls, provider, history."""

import asyncio
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from flux_tui import __version__
from flux_tui.agent import logs, windows
from flux_tui.agent.asking import Asker
from flux_tui.agent.cast import Cast, roles_of
from flux_tui.agent.conversation import Conversation, Listener
from flux_tui.agent.journal import Journal
from flux_tui.agent.opened import Opened
from flux_tui.agent.opening import Opening
from flux_tui.agent.policies.order import policies
from flux_tui.agent.room import Room
from flux_tui.agent.session import Session
from flux_tui.agent.undo import settle_intents
from flux_tui.config.load import Loaded, load
from flux_tui.config.places import Places, home_folder, places
from flux_tui.config.settings import Commands
from flux_tui.llm import provider_factory
from flux_tui.llm.base_provider import BaseLLMProvider
from flux_tui.protocol.codes import Mode
from flux_tui.protocol.errors import UsageError
from flux_tui.protocol.events import SessionStarted
from flux_tui.safety import trust
from flux_tui.safety.probing import probe
from flux_tui.safety.redaction import keys_in
from flux_tui.safety.sandbox import Sandbox
from flux_tui.store import SessionRow, Store
from flux_tui.workspace.files import Workspace
from flux_tui.workspace.litter import clean_folders, temporary_folder
from flux_tui.workspace.snapshot import Snapshots

P = TypeVar("P", bound=BaseLLMProvider | None)

NO_KEY = (
    "no key for a model was found. Set ANTHROPIC_API_KEY or OPENAI_API_KEY, or configure a server under "
    "[providers.NAME]; `flux doctor` shows what is looked for."
)


@dataclass(frozen=True, slots=True)
class Ground:
    """The folder, its settings and whether it is trusted: all that needs no session."""

    root: Path
    places: Places
    loaded: Loaded
    trusted: bool


def survey(opening: Opening) -> Ground:
    """Checks the folder and reads the settings. UsageError for whatever is not right with them."""
    root = folder(opening.cwd)
    home = places(opening.env)
    if opening.trust:
        trust.trust(root, home.state)
    trusted = not opening.modelless and trust.is_trusted(root, home.state)
    return Ground(root, home, load(home, opening.env, opening.flags, root, trusted), trusted)


def folder(path: Path) -> Path:
    """The real folder. UsageError if there is none that can be read."""
    real = Path(os.path.realpath(path))
    if not real.exists():
        raise UsageError(f"{path} is not there. Give a folder that exists.")
    if not real.is_dir():
        raise UsageError(f"{path} is a file. Give the folder it lies in.")
    if not os.access(real, os.R_OK | os.X_OK):
        raise UsageError(f"{path} can't be read. Check its permissions.")
    return real


async def assemble(opening: Opening) -> Session:
    """Everything slow in threads, the sandbox's probe beside the rest. FluxError if it can't start."""
    ground = await asyncio.to_thread(survey, opening)
    walls = asyncio.create_task(asyncio.to_thread(probe, ground.loaded.settings.sandbox, ground.places))
    try:
        logs.start(ground.places.state, _keys(opening, ground))
        store = await asyncio.to_thread(_store, opening, ground)
        row = await asyncio.to_thread(_found, store, opening, ground)
        provider = await asyncio.to_thread(_provider, opening, ground, row)
        sandbox = opened_by(ground.loaded.settings.commands, await walls, opening.env)
    finally:
        walls.cancel()
    _keep_secret(provider)
    room = _room(opening, ground, store, sandbox, provider)
    notes = [*ground.loaded.notes, *store.notes, *_trust_note(ground, opening.interactive)]
    notes += windows.unknown(provider, room.totals.window) if provider is not None else []
    resumed = row is not None
    if row is None:
        row = await asyncio.to_thread(_create, room, ground)
    room.journal.session = row.id
    await asyncio.to_thread(store.lease, row.id)
    await asyncio.to_thread(settle_intents, store, room.workspace)
    await asyncio.to_thread(clean_folders)
    if resumed:
        await _resume(room, row)
    if opening.modelless:
        notes.clear()
    _start(room, row, resumed, ground)
    room.cast = _cast(room, opening.env) if provider is not None else None
    opened = Opened(
        row.id,
        room,
        instructions(ground),
        tuple(notes),
        provider.guide_prompts if provider is not None else (),
    )
    return Session(opened)


def _cast(room: Room, env: Mapping[str, str]) -> Cast:
    settings = room.settings
    return Cast(
        lambda spec: _keep_secret(provider_factory.make(spec, settings, env)),
        lambda made: windows.window(made, room.settings, room.places),
        roles_of(settings),
        room.provider,
    )


def _keys(opening: Opening, ground: Ground) -> tuple[str, ...]:
    """What must not be written anywhere, as far as it is in the environment."""
    named = (own.key_env for own in ground.loaded.settings.providers.values() if own.key_env)
    return keys_in(opening.env, named)


def _keep_secret(provider: P) -> P:
    """The key that the provider was made with, perhaps by a command, is never logged either."""
    place = getattr(provider, "place", None)
    logs.know(place.keys if place is not None else ())
    return provider


def opened_by(settings: Commands, sandbox: Sandbox, env: Mapping[str, str]) -> Sandbox:
    """The sandbox with what the person's own settings open in it."""
    home = str(home_folder(env))
    named = (re.sub(r"^~(?=/|$)", home, name) for name in settings.writable)
    folders = (Path(os.path.realpath(name)) for name in named if name.startswith("/"))
    return replace(sandbox, network=settings.network, writable=tuple(folder for folder in folders if folder.is_dir()))


def _store(opening: Opening, ground: Ground) -> Store:
    return Store.in_memory() if opening.modelless else Store.open(ground.places.data / "flux.db")


def _found(store: Store, opening: Opening, ground: Ground) -> SessionRow | None:
    if opening.resume is None:
        return None
    if opening.resume != "last":
        return store.session(opening.resume)
    row = store.newest(ground.root)
    if row is None:
        raise UsageError(f"there is no session of {ground.root} to resume. Start one with `flux`.")
    return row


def _provider(opening: Opening, ground: Ground, row: SessionRow | None) -> BaseLLMProvider | None:
    if opening.provider is not None or opening.modelless:
        return opening.provider
    settings = ground.loaded.settings
    kept = f"{row.provider}:{row.model}" if row is not None and not opening.flags.get("model") else ""
    spec = kept or provider_factory.default_spec(settings, opening.env)
    if spec.startswith("demo:") and not (opening.interactive or kept or settings.model):
        raise UsageError(NO_KEY)
    return provider_factory.make(spec, settings, opening.env)


def _room(opening: Opening, ground: Ground, store: Store, sandbox: Sandbox, provider: BaseLLMProvider | None) -> Room:
    settings = ground.loaded.settings
    conversation = Conversation()
    journal = Journal(store, "", conversation)
    room = Room(
        workspace=Workspace(ground.root),
        snapshots=Snapshots(ground.root),
        store=store,
        journal=journal,
        conversation=conversation,
        asker=Asker(journal),
        settings=settings,
        places=ground.places,
        env=opening.env,
        sandbox=sandbox,
        tmp=temporary_folder(),
        mode=Mode(settings.mode),
        rules=settings.rules,
        interactive=opening.interactive,
        policies=policies(str(ground.root)),
        provider=provider,
    )
    room.totals.window = windows.window(provider, settings, room.places) if provider is not None else None
    for listener in (*room.policies, room.rejections):
        if isinstance(listener, Listener):
            conversation.listen(listener)
    return room


def _create(room: Room, ground: Ground) -> SessionRow:
    origin = room.provider.origin if room.provider is not None else None
    name, model = (origin.provider, origin.model) if origin is not None else ("", "")
    id = room.store.create(ground.root, name, model, room.mode, ground.loaded.settings.profile)
    return room.store.session(id)


async def _resume(room: Room, row: SessionRow) -> None:
    """The history as it was; a call that a crash left without a result gets one."""
    stored = await asyncio.to_thread(room.store.messages, row.id)
    room.journal.turn = await asyncio.to_thread(room.store.last_turn, row.id)
    added = room.conversation.load(message for _, message in stored)
    if added:
        await asyncio.to_thread(room.store.save, row.id, room.journal.turn, added, ())
    await asyncio.to_thread(room.totals.restore, room.store.each_event(row.id))
    origin = room.provider.origin if room.provider is not None else None
    if origin is not None and (origin.provider, origin.model) != (row.provider, row.model):
        await asyncio.to_thread(room.store.update, row.id, provider=origin.provider, model=origin.model)


def _start(room: Room, row: SessionRow, resumed: bool, ground: Ground) -> None:
    room.journal.watch(room.totals.watch)
    origin = room.provider.origin if room.provider is not None else None
    room.journal.emit(
        SessionStarted(
            row.id,
            resumed,
            str(ground.root),
            origin.provider if origin else "",
            origin.model if origin else "",
            room.mode,
            ground.loaded.settings.profile,
            room.sandbox.label,
            __version__,
        )
    )


def _trust_note(ground: Ground, interactive: bool) -> list[str]:
    if ground.trusted or not trust.has_something(ground.root):
        return []
    way = "/trust shows them" if interactive else "`flux exec --trust` trusts them as they are now"
    if trust.remembered(ground.root, ground.places.state) is not None:
        return [
            f"This folder's .flux/ or instruction files changed since you trusted them, so they are ignored; {way}."
        ]
    return [f"This folder's .flux/ and instruction files are ignored until you trust them; {way}."]


def instructions(ground: Ground) -> str:
    """The trusted project's words to the agent, "" before trust."""
    return trust.instructions(ground.root) if ground.trusted else ""
