"""The provider's own key never comes back in what the model says, however the pieces of a stream are cut."""

from collections.abc import Iterable, Iterator

from flux_tui.protocol.stream import StreamItem, TextDelta, ThinkingDelta
from flux_tui.safety.redaction import GONE, SHORTEST


class Veil:
    """For one stream. What may be the beginning of a key is held back until more is known."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = tuple(key for key in keys if len(key) >= SHORTEST)
        self._held = ""
        self._kind: type[TextDelta | ThinkingDelta] = TextDelta

    def clean(self, text: str) -> str:
        """The whole text without the keys; the same object if there were none."""
        for key in self._keys:
            if key in text:
                text = text.replace(key, GONE)
        return text

    def shown(self, item: StreamItem) -> Iterator[StreamItem]:
        """The item as it may be seen, after what was held back before it."""
        if not self._keys or not isinstance(item, (TextDelta, ThinkingDelta)):
            yield item
            return
        if self._held and not isinstance(item, self._kind):
            yield from self.rest()
        self._kind = type(item)
        text = self.clean(self._held + item.text)
        kept = max(map(_beginning, self._keys, (text,) * len(self._keys)))
        self._held, text = text[len(text) - kept :], text[: len(text) - kept]
        if text:
            yield item if text == item.text else self._kind(text)

    def rest(self) -> Iterator[StreamItem]:
        """What was held back and is no key after all."""
        held, self._held = self._held, ""
        if held:
            yield self._kind(held)


def _beginning(key: str, text: str) -> int:
    """How many characters at the end of the text are the beginning of the key."""
    tail = text[-len(key) + 1 :]
    at = tail.find(key[0])
    while at >= 0:
        if key.startswith(tail[at:]):
            return len(tail) - at
        at = tail.find(key[0], at + 1)
    return 0
