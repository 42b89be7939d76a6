"""Words in every place at which a command could start, whatever the grammar says: only to find what is denied.

It errs to the side of finding: what is understood is judged by the grammar, this is for what is not.
"""

import re
import unicodedata
from collections.abc import Iterator

_BREAKS = re.compile(r"[;&|<>(){}\n\r`$]+")
_EXPANSION = re.compile(r"\$\{[^{}]*\}|\$[A-Za-z_][A-Za-z0-9_]*|\$[@*#?!0-9-]|\$\([^()]*\)|`[^`]*`")
_QUOTES = re.compile(r"[\"'\\]")
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]"
)
_REDIRECT = re.compile(r"[0-9]*(?:&>>?|>[>|&]?|<(?![<(]))[ \t]*[^\s;&|<>()]+")
_DEFAULT = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*:?[-=+]([^{}]*)\}")
_BRACES = re.compile(r"\{([^{} ]*,[^{} ]*)\}")
_OCTAL = re.compile(r"\\x([0-9a-fA-F]{1,2})|\\([0-7]{3})")
Texts = tuple[str, ...]


def starts(command: str, width: int) -> Iterator[Texts]:
    """Every place at which a command could start, at most `width` words of each, the program by its base name."""
    for text in _spellings(command.replace("\\\n", "")):
        for piece in _BREAKS.split(text):
            words = tuple(piece.split())
            for index in range(len(words)):
                yield (base(words[index]), *words[index + 1 : index + width])


def _first(group: re.Match[str]) -> str:
    return group[1].split(",")[0]


def _second(group: re.Match[str]) -> str:
    return group[1].split(",")[1]


def base(word: str) -> str:
    return word.rpartition("/")[2] or word


def _spellings(text: str) -> set[str]:
    """The text with quotes, expansions, braces and hidden characters taken away in different ways."""
    if len(text) < 100_000:
        text = unicodedata.normalize("NFKC", text)
    found = {_QUOTES.sub("", text), _QUOTES.sub(" ", text)}
    if ">" in text or "<" in text:
        found.add(_QUOTES.sub("", _REDIRECT.sub(" ", text)))
    if "$" in text or "`" in text:
        found.add(_QUOTES.sub("", _EXPANSION.sub("", text)))
    if "$'" in text:
        plain = _OCTAL.sub(lambda one: chr(int(one[1], 16) if one[1] else int(one[2], 8) & 0xFF), text)
        found.add(_QUOTES.sub("", plain.replace("$'", "'")))
    if "${" in text:
        found.add(_QUOTES.sub("", _DEFAULT.sub(r"\1", text)))
    if "{" in text:
        found |= {_QUOTES.sub("", _BRACES.sub(pick, text)) for pick in (_first, _second)}
        found.add(_QUOTES.sub("", re.sub(r"[{},]", " ", text)))
    if _HIDDEN.search(text):
        found |= {_QUOTES.sub("", _HIDDEN.sub(new, text)) for new in ("", " ", ";")}
    return found
