"""Takes off what a model wraps around copied text: fences, line numbers, entities, escapes. Both texts alike.

A replacement that is wrapped only in part is never guessed at.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

FENCE = re.compile(r"^\s*(```|~~~)[^`\n]*$")
NUMBERS = tuple(
    re.compile(pattern)
    for pattern in (
        r" *(\d+)\|",
        r" *(\d+)\|(?: |$)",
        r" *(\d+) \|(?: |$)",
        r" *(\d+)\t",
        r" *(\d+)→",
        r" *[Ll]?(\d+): ?",
        r" *(\d+)-",
    )
)
ENTITIES = {
    "lt": "<",
    "gt": ">",
    "amp": "&",
    "quot": '"',
    "#34": '"',
    "#x22": '"',
    "apos": "'",
    "#39": "'",
    "#x27": "'",
}
ENTITY = re.compile(r"&(lt|gt|amp|quot|#34|#x22|apos|#39|#x27);", re.IGNORECASE)
JSON_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt])|u([0-9a-fA-F]{4}))|\\|"')
JSON_CHARS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Pair:
    """Both texts under one unwrapping."""

    search: str
    replacement: str | None
    """None: wrapped in part."""
    note: str = ""
    first: int | None = None
    """The number that the search's first line carried."""


def pairs(search: str, replacement: str) -> Iterator[Pair]:
    """Every unwrapping that applies to the search, the bare texts first."""
    yield Pair(search, replacement)
    fenced = _fence(search, replacement)
    if fenced:
        yield fenced
    yield from _numbers(search, replacement, "line numbers")
    if fenced and fenced.replacement is not None:
        yield from _numbers(fenced.search, fenced.replacement, "fence and line numbers")
    for unwrap in (_entities, _json, _quotes):
        found = unwrap(search, replacement)
        if found:
            yield found


def _fence(search: str, replacement: str) -> Pair | None:
    inner = _inside(search)
    if inner is None:
        return None
    inside = _inside(replacement)
    if inside is None and any(FENCE.match(line) for line in replacement.strip("\n").split("\n")):
        return Pair(inner, None, "without the fence")
    if inside is not None and _inside(inner) is not None and _inside(inside) is None:
        return Pair(inner, None, "without the fence")  # its fence may be the file's own
    return Pair(inner, replacement if inside is None else inside, "without the fence")


def _inside(text: str) -> str | None:
    lines = text.strip("\n").split("\n")
    if len(lines) < 2 or not FENCE.match(lines[0]) or lines[-1].strip() not in ("```", "~~~"):
        return None
    return "\n".join(lines[1:-1])


def _numbers(search: str, replacement: str, what: str) -> Iterator[Pair]:
    lines = search.strip("\n").split("\n")
    new = replacement.strip("\n").split("\n") if replacement.strip("\n") else []
    for style in NUMBERS:
        found = [style.match(line) for line in lines]
        numbers = [int(match[1]) for match in found if match]
        if len(numbers) < len(lines) or numbers != list(range(numbers[0], numbers[0] + len(lines))):
            continue
        bare = "\n".join(line[match.end() :] for line, match in zip(lines, found, strict=True) if match)
        yield Pair(bare, _without_numbers(new, style, replacement), f"without {what}", numbers[0])


def _without_numbers(lines: list[str], style: re.Pattern[str], whole: str) -> str | None:
    found = [match for line in lines if (match := style.match(line))]
    if not found:
        return whole
    numbers = [int(match[1]) for match in found]
    if len(found) < len(lines) or numbers != sorted(numbers):
        return None
    return "\n".join(line[match.end() :] for line, match in zip(lines, found, strict=True))


def _entities(search: str, replacement: str) -> Pair | None:
    return _escapes(search, replacement, ENTITY, lambda found: ENTITIES[found[1].lower()], "with HTML entities decoded")


def _quotes(search: str, replacement: str) -> Pair | None:
    escaped = re.compile(r"""\\(["'])""")
    return _escapes(search, replacement, escaped, lambda found: found[1], "with quotes unescaped")


def _escapes(
    search: str, replacement: str, pattern: re.Pattern[str], plain: Callable[[re.Match[str]], str], note: str
) -> Pair | None:
    """One kind of escape. Characters that the search has escaped must be escaped everywhere in it, and in the other."""
    wrapped = {plain(match) for match in pattern.finditer(search)}
    bare = pattern.sub("", search)
    if not wrapped or any(char in bare for char in wrapped):
        return None
    inside = {plain(match) for match in pattern.finditer(replacement)}
    outside = pattern.sub("", replacement)
    result: str | None = replacement
    if "\\n" in outside and "\\n" not in bare and "\n" not in replacement.strip("\n"):
        result = None
    elif inside:
        mixed = any(char in outside for char in wrapped | inside) or any(char in bare for char in inside)
        result = None if mixed else pattern.sub(plain, replacement)
    return Pair(pattern.sub(plain, search), result, note)


def _json(search: str, replacement: str) -> Pair | None:
    """One level of JSON string encoding, only if the search has `\\n` but no newline."""
    if "\n" in search.strip("\n") or "\\n" not in search:
        return None
    bare = _decoded(search.strip("\n"))
    if bare is None:
        return None
    if "\\" not in replacement:
        return Pair(bare, replacement, "with JSON escapes decoded")
    mixed = '\\"' in search and re.search(r'(?<!\\)"', replacement[1:-1]) is not None
    new = None if mixed or "\n" in replacement.strip("\n") else _decoded(replacement.strip("\n"))
    return Pair(bare, new, "with JSON escapes decoded")


def _decoded(text: str) -> str | None:
    """None where it is no JSON string's inside: a lone backslash, or quotes escaped here and bare there."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    kinds = {match[0] for match in JSON_ESCAPE.finditer(text)}
    if "\\" in kinds or {'"', '\\"'} <= kinds:
        return None
    decoded = JSON_ESCAPE.sub(_json_char, text)
    try:
        return decoded.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        return None


def _json_char(found: re.Match[str]) -> str:
    if found[2]:
        return chr(int(found[2], 16))
    return JSON_CHARS.get(found[1] or "", found[1] or found[0])
