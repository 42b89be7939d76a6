"""Keys taken out of text on its way to a log, an export, a debug dump or a crash report. The transcript keeps them."""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

SHORTEST = 8
"""Shorter values would take ordinary words out of the text."""
GONE = "[redacted]"

_KEY_NAME = re.compile(r"(?i)(?:^|_)(?:api_?key|key|token|secret|passwd|password|credentials?|pat)(?:$|_)")
_KEYS = re.compile(
    r"\b(?:sk-ant-|sk-|ghp_|gho_|ghu_|ghs_|github_pat_|glpat-|xox[abprs]-|npm_|pypi-)[A-Za-z0-9_\-]{8,}"
    r"|\bAKIA[A-Z0-9]{12,}"
    r"|\bAIza[A-Za-z0-9_\-]{20,}"
    r"|\beyJ[A-Za-z0-9_\-]{6,}\.[A-Za-z0-9_\-]{6,}\.[A-Za-z0-9_\-]*"
)
_PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
_HEADER = re.compile(r"(?im)(\b(?:authorization|proxy-authorization|x-api-key|api-key)\b[\"']?\s*[:=]\s*)[^\r\n]+")
_URL = re.compile(r"(?i)(\b[a-z][a-z0-9+.\-]*://[^\s/:@]*:)[^\s/@]+(@)")


def keys_in(env: Mapping[str, str], names: Iterable[str] = ()) -> tuple[str, ...]:
    """The values of variables that by their names hold keys, and of those in `names`."""
    wanted = set(names)
    return tuple(
        value for name, value in env.items() if len(value) >= SHORTEST and (name in wanted or _KEY_NAME.search(name))
    )


def redact(text: str, keys: Iterable[str] = ()) -> str:
    """The text without the given keys, in any of their usual encodings, and without what looks like one."""
    for form in sorted({form for key in keys for form in _forms(key)}, key=len, reverse=True):
        text = text.replace(form, GONE)
    text = _PEM.sub(GONE, text)
    text = _HEADER.sub(rf"\1{GONE}", text)
    text = _URL.sub(rf"\1{GONE}\2", text)
    return _KEYS.sub(GONE, text)


def _forms(key: str) -> Iterator[str]:
    if len(key) < SHORTEST:
        return
    yield key
    yield quote(key, safe="")
    yield quote(key)
    data = key.encode()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        # Inside a longer text the key may start at any of three places of the four-character rhythm; what is left
        # after the characters that depend on its neighbours is the same in each.
        for shift in range(3):
            whole = encode(b"\0" * shift + data).decode().rstrip("=")
            inner = whole[(0, 2, 3)[shift] : len(whole) - (1 if (shift + len(data)) % 3 else 0)]
            if len(inner) >= SHORTEST:
                yield inner
