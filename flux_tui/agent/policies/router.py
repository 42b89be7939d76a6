"""Who speaks when: reading on the cheap model, the first step that can edit on the strong one, or as was chosen.

At most so many switches a turn. A call that a model without the right proposed is not run, but handed over.
"""

from flux_tui.agent.cast import Cast, Role, Route, route_of
from flux_tui.agent.conversation import RESET
from flux_tui.agent.room import Room
from flux_tui.agent.turn import PassOn, Policy, Stop, Turn
from flux_tui.protocol.codes import Code
from flux_tui.protocol.errors import UsageError
from flux_tui.protocol.events import NoticeGiven
from flux_tui.protocol.messages import CallPart, Message, ResultPart, TextPart

FIRST: dict[Route, Role] = {"off": "", "read-cheap": "cheap", "plan-strong": "strong", "escalate": "everyday"}
HANDED = "INTERRUPTED: not run. From here on a stronger model does the editing and decides anew what to change."
TAKES_OVER = "[A stronger model takes over. Open to it again: {places}. Read before you edit.]"


class Router(Policy):
    def __init__(self) -> None:
        self._turn = 0
        self._switches = 0
        self._planned = False
        self._stuck: set[tuple[str, str]] = set()
        """Places that were closed to the weaker model in this turn."""

    async def before_request(self, room: Room, turn: Turn) -> Stop | None:
        if room.cast is None or turn.number == self._turn:
            return None
        self._turn, self._switches, self._planned = turn.number, 0, False
        self._stuck.clear()
        role = FIRST[route_of(room.settings, room.cast)]
        await self._take(room, room.cast, role if role in room.cast.roles else "", "")
        return None

    async def after_reply(self, room: Room, turn: Turn, message: Message) -> Stop | PassOn | None:
        cast = room.cast
        if cast is None or cast.role != "cheap" or route_of(room.settings, cast) != "read-cheap":
            return None
        if any(map(can_edit, message.calls)) and await self._switch(room, cast, "strong", "it edits"):
            return PassOn(HANDED)
        return None

    async def after_calls(self, room: Room, turn: Turn, results: tuple[ResultPart, ...]) -> Stop | None:
        cast = room.cast
        if cast is None or (route := route_of(room.settings, cast)) == "off":
            return None
        if route == "plan-strong" and cast.role == "strong" and not self._planned and _planned(results):
            self._planned = True
            await self._switch(room, cast, "cheap", "the plan is made")
        closed = {place for policy in room.policies for place in policy.closed()}
        if cast.role != "strong" and closed and await self._switch(room, cast, "strong", "the other one was stuck"):
            self._stuck = closed
            await _open(room, closed)
        elif route == "escalate" and cast.role == "strong" and self._freed(results):
            await self._switch(room, cast, "everyday" if "everyday" in cast.roles else "", "the place is mended")
        return None

    def _freed(self, results: tuple[ResultPart, ...]) -> bool:
        """A success at one of the places for which the strong model was called."""
        good = {(path, result.node or "") for result in results if result.code is Code.OK for path in result.targets}
        freed = bool(self._stuck & good)
        self._stuck -= good
        return freed and not self._stuck

    async def _switch(self, room: Room, cast: Cast, role: Role, why: str) -> bool:
        if self._switches >= room.settings.routing.max_switches:
            return False
        self._switches += 1
        return await self._take(room, cast, role, why)

    async def _take(self, room: Room, cast: Cast, role: Role, why: str) -> bool:
        try:
            if role:
                await cast.provider("strong")
            await cast.take(room, role, why)
        except UsageError as error:
            cast.pinned = True
            room.journal.emit(NoticeGiven(f"No model is chosen by role from now on: {error}", "warning"))
            return False
        return True


def can_edit(call: CallPart) -> bool:
    from flux_tui.tools.registry import tools

    tool = tools().get(call.tool)
    return tool is not None and tool.kind in ("edit", "command")


def _planned(results: tuple[ResultPart, ...]) -> bool:
    """A plan was given, or the work has begun without one."""
    from flux_tui.tools.registry import tools

    kinds = {tools()[result.tool].kind for result in results if result.tool in tools() and result.code is Code.OK}
    return bool(kinds & {"plan", "edit"})


async def _open(room: Room, places: set[tuple[str, str]]) -> None:
    """What was closed to the weaker model is open to the stronger one, and to nobody after it."""
    named = ", ".join(f"{node} in {path}" if node else path for path, node in sorted(places))
    vendor = {"flux": RESET, "places": [list(place) for place in sorted(places)]}
    part = TextPart(TAKES_OVER.format(places=named), vendor)
    await room.journal.commit([Message("user", (part,))])
