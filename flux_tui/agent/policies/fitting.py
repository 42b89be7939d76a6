"""A conversation that outgrew the model's window, or came to a smaller one, is shortened before it is sent."""

from flux_tui.agent.fitting import characters, make_room
from flux_tui.agent.room import Room
from flux_tui.agent.turn import Policy, Stop, Turn

PER_TOKEN = 3.5
"""Characters of code in a token, on the safe side. A server that counts otherwise says so, and room is made then."""
FULL = 0.9
"""Of the window."""
PREFIX = 3_500
"""Most tokens of the system prompt and the tools."""


class Fitting(Policy):
    async def before_request(self, room: Room, turn: Turn) -> Stop | None:
        window = room.totals.window
        if window is not None and PREFIX + characters(room.conversation.messages) / PER_TOKEN > FULL * window:
            await make_room(room)
        return None
