"""Text that is not what it looks like: it asks under any rule, for what is shown must be what runs."""

import re

from flux_tui.safety.visible import hides

_BLANKS = re.compile(r"(?<!\n)[ \t]{16,}(?!\n|$)|[ \t]{60,}|\n[ \t\n]*\n[ \t\n]*\n[ \t\n]*\n[ \t\n]*\n[ \t\n]*\n")
_ODD_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2800]")


def lie(command: str) -> str:
    """How the text deceives, as a clause; "" if it does not."""
    if hides(command):
        return "it holds invisible characters"
    if _ODD_BLANKS.search(command):
        return "it holds blanks that are none to the shell"
    if _BLANKS.search(command):
        return "a long run of blanks may hide a part of it"
    return ""
