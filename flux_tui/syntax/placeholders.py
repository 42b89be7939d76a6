"""Finds lines that stand for code which was left out. Only lines that the file did not have before count."""

import re

ELLIPSIS = r"(?:\.{3}|…)"
WORDS = r"(?:existing|rest of|the rest|unchanged|remaining|omitted|same as before)"
THINGS = (
    r"(?:code|function|method|class|implementation|body|logic|file|imports?|fields|methods|functions|tests|lines|content"
    r"|section|unchanged|omitted|same|here|as is|as before)"
)
COMMENT = re.compile(r"""(?:^|\s)(?:#+|//+|/\*+|\*|<!--|--|;+|%|\{/\*|"{3}|'{3})[ \t([]*(?P<said>.*)$""")
LEADING = re.compile(rf"^[([\s]*{ELLIPSIS}.*\b{WORDS}\b", re.IGNORECASE)
BARE = re.compile(r"^[\w\s.,…#/*()\[\]-]*$")
"""Words only: no code of a doctest, no string."""
NAMED = re.compile(rf"^[([\s]*{WORDS}\b(?:.*\b{THINGS}\b.*{ELLIPSIS}|.*{ELLIPSIS}.*\b{THINGS}\b)", re.IGNORECASE)
PROSE = (".md", ".markdown", ".rst", ".txt", ".adoc")


def left_out(path: str, before: str, after: str) -> tuple[int, str] | None:
    """(1-based line, its text) of the first new line that is a placeholder."""
    prose = path.lower().endswith(PROSE)
    lines = enumerate(after.split("\n"), start=1)
    found = [(number, line.strip()) for number, line in lines if _stands_for_code(line, prose)]
    known = {line.strip() for line in before.split("\n")} if found else set()
    return next((place for place in found if place[1] not in known), None)


def _stands_for_code(line: str, prose: bool) -> bool:
    if "..." not in line and "…" not in line:
        return False
    if LEADING.match(line) and BARE.match(line):
        return True
    found = None if prose else COMMENT.search(line)
    return found is not None and bool(LEADING.match(found["said"]) or NAMED.match(found["said"]))
