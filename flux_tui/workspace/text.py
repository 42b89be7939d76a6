"""Bytes as lines and back, without loss: encoding, byte order mark and each line's own ending are remembered.

Lines end at LF or CR LF and nowhere else. What does not round-trip is never decoded, so it is never rewritten.
"""

import codecs
import re
from dataclasses import dataclass
from itertools import chain

from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Refusal

MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
BINARY_STARTS = (b"%PDF-", b"\x1f\x8b", b"PK\x03\x04", b"\x89PNG", b"\x7fELF")
DECLARED = (
    re.compile(rb"""\A(?:[^\n]*\n)?[ \t\f]*(?:#|//|/\*|;|--|%|"|<!--)[^\n]*?coding[:=][ \t]*([-\w.]+)"""),
    re.compile(rb"""\A\s*<\?xml[^>]*encoding=["']([-\w.]+)"""),
    re.compile(rb"""\A\s*<[^\0]*?<meta[^>]*charset=["']?([-\w.]+)""", re.IGNORECASE),
    re.compile(rb"""\A@charset "([-\w.]+)"""),
)
"""A comment in the first two lines, an XML or HTML head, a style sheet's first words."""
NOT_FOR_TEXT = ("utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem")
SHOWN_BYTE = re.compile("[\udc80-\udcff]")
HEAD = 8192
CONTROLS = bytes(set(range(32)) - {7, 8, 9, 10, 12, 13, 27})


@dataclass(frozen=True, slots=True)
class Text:
    """The lines of a file. `lines` and `endings` run in parallel; only the last ending may be empty."""

    lines: tuple[str, ...]
    endings: tuple[str, ...]
    encoding: str = "utf-8"
    bom: bytes = b""
    damaged: bool = False
    """Some bytes are not in the encoding: they ride along as surrogates, and new text must be ASCII."""

    @property
    def view(self) -> str:
        """The whole as one string with LF ends."""
        if not self.lines:
            return ""
        return "\n".join(self.lines) + ("\n" if self.endings[-1] else "")

    @property
    def ending(self) -> str:
        """The ending that most lines have; LF where there is none."""
        return majority(self.endings)

    def encode(self, text: str) -> bytes:
        """A part of the file's text as the file's bytes, without the mark. Raises UnicodeEncodeError."""
        return text.encode(self.encoding, "surrogateescape" if self.damaged else "strict")

    def data(self) -> bytes:
        """The bytes this was decoded from."""
        return self.bom + self.encode(joined(self.lines, self.endings))


def majority(endings: tuple[str, ...]) -> str:
    crlf = endings.count("\r\n")
    return "\r\n" if crlf > endings.count("\n") else "\n"


def joined(lines: tuple[str, ...], endings: tuple[str, ...]) -> str:
    return "".join(chain.from_iterable(zip(lines, endings, strict=True)))


def split(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Lines without ends, and their ends. "" has no line; a text without final newline has a last ending of ""."""
    parts = text.split("\n")
    open_end = parts.pop()
    if "\r" not in text:
        lines, endings = parts, ["\n"] * len(parts)
    else:
        endings = ["\r\n" if part.endswith("\r") else "\n" for part in parts]
        lines = [part[:-1] if part.endswith("\r") else part for part in parts]
    if open_end:
        lines.append(open_end)
        endings.append("")
    return tuple(lines), tuple(endings)


def lf(text: str) -> str:
    """The model's text as Flux matches it: no byte order mark, LF ends."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def shown(line: str) -> str:
    """A line as it is printed: undecodable bytes as \\xNN. Otherwise raw."""
    if line.isascii():
        return line
    return SHOWN_BYTE.sub(lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", line)


def decode(data: bytes, path: str = "") -> Text:
    """Refusal: BINARY_FILE, UNSUPPORTED_ENCODING (a marked file that is not what its mark says)."""
    for bom, encoding in MARKS:
        if data.startswith(bom):
            return _marked(data, bom, encoding, path)
    if is_binary(data):
        raise Refusal(Code.BINARY_FILE, f"BINARY_FILE: {path} is no text ({len(data):,} bytes). Nothing was done.")
    encoding, text, damaged = _guess(data)
    lines, endings = split(text)
    return Text(lines, endings, encoding, b"", damaged)


def is_binary(data: bytes) -> bool:
    """Without a byte order mark: a NUL or many control bytes at the start, or a known signature."""
    head = data[:HEAD]
    if b"\0" in head or head.startswith(BINARY_STARTS):
        return True
    return len(head) - len(head.translate(None, CONTROLS)) > len(head) // 10


def _marked(data: bytes, bom: bytes, encoding: str, path: str) -> Text:
    body = data[len(bom) :]
    text = _round_trip(body, encoding)
    if text is None and encoding == "utf-8":
        lines, endings = split(body.decode("utf-8", "surrogateescape"))
        return Text(lines, endings, encoding, bom, damaged=True)
    if text is None:
        raise Refusal(
            Code.UNSUPPORTED_ENCODING,
            f"UNSUPPORTED_ENCODING: {path} is marked as {encoding} but holds bytes that are none. Nothing was done.",
        )
    lines, endings = split(text)
    return Text(lines, endings, encoding, bom)


def _guess(data: bytes) -> tuple[str, str, bool]:
    """(encoding, text, damaged). UTF-8 wins; plain ASCII takes what the file declares, since new text must fit it."""
    declared = _declared(data)
    if not data.isascii() or declared is None:
        try:
            return "utf-8", data.decode(), False
        except UnicodeDecodeError:
            pass
    if declared is not None:
        text = _round_trip(data, declared)
        if text is not None:
            return declared, text, False
    return "utf-8", data.decode("utf-8", "surrogateescape"), True


def _declared(data: bytes) -> str | None:
    found = next((match for pattern in DECLARED if (match := pattern.match(data[:1024]))), None)
    if found is None:
        return None
    name = found[1].decode("ascii", "replace").lower()
    try:
        info = codecs.lookup(name)
    except LookupError:
        return None
    unfit = info.name in NOT_FOR_TEXT or info.name.startswith(("utf-16", "utf-32"))
    return None if unfit or not info._is_text_encoding else info.name


def _round_trip(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
        return text if text.encode(encoding) == data else None
    except UnicodeError:
        return None
