"""No key survives, in none of its usual encodings, and ordinary text does."""

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_tui.safety.redaction import GONE, redact

KEY = "canary/key+with=signs&0123456789"


@pytest.mark.parametrize(
    "text",
    [
        "sk-ant-REDACTED",
        "sk-proj-abcdefgh12345678",
        "ghp_abcdefgh12345678",
        "github_pat_abcdefgh12345678",
        "xoxb-abcdefgh-12345678",
        "AKIAIOSFODNN7EXAMPLE",
        "AIzaSyA1234567890abcdefghij",
        "eyJhbGciOi.eyJzdWIiOiIx.c2lnbmF0dXJl",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMIIabc and then the file was cut",
    ],
)
def test_what_looks_like_a_key_goes(text: str) -> None:
    assert redact(f"before {text}") == f"before {GONE}"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Authorization: Bearer abc\nnext", f"Authorization: {GONE}\nnext"),
        ("x-api-key: abc", f"x-api-key: {GONE}"),
        ("https://me:secret@host/x", f"https://me:{GONE}@host/x"),
        ("postgres://u:p%40ss@db", f"postgres://u:{GONE}@db"),
    ],
)
def test_headers_and_passwords_go_and_the_rest_stays(text: str, left: str) -> None:
    assert redact(text) == left


@pytest.mark.parametrize(
    "text", ["", "a task-list", "risk-free", "https://host:8080/a@b", "-----BEGIN CERTIFICATE-----", "eyJ"]
)
def test_ordinary_text_stays(text: str) -> None:
    assert redact(text, ("short",)) == text


@given(st.binary(max_size=7), st.binary(max_size=7))
def test_a_known_key_goes_wherever_it_is_encoded(before: bytes, after: bytes) -> None:
    whole = before + KEY.encode() + after
    for encoded in (base64.b64encode(whole), base64.urlsafe_b64encode(whole)):
        left = redact(encoded.decode(), (KEY,))
        assert GONE in left
        assert len(left.replace(GONE, "")) <= 4 * (len(before) + len(after) + 6)
    for text in (KEY, quote(KEY), quote(KEY, safe="")):
        assert redact(f"<{text}>", (KEY,)) == f"<{GONE}>"


def test_a_short_value_is_no_key() -> None:
    assert redact("the word", ("word",)) == "the word"
