"""Inline markup: the same reading as the reference parser's, except where the screen wants another."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from flux_tui.ui.markdown.inline import ADDRESS, BOLD, CODE, ITALIC, LINK, STRIKE, Look, runs

REFERENCE = MarkdownIt("commonmark", {"html": False}).disable(["html_inline", "entity", "image", "link", "autolink"])
BITS = {"strong": BOLD, "em": ITALIC}


def characters(text: str) -> list[tuple[str, Look]]:
    return [(character, look) for piece, look in runs(text) for character in piece]


def expected(text: str) -> list[tuple[str, Look]]:
    found: list[tuple[str, Look]] = []
    depth = {BOLD: 0, ITALIC: 0}
    for token in REFERENCE.parseInline(text)[0].children or []:
        look = sum(bit for bit, count in depth.items() if count)
        name, _, way = token.type.rpartition("_")
        if name in BITS:
            depth[BITS[name]] += 1 if way == "open" else -1
        elif token.type in ("softbreak", "hardbreak"):
            found.append(("\n", look))
        else:
            found += [(character, look | (CODE if token.type == "code_inline" else 0)) for character in token.content]
    return found


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet="ab *_.`\\é", min_size=1, max_size=30).map(str.strip).filter(bool))
def test_emphasis_and_code_read_as_the_reference_reads_them(text: str) -> None:
    assert characters(text) == expected(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plain", [("plain", 0)]),
        ("[the docs](https://x.org/a)", [("the docs", LINK), (" (https://x.org/a)", ADDRESS)]),
        ("[https://x.org](https://x.org)", [("https://x.org", LINK)]),
        ("[top](#top)", [("top", LINK)]),
        ("see https://x.org/a_b_c.", [("see ", 0), ("https://x.org/a_b_c", LINK), (".", 0)]),
        ("<https://x.org>", [("https://x.org", LINK)]),
        ("~~gone~~", [("gone", STRIKE)]),
        ("a<br>b", [("a", 0), ("\n", 0), ("b", 0)]),
        ("a & b &amp; c", [("a ", 0), ("&", 0), (" b ", 0), ("&", 0), (" c", 0)]),
        ("snake_case_name", [("snake", 0), ("_", 0), ("case", 0), ("_", 0), ("name", 0)]),
        ("[no](link", [("[", 0), ("no", 0), ("]", 0), ("(link", 0)]),
    ],
)
def test_what_it_reads(text: str, wanted: list[tuple[str, Look]]) -> None:
    assert runs(text) == wanted


def test_short_lines_are_breaks_and_wrapped_text_is_joined_again() -> None:
    long = "word " * 14
    assert "".join(text for text, _ in runs("name: x\nplace: y")) == "name: x\nplace: y"
    assert "".join(text for text, _ in runs(f"{long.strip()}\nmore")) == f"{long}more"
    assert "".join(text for text, _ in runs(f"{long.strip()}  \nmore")) == f"{long.strip()}\nmore"
    assert "".join(text for text, _ in runs(f"{long.strip()}\\\nmore")) == f"{long.strip()}\nmore"


def test_an_entity_is_no_way_round_visible_text() -> None:
    assert "".join(text for text, _ in runs("a&#x202e;b&ZeroWidthSpace;c")) == "a⟨U+202E⟩b⟨U+200B⟩c"


def test_what_is_open_at_the_end_of_text_still_coming_lasts_to_the_end() -> None:
    assert runs("a **bo", unfinished=True) == [("a ", 0), ("bo", BOLD)]
    assert runs("a `co", unfinished=True) == [("a ", 0), ("co", CODE)]
    assert runs("a **bo") == [("a ", 0), ("**", 0), ("bo", 0)]
