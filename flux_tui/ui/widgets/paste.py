"""Long pastes as chips: `[pasted 120 lines]` stands in the draft, the text waits beside it."""

import re

FOLD_LINES = 20
FOLD_CHARACTERS = 4096
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_CHIP = re.compile(r"\[pasted [^\[\]\n]{1,40}\]")


class Pastes:
    """The texts behind the chips of one draft."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def take(self, text: str) -> str:
        """What to put into the draft for a pasted text: itself, or a chip when it is long."""
        clean = cleaned(text)
        lines = clean.count("\n") + 1
        if lines <= FOLD_LINES and len(clean) <= FOLD_CHARACTERS:
            return clean
        size = f"{lines} lines" if lines > 1 else f"{len(clean)} characters"
        chip, number = f"[pasted {size}]", 1
        while chip in self._texts:
            number += 1
            chip = f"[pasted {size} #{number}]"
        self._texts[chip] = clean
        return chip

    def unfold(self, draft: str) -> str:
        """The draft with every chip replaced by its text."""
        if not self._texts:
            return draft
        return _CHIP.sub(lambda chip: self._texts.get(chip[0], chip[0]), draft)

    def chip_before(self, line: str, column: int) -> str:
        """The chip that ends right before `column`, or an empty string: one backspace takes it as a whole."""
        return next((chip for chip in self._texts if line[:column].endswith(chip)), "")

    def clear(self) -> None:
        self._texts.clear()


def cleaned(text: str) -> str:
    """Line ends as LF; control characters, which a text field would draw raw, gone."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
