"""Widgets whose message loop outlives an error in a handler. Textual would end that loop, and with it the widget."""

from contextlib import AbstractContextManager, nullcontext

from textual.message import Message
from textual.message_pump import MessagePump


class Steady(MessagePump):
    """Mixed in before the widget's own base class. Takes the app's guard; without one errors go on as ever."""

    async def _dispatch_message(self, message: Message) -> None:
        guard: AbstractContextManager[object] = getattr(self.app, "guard", None) or nullcontext()
        with guard:
            await super()._dispatch_message(message)
