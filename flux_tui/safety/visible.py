"""Foreign text made harmless and honest for a screen: nothing invisible stays invisible, no escape stays an escape.

Every string from a model, a file or a command passes here before it reaches a terminal, a log or an export.
"""

import re

_EMOJI = "©®\u203c-\u3299\U0001f000-\U0001faff"

_INVISIBLE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and newline, DEL, C1
    "\u00ad\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, separators, bidi
    "\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff"  # lone surrogates: bytes that were no text
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # tags, variation selectors
)

_HIDDEN = re.compile(
    f"[{_INVISIBLE}]"
    # A presentation selector is part of an emoji; anywhere else it is a hidden character in a word.
    f"|(?<![{_EMOJI}0-9#*])[\ufe0e\ufe0f]"
    "|(?<=[0-9#*])[\ufe0e\ufe0f](?!\u20e3)"
)

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC, DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]"
)

_OVERWRITTEN = re.compile(r"[^\n\r]*\r+(?=[^\n\r])")


def visible(text: str) -> str:
    """The text with every invisible or controlling character but tab and newline shown as `⟨U+202E⟩`."""
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub(_shown, text) if _HIDDEN.search(text) else text


def hides(text: str) -> bool:
    """Whether a reader would see something else than what is there."""
    return _HIDDEN.search(text) is not None


def printed(text: str) -> str:
    """What a command printed, as a terminal without colours would show it: escapes dropped, carriage returns obeyed.

    The result still has to pass `visible()` on its way to a screen.
    """
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    if "\r" in text:
        text = _OVERWRITTEN.sub("", re.sub(r"\r+\n", "\n", text)).rstrip("\r")
    return text


def _shown(match: re.Match[str]) -> str:
    return f"⟨U+{ord(match[0]):04X}⟩"
