"""Thinking that a server leaves in the text, between `<think>` and `</think>` at its very beginning."""

OPEN, CLOSE = "<think>", "</think>"


class ThinkTags:
    """Feed it text as it comes; a tag may be split anywhere."""

    def __init__(self) -> None:
        self._state = "start"
        self._held = ""

    def feed(self, text: str) -> list[tuple[str, str]]:
        """("thinking" | "text", piece) in order; what may be the beginning of a tag is held back."""
        if self._state == "text":
            return [("text", text)]
        self._held += text
        if self._state == "start":
            begun = self._held.lstrip()
            if OPEN.startswith(begun[: len(OPEN)]) and len(begun) < len(OPEN):
                return []
            if not begun.startswith(OPEN):
                return self._all_text()
            self._state, self._held = "thinking", begun[len(OPEN) :]
        return self._thinking()

    def _all_text(self) -> list[tuple[str, str]]:
        self._state, held, self._held = "text", self._held, ""
        return [("text", held)] if held else []

    def _thinking(self) -> list[tuple[str, str]]:
        thought, closed, after = self._held.partition(CLOSE)
        if closed:
            self._held = after.lstrip("\n")
            pieces = [("thinking", thought)] if thought else []
            return pieces + self._all_text()
        keep = next((n for n in range(len(CLOSE) - 1, 0, -1) if self._held.endswith(CLOSE[:n])), 0)
        thought, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return [("thinking", thought)] if thought else []

    def rest(self) -> list[tuple[str, str]]:
        """What was still held back at the end."""
        held, self._held = self._held, ""
        if not held:
            return []
        return [("thinking" if self._state == "thinking" else "text", held)]
