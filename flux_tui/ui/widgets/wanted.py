"""The message by which any widget asks for an action of the key registry."""

from textual.message import Message


class Wanted(Message):
    """Posted when a key or click in a widget means an action that is not the widget's own."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
