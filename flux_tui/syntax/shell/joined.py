"""Joining lines that end in a backslash, exactly where bash joins them, so that the grammar can't see other words."""

import re

_PIECE = re.compile(
    r"""
    (?P<join>\\\n)
    | (?P<kept>\\. | '[^']*' | \$'(?:[^'\\]|\\.)*' | [^\\'"$`<\#]+ | (?<=[^ \t\n;&|()])\#)
    | (?P<comment>(?<![^ \t\n;&|()])\#[^\n]*)
    | (?P<double>"(?:[^"\\`$]|\\.|\$(?!\())*")
    | (?P<dollar>\$(?![('"]) | <(?![<]))
    """,
    re.VERBOSE | re.DOTALL,
)


def joined(text: str) -> str | None:
    """The text without its continuations; None where it can't be said surely which of them bash takes for such."""
    if "\\\n" not in text:
        return text
    out: list[str] = []
    at = 0
    while at < len(text):
        found = _PIECE.match(text, at)
        if found is None or (found["comment"] or "").endswith("\\"):
            return None
        at = found.end()
        if found["double"]:
            out.append(re.sub(r"\\(.)", lambda pair: "" if pair[1] == "\n" else pair[0], found[0], flags=re.DOTALL))
        elif not found["join"]:
            out.append(found[0])
    return "".join(out)
