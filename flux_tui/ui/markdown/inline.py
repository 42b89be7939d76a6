"""Emphasis, code, links and breaks inside one block, by CommonMark's rules. What is no markup stays as it is typed."""

import html
import re
from dataclasses import dataclass
from unicodedata import category

from flux_tui.ui.wrap import clean

BOLD, ITALIC, CODE, LINK, STRIKE, ADDRESS = 1, 2, 4, 8, 16, 32
Look = int
"""Bits of the above."""
Run = tuple[str, Look]

WRAPPED = 60
"""Characters from which a line is taken to have been wrapped at a margin, as CommonMark takes every line."""

_SPECIAL = re.compile(r"[\\`*_~\[\]<&!\n]|https?://")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)>")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s<>`*\"\]]+")
_TARGET = re.compile(
    r"\(\s*(?:<([^<>\n]*)>|((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.){0,999}\)){0,999}))"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)"
)


@dataclass(slots=True)
class _Delimiter:
    index: int
    """Of its piece."""
    sign: str
    count: int
    length: int
    opens: bool
    closes: bool


@dataclass(slots=True)
class _Bracket:
    index: int
    delimiters: int
    """How many delimiters stood before it."""
    image: bool
    active: bool = True


def runs(text: str, *, unfinished: bool = False) -> list[Run]:
    """The text in pieces of one look. `unfinished`: what is open at the end lasts to the end, for text still coming."""
    if not _SPECIAL.search(text):
        return [(text, 0)]
    return _Inline(text, unfinished).parse()


class _Inline:
    def __init__(self, text: str, unfinished: bool) -> None:
        self.text = text
        self.unfinished = unfinished
        self.at = 0
        self.pieces: list[tuple[str, Look]] = []
        self.delimiters: list[_Delimiter] = []
        self.brackets: list[_Bracket] = []

    def parse(self) -> list[Run]:
        while found := _SPECIAL.search(self.text, self.at):
            if found.start() > self.at:
                self.add(self.text[self.at : found.start()])
            self.at = found.start()
            self.special(found[0])
        self.add(self.text[self.at :])
        self.emphasise(0)
        if self.unfinished:
            self.run_on()
        return [piece for piece in self.pieces if piece[0]]

    def add(self, text: str, look: Look = 0) -> None:
        self.pieces.append((text, look))

    def take(self, text: str, length: int, look: Look = 0) -> None:
        self.add(text, look)
        self.at += length

    def special(self, sign: str) -> None:
        match sign:
            case "\\":
                self.backslash()
            case "`":
                self.code()
            case "*" | "_" | "~":
                self.delimiter(sign)
            case "[" | "!":
                self.bracket(sign)
            case "]":
                self.link()
            case "<":
                self.angle()
            case "&":
                self.entity()
            case "\n":
                self.newline()
            case _:
                self.address()

    def backslash(self) -> None:
        found = _ESCAPE.match(self.text, self.at)
        if found:
            self.take(found[1], 2)
        elif self.text.startswith("\\\n", self.at):
            self.take("", 1)
        else:
            self.take("\\", 1)

    def code(self) -> None:
        size = len(self.text) - self.at - len(self.text[self.at :].lstrip("`"))
        fence = self.text[self.at : self.at + size]
        found = re.compile(rf"(?<!`){fence}(?!`)").search(self.text, self.at + size)
        if not found and not self.unfinished:
            self.take(fence, size)
            return
        end, after = found.span() if found else (len(self.text), len(self.text))
        inside = self.text[self.at + size : end].replace("\n", " ")
        if inside.strip(" ") and inside[0] == inside[-1] == " ":
            inside = inside[1:-1]
        self.take(inside, after - self.at, CODE)

    def delimiter(self, sign: str) -> None:
        start, end = self.at, self.at
        while end < len(self.text) and self.text[end] == sign:
            end += 1
        before = self.text[start - 1] if start else "\n"
        after = self.text[end] if end < len(self.text) else "\n"
        left = not after.isspace() and (not _punctuation(after) or before.isspace() or _punctuation(before))
        right = not before.isspace() and (not _punctuation(before) or after.isspace() or _punctuation(after))
        opens = left and (sign != "_" or not right or _punctuation(before))
        closes = right and (sign != "_" or not left or _punctuation(after))
        if (opens or closes) and (sign != "~" or end - start == 2):
            count = end - start
            self.delimiters.append(_Delimiter(len(self.pieces), sign, count, count, opens, closes))
        self.take(self.text[start:end], end - start)

    def emphasise(self, bottom: int) -> None:
        """Matches closing delimiters with the nearest opening ones above `bottom`, and forgets them all."""
        at = bottom
        floors: dict[tuple[str, bool, int], int] = {}
        """Below which no opener is left for a closer of that kind: keeps hostile text from costing its square."""
        while at < len(self.delimiters):
            closer = self.delimiters[at]
            kind = (closer.sign, closer.opens, closer.length % 3)
            opener = self.opener(at, floors.get(kind, bottom)) if closer.closes and closer.count else None
            if opener is None:
                if closer.closes and closer.count:
                    floors[kind] = at
                at += 1
                continue
            self.join(self.delimiters[opener], closer)
            for between in self.delimiters[opener + 1 : at]:
                between.opens = between.closes = False
        if not (bottom == 0 and self.unfinished):
            del self.delimiters[bottom:]

    def opener(self, at: int, bottom: int) -> int | None:
        closer = self.delimiters[at]
        for index in range(at - 1, bottom - 1, -1):
            other = self.delimiters[index]
            if other.sign != closer.sign or not other.opens or not other.count:
                continue
            odd = (other.closes or closer.opens) and (other.length + closer.length) % 3 == 0
            if odd and (other.length % 3 or closer.length % 3) and closer.sign != "~":
                continue
            return index
        return None

    def join(self, opener: _Delimiter, closer: _Delimiter) -> None:
        size = 2 if opener.count >= 2 and closer.count >= 2 else 1
        look = STRIKE if closer.sign == "~" else BOLD if size == 2 else ITALIC
        for one in (opener, closer):
            one.count -= size
            self.pieces[one.index] = (one.sign * one.count, self.pieces[one.index][1])
        self.mark(opener.index + 1, closer.index, look)

    def mark(self, first: int, last: int, look: Look) -> None:
        for index in range(first, last):
            text, old = self.pieces[index]
            self.pieces[index] = (text, old | look)

    def run_on(self) -> None:
        """Emphasis that was opened and not closed yet."""
        for one in self.delimiters:
            if one.opens and one.count >= 2 and one.sign != "_":
                self.pieces[one.index] = (one.sign * (one.count - 2), 0)
                self.mark(one.index + 1, len(self.pieces), STRIKE if one.sign == "~" else BOLD)

    def bracket(self, sign: str) -> None:
        if sign == "!" and not self.text.startswith("![", self.at):
            self.take("!", 1)
            return
        size = 2 if sign == "!" else 1
        self.brackets.append(_Bracket(len(self.pieces), len(self.delimiters), sign == "!"))
        self.take(self.text[self.at : self.at + size], size)

    def link(self) -> None:
        opener = self.brackets.pop() if self.brackets else None
        found = _TARGET.match(self.text, self.at + 1) if opener and opener.active else None
        if opener is None or found is None:
            self.take("]", 1)
            return
        self.emphasise(opener.delimiters)
        self.pieces[opener.index] = ("", 0)
        inside = "".join(text for text, _ in self.pieces[opener.index :])
        self.mark(opener.index + 1, len(self.pieces), LINK)
        target = _ESCAPE.sub(r"\1", found[1] if found[1] is not None else found[2])
        shown = "" if not target or target.startswith("#") or target in inside else f" ({target})"
        self.take(shown if inside else target, found.end() - self.at, ADDRESS)
        if not opener.image:
            for bracket in self.brackets:
                bracket.active = bracket.active and bracket.image

    def angle(self) -> None:
        if found := _AUTOLINK.match(self.text, self.at):
            self.take(found[1], found.end() - self.at, LINK)
        elif found := _BREAK.match(self.text, self.at):
            self.take("\n", found.end() - self.at)
        else:
            self.take("<", 1)

    def entity(self) -> None:
        found = _ENTITY.match(self.text, self.at)
        if not found:
            self.take("&", 1)
            return
        # An entity is one more way to smuggle in a character that hides.
        self.take(clean(html.unescape(found[0])).replace("\n", " "), found.end() - self.at)

    def newline(self) -> None:
        """Models break short lines on purpose; a long line before the break is text that somebody wrapped."""
        before = self.text[self.text.rfind("\n", 0, self.at) + 1 : self.at]
        hard = before.endswith(("  ", "\\"))
        if self.pieces and not self.pieces[-1][1] & CODE:
            text, look = self.pieces[-1]
            self.pieces[-1] = (text.rstrip(" "), look)
        self.take(" " if len(before) >= WRAPPED and not hard else "\n", 1)

    def address(self) -> None:
        found = _URL.match(self.text, self.at)
        if not found:
            self.take("http", 4)
            return
        url = found[0].rstrip(".,;:!?'")
        if url.endswith(")") and "(" not in url:
            url = url[:-1]
        self.take(url, len(url), LINK)


def _punctuation(character: str) -> bool:
    return category(character)[0] in "PS"
