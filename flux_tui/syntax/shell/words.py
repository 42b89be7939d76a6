"""One shell word read as bash reads it: quotes removed, what bash would fill in marked as unknown. Never guesses."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

UNKNOWN = "\0"
"""Stands in a word's text for what is only known when the command runs. No word of bash can hold it."""

Span = tuple[int, int]

_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}
_META = frozenset(" \t\n;&|()<>")
_STARTS_EXPANSION = re.compile(r"[A-Za-z0-9_?#$!@*{(\[\-]")
_PATTERN = re.compile(r"[*?]|\[.*\]", re.DOTALL)
_TILDE = re.compile(r"(?:^|[=:])~")
_RANGE = re.compile(r"(\d{1,6})\.\.(\d{1,6})")


class NotAWordError(ValueError):
    """The text is not one word of bash, or not one that is understood. The message is a clause."""


@dataclass(frozen=True, slots=True)
class Word:
    source: str
    """As it was written."""
    text: str
    """After quote removal; unknown parts are UNKNOWN."""
    bare: bool = False
    """Holds an unquoted expansion: it may become no word, or several."""
    glob: bool = False
    """Holds an unquoted pattern for file names."""
    tilde: bool = False
    braces: bool = False
    """Holds a brace expansion that was not worked out."""

    @property
    def literal(self) -> bool:
        """Whether the text is exactly what the program gets."""
        return not (UNKNOWN in self.text or self.glob or self.tilde or self.braces)


@dataclass(slots=True)
class Lexer:
    """Reads words of `text`, from `at` to `end`."""

    text: str
    opaque: Mapping[int, tuple[int, bool]]
    """Where expansions and substitutions start: (where they end, whether each is surely one number)."""
    at: int
    end: int

    def words(self) -> Iterator[Word]:
        """All words up to the end, with blanks between them. NotAWordError."""
        while self.at < self.end:
            if self.text[self.at] in " \t" and self.at not in self.opaque:
                self.at += 1
            else:
                yield from self.word()

    def word(self) -> tuple[Word, ...]:
        """The word at `at`, which moves behind it: several where braces were expanded. NotAWordError."""
        start = self.at
        out: list[str] = []
        quoted: list[bool] = []
        bare = False
        while self.at < self.end:
            if inside := self.opaque.get(self.at):
                self.at, number = inside
                piece, mark = UNKNOWN, True
                bare = bare or not number
            elif self.text[self.at] in _META:
                break
            else:
                piece, mark = self._piece()
            out.append(piece)
            quoted.extend([mark] * len(piece))
        if self.at == start:
            raise NotAWordError(f"{self.text[start : start + 1]!r} stands where a word should")
        return _expanded(_word(self.text[start : self.at], "".join(out), quoted, bare), quoted)

    def _piece(self) -> tuple[str, bool]:
        """The next piece and whether it is quoted."""
        char = self.text[self.at]
        match char:
            case "'":
                return self._until_quote(), True
            case '"':
                self.at += 1
                return self.double_quoted('"'), True
            case "\\":
                if self.at + 1 >= self.end:
                    raise NotAWordError("it ends in a backslash")
                self.at += 2
                return self.text[self.at - 1], True
            case "$" if self.text[self.at + 1 : self.at + 2] == "'":
                return self._ansi(), True
            case "$" | "`":
                return self._dollar(), True
            case _:
                self.at += 1
                return char, False

    def _until_quote(self) -> str:
        close = self.text.find("'", self.at + 1, self.end)
        if close < 0:
            raise NotAWordError("a quote is not closed")
        piece = self.text[self.at + 1 : close]
        self.at = close + 1
        return piece

    def _ansi(self) -> str:
        at = self.at + 2
        while at < self.end and self.text[at] != "'":
            at += 2 if self.text[at] == "\\" else 1
        if at >= self.end:
            raise NotAWordError("a quote is not closed")
        raw = self.text[self.at + 2 : at]
        self.at = at + 1
        return _decoded(raw)

    def _dollar(self) -> str:
        """A `$` or backquote that the grammar took for none of its expansions."""
        following = self.text[self.at + 1 : self.at + 2]
        if self.text[self.at] == "`" or following == '"' or _STARTS_EXPANSION.match(following):
            raise NotAWordError(f"{self.text[self.at : self.at + 2]!r} is not understood")
        self.at += 1
        return "$"

    def double_quoted(self, close: str) -> str:
        """What stands before `close` (with "": up to the end), where only `$`, backquote and backslash are special."""
        out: list[str] = []
        while self.at < self.end:
            if inside := self.opaque.get(self.at):
                self.at = inside[0]
                out.append(UNKNOWN)
                continue
            char = self.text[self.at]
            if char == close:
                self.at += 1
                return "".join(out)
            if char in "$`" and not (char == "$" and self.text[self.at + 1 : self.at + 2] in ('"', "'")):
                char = self._dollar()
                self.at -= 1
            elif char == "\\" and self.text[self.at + 1 : self.at + 2] in ('"', "\\", "$", "`"):
                self.at += 1
                char = self.text[self.at]
            out.append(char)
            self.at += 1
        if close:
            raise NotAWordError("a quote is not closed")
        return "".join(out)


def plain(text: str) -> Word:
    """A word that is what it says."""
    return Word(text, text)


def _expanded(word: Word, quoted: Sequence[bool]) -> tuple[Word, ...]:
    """The words of a simple brace expansion; the word itself where there is none, or none that is understood."""
    found = _group(word.text, quoted)
    if found is None or found[1] == 0:
        return (word,)
    first, last = found
    inner = word.text[first + 1 : last]
    if numbers := _RANGE.fullmatch(inner):
        items = [numbers[1], numbers[2]]
    elif ".." in inner or "{" in inner:
        return (word,)
    else:
        items = inner.split(",")
    texts = [word.text[:first] + item + word.text[last + 1 :] for item in items]
    marks = quoted[:first]
    rest = quoted[last + 1 :]
    return tuple(
        _word(word.source, text, [*marks, *[False] * (len(text) - len(marks) - len(rest)), *rest], word.bare)
        for text in texts
        if text
    )


def _word(source: str, text: str, quoted: Sequence[bool], bare: bool) -> Word:
    shown = "".join("q" if mark else char for char, mark in zip(text, quoted, strict=True))
    pattern = _PATTERN.search(shown) is not None
    tilde = _TILDE.search(shown) is not None
    return Word(source, text, bare, pattern, tilde, _group(text, quoted) is not None)


def _group(text: str, quoted: Sequence[bool]) -> Span | None:
    """Where the first brace expansion stands, as (open, close); (0, 0) if braces stand in a way not understood."""
    opens = [at for at in _bare_places(text, quoted, "{")]
    closes = [at for at in _bare_places(text, quoted, "}")]
    separators = [at for at in _bare_places(text, quoted, ",")]
    dots = [at for at in _bare_places(text, quoted, ".") if text[at : at + 2] == ".."]
    if not (opens and closes and any(opens[0] < at < closes[-1] for at in (*separators, *dots))):
        return None
    if len(opens) == len(closes) == 1 and all(not quoted[at] for at in range(opens[0], closes[0])):
        return opens[0], closes[0]
    return 0, 0


def _bare_places(text: str, quoted: Sequence[bool], char: str) -> Iterator[int]:
    return (at for at, one in enumerate(text) if one == char and not quoted[at])


def _decoded(raw: str) -> str:
    """The text of `$'…'`."""
    if re.search(r"\\c", raw):
        raise NotAWordError("`\\c` in $'…' is not understood")

    def one(found: re.Match[str]) -> str:
        for group in (1, 2, 3):
            if found[group]:
                return _character(int(found[group], 16))
        if found[4]:
            return _character(int(found[4], 8) & 0xFF)
        return _ESCAPES.get(found[5], found[5] if found[5] in "\\'\"?" else "\\" + found[5])

    return _ESCAPE.sub(one, raw)


def _character(number: int) -> str:
    if number == 0 or number > 0x10FFFF:
        raise NotAWordError("a NUL in $'…' is not understood")
    return chr(number)
