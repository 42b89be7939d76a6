"""Bytes become lines and come back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Refusal
from flux_tui.workspace.text import decode, is_binary, lf, shown, split

FRAGMENTS = st.sampled_from(["a", "é", "\t", " ", "\n", "\r\n", "\r", "\f", "\u2028", "\x85", "“", "\U0001f600"])


@given(st.lists(FRAGMENTS), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_marked_and_plain_text_comes_back(pieces: list[str], encoding: str) -> None:
    data = "".join(pieces).encode(encoding)
    assert decode(data).data() == data


@given(st.binary(max_size=200))
def test_any_bytes_that_are_taken_for_text_come_back(data: bytes) -> None:
    try:
        text = decode(data)
    except Refusal:
        return
    assert text.data() == data


def test_lines_end_at_lf_and_crlf_only() -> None:
    text = decode(b"a\fb\r\nc\rd\x0be\n\xe2\x80\xa8f\r\r\n")
    assert text.lines == ("a\fb", "c\rd\x0be", "\u2028f\r")
    assert text.endings == ("\r\n", "\n", "\r\n")


def test_a_missing_final_newline_is_remembered() -> None:
    assert decode(b"a\nb").endings == ("\n", "")
    assert decode(b"").lines == ()
    assert split("a\n\n") == (("a", ""), ("\n", "\n"))


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"), "iso8859-1"),
        (b"# vim: set fileencoding=cp1252 :\nx = 1\n", "cp1252"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1"), "iso8859-1"),
        ('@charset "iso-8859-15";\na { content: "€" }'.encode("iso-8859-15"), "iso8859-15"),
        ("# coding: latin-1\nx = 'é'\n".encode(), "utf-8"),
        (b"The word coding: latin-1 is prose here.\n", "utf-8"),
        (b"# coding: utf-7\nx = 1\n", "utf-8"),
        (b"# coding: no-such-thing\nx = 1\n", "utf-8"),
    ],
)
def test_what_a_file_declares_counts_if_it_fits(data: bytes, encoding: str) -> None:
    text = decode(data)
    assert (text.encoding, text.damaged, text.data()) == (encoding, False, data)


def test_undecodable_bytes_ride_along_and_are_shown_by_their_value() -> None:
    text = decode(b"caf\xe9 = '\xc3\xa9'\n")
    assert text.damaged
    assert shown(text.lines[0]) == "caf\\xe9 = 'é'"
    assert text.data() == b"caf\xe9 = '\xc3\xa9'\n"


def test_binaries_and_lying_marks_are_refused() -> None:
    assert is_binary(b"PK\x03\x04...")
    assert is_binary(b"abc\0def")
    with pytest.raises(Refusal) as binary:
        decode(bytes(range(256)), "a.bin")
    assert binary.value.code is Code.BINARY_FILE
    with pytest.raises(Refusal) as marked:
        decode(b"\xff\xfea", "a.txt")
    assert marked.value.code is Code.UNSUPPORTED_ENCODING


def test_the_models_text_loses_mark_and_carriage_returns() -> None:
    assert lf("\ufeffa\r\nb\rc") == "a\nb\rc"
