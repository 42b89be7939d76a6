"""Typography made plain for comparison, and put back the way the file has it."""

import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher

from flux_tui.protocol.codes import Code
from flux_tui.workspace.miss import Miss

KINDS = (
    dict.fromkeys("“”„‟″＂", '"') | dict.fromkeys("‘’‚‛′＇", "'"),
    dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
    ),
)
"""Quotes, dashes, spaces."""
PLAIN = str.maketrans({char: plain for kind in KINDS for char, plain in kind.items()})


def fold(line: str) -> str:
    """Quotes, dashes and spaces as ASCII, letters composed; ASCII lines as they are."""
    return line if line.isascii() else unicodedata.normalize("NFC", line).translate(PLAIN)


class Typography:
    """What the search made of the file's characters, learnt from the lines that matched, and the way back.

    A search that wrote one kind of typography where the file has ASCII did so in the new text as well.
    """

    def __init__(self, search: Sequence[str], file: Sequence[str]) -> None:
        self._file_of: dict[str, set[str]] = {}
        self._decomposed = False
        self._composed = False
        self._unclear = False
        for sent, kept in zip(search, file, strict=True):
            whole = len(sent.rstrip()) == len(kept.rstrip())
            self._learn(*((sent.rstrip(), kept.rstrip()) if whole else (sent.strip(), kept.strip())))
        distorted = {char: kept for char, kept in self._file_of.items() if kept != {char}}
        self._options = distorted.copy()
        for kind in KINDS:
            if any(char in kind and kept == {kind[char]} for char, kept in distorted.items()):
                self._options |= {char: {plain} for char, plain in kind.items() if char not in self._file_of}
        self._flat_indent = any(_odd(sent) and not _odd(kept) for sent, kept in zip(search, file, strict=True))

    def restore(self, line: str, like: str | None, kept: str | None) -> str:
        """A new line with the distorted characters as the file has them.

        `like`, `kept`: the line it replaces, as sent and as in the file; what the two new lines share is the file's.
        Raises Miss where one character stands for several.
        """
        if line.isascii() and not self._options.keys() & set(line):
            return line
        if self._unclear or (self._composed and self._decomposed):
            raise _unclear(line)
        if like is None or kept is None or len(like) != len(kept) or self._decomposed:
            return self._mapped(line)
        matcher = SequenceMatcher(None, like, line, autojunk=False)
        return "".join(
            kept[i:j] if tag == "equal" else self._mapped(line[k:n]) for tag, i, j, k, n in matcher.get_opcodes()
        )

    def indent(self, blanks: str) -> str:
        """The blanks before a new line, plain if the search's were odd where the file's are plain."""
        return blanks.translate(PLAIN) if self._flat_indent else blanks

    def _learn(self, sent: str, kept: str) -> None:
        if len(sent) == len(kept):
            for char, own in zip(sent, kept, strict=True):
                if not (char == own and char.isalnum()):
                    self._file_of.setdefault(char, set()).add(own)
        elif unicodedata.normalize("NFD", sent).translate(PLAIN) == kept.translate(PLAIN):
            self._decomposed = True
        elif unicodedata.normalize("NFC", sent).translate(PLAIN) == kept.translate(PLAIN):
            self._composed = True
        else:
            self._unclear = True

    def _mapped(self, piece: str) -> str:
        chars: list[str] = []
        for char in piece:
            options = self._options.get(char, {char})
            if char in options and char.isascii():
                options = {char}
            if len(options) > 1:
                raise _unclear(piece)
            chars += options
        text = "".join(chars)
        if self._composed:
            return unicodedata.normalize("NFC", text)
        return unicodedata.normalize("NFD", text) if self._decomposed else text


def _odd(line: str) -> bool:
    """Its indentation holds a blank that is none of ASCII's."""
    return not line[: len(line) - len(line.lstrip())].isascii()


def _unclear(line: str) -> Miss:
    return Miss(
        Code.SEARCH_TEXT_NOT_FOUND,
        f"the search differs from the file in typography, and for the new text {line.strip()!r} it is not clear which "
        "characters are meant. Copy the file's own quotes, dashes and spaces.",
    )
