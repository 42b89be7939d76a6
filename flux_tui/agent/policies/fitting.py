"""A conversation that nears the model's window, or the size at which it gets dearer, is shortened before it is sent."""

from flux_tui.agent.context import PER_TOKEN, PREFIX, ceiling
from flux_tui.agent.fitting import WHY_FULL, characters, make_room
from flux_tui.agent.room import Room
from flux_tui.agent.turn import Policy, Stop, Turn

AIM = 0.6
"""Of the threshold: so that the next requests find room, and the cache a beginning that stays."""


class Fitting(Policy):
    """Asked before a request, when every call has its result: an exchange is never torn."""

    async def before_request(self, room: Room, turn: Turn) -> Stop | None:
        bound = ceiling(room)
        if bound is None or PREFIX + characters(room.conversation.messages) / PER_TOKEN <= bound.tokens:
            return None
        most = max(1, round((AIM * bound.tokens - PREFIX) * PER_TOKEN))
        why = WHY_FULL if bound.hard else f"The conversation neared {bound.why}."
        await make_room(room, most, why, thorough=bound.hard)
        return None
