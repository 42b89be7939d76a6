"""An edit finds the one place that is meant, or none; and changes nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Refusal
from flux_tui.workspace.matching import match, replace
from flux_tui.workspace.miss import Miss
from flux_tui.workspace.text import decode

CLASS = "class A:\n    def f(self):\n        return 1\n\n    def g(self):\n        return 1\n"


def edited(file: str | bytes, search: str, new: str, everywhere: bool = False) -> str:
    data = file if isinstance(file, bytes) else file.encode()
    return match(decode(data), search, new, everywhere).data.decode("utf-8", "surrogateescape")


def missed(file: str | bytes, search: str, new: str) -> Miss:
    with pytest.raises(Miss) as caught:
        edited(file, search, new)
    return caught.value


@pytest.mark.parametrize(
    ("file", "search", "new", "result"),
    [
        ("a = 1\nb = 2\n", "b = 2", "b = 3", "a = 1\nb = 3\n"),
        ("a\nfoo(x)\nb\n", "foo(x)\n", "bar(x)", "a\nbar(x)\nb\n"),
        ("a\nfoo(x)\nb\n", "\nfoo(x)", "bar(x)", "a\nbar(x)\nb\n"),
        ("a\nfoo(x)\nb\n", "\nfoo(x)\n", "", "a\nb\n"),
        ("a\nfoo(x)\nb\n", "foo(x)\n", "", "a\nb\n"),
        ("a\nfoo\n", "foo\n", "", "a\n"),
        ("a\nb", "b", "c\n", "a\nc"),
        ("a\nb", "b\n", "c\nd\n", "a\nc\nd"),
        ("a\r\nb\r\nc\r\n", "a\nb\n", "a\nx\nb\n", "a\r\nx\r\nb\r\nc\r\n"),
        ("a\r\nb\nc\r\n", "b\nc", "b\nC", "a\r\nb\nC\r\n"),
        ("a b c\n", " b", "", "a c\n"),
        ("x\na\tb\n", "a\tb", "a\tc", "x\na\tc\n"),
    ],
)
def test_a_literal_text_is_replaced_and_the_newlines_around_it_stay(
    file: str, search: str, new: str, result: str
) -> None:
    assert edited(file, search, new) == result


@pytest.mark.parametrize(
    ("file", "search", "new", "result", "note"),
    [
        ("a  \nb\n", "a\nb", "a\nc", "a  \nc\n", "without trailing blanks"),
        ("a\nb\n", "a \nb ", "a \nc ", "a\nc\n", "without trailing blanks"),
        ('x = "hi"\n', "x = “hi”", "x = “ho”", 'x = "ho"\n', "with plain typography"),
        ('x = f("hi")\n', "x = f(“hi”)", "x = f(“it’s”)", 'x = f("it\'s")\n', "with plain typography"),
        ("    a\n", "\u00a0   a", "\u00a0   b\u00a0c", "    b c\n", "with plain typography"),
        ("x = “hi” - a\n", 'x = "hi" - a', 'x = "hi" - b', "x = “hi” - b\n", "with plain typography"),
        ("a\u00a0b\nc\n", "a b\nc", "a b\nd", "a\u00a0b\nd\n", "with plain typography"),
        (CLASS, "def f(self):\n    return 1\n", "def f(self):\n    x = 1\n    return x\n",
         CLASS.replace("return 1", "x = 1\n        return x", 1), "with indentation +4"),
        ("if a:\n    b\n", "    if a:\n        b", "    if a:\n        c", "if a:\n    c\n", "with indentation -4"),
        ("\tif a:\n\t\tb\n", "  if a:\n    b", "  if a:\n    c\n    d", "\tif a:\n\t\tc\n\t\td\n",
         "with 2 blanks as a tab"),
        ("    if a:\n        b\n", "\tif a:\n\t\tb", "\tif a:\n\t\tc", "    if a:\n        c\n",
         "with a tab as 4 blanks"),
        (CLASS, "```python\n    def f(self):\n```", "```python\n    def h(self):\n```",
         CLASS.replace("def f", "def h"), "without the fence"),
        (CLASS, "2|    def f(self):\n3|        return 1", "2|    def f(self):\n3|        return 2",
         CLASS.replace("1", "2", 1), "without line numbers"),
        (CLASS, "2|    def f(self):\n3|        return 1", "    def f(self):\n        return 2",
         CLASS.replace("1", "2", 1), "without line numbers"),
        (CLASS, "6|        return 1", "6|        return 2", CLASS[:-2] + "2\n", "without line numbers"),
        ("if (a < b && c) {\n", "if (a &lt; b &amp;&amp; c) {", "if (a &lt; d &amp;&amp; c) {",
         "if (a < d && c) {\n", "with HTML entities decoded"),
        ('a\n  return "x"\n', 'a\\n  return \\"x\\"', 'a\\n  return \\"y\\"', 'a\n  return "y"\n',
         "with JSON escapes decoded"),
        ('a = f("x")\n', 'a = f(\\"x\\")', 'a = f(\\"y\\")', 'a = f("y")\n', "with quotes unescaped"),
        ("x\na\nb\n", "\n\na\nb\n\n", "\n\na\nc\n\n", "x\na\nc\n", "by whole lines, without blank edge lines"),
    ],
)  # fmt: skip
def test_a_slip_that_can_be_taken_back_is_taken_back(file: str, search: str, new: str, result: str, note: str) -> None:
    edit = match(decode(file.encode()), search, new)
    assert (edit.data.decode(), edit.note) == (result, note)


@pytest.mark.parametrize(
    ("file", "search", "new"),
    [
        ("foo( a, b )\n", "foo(a, b)", "foo(a)"),
        ("if a:\n    b\n    c\n", "if a:\n    b\n        c", "if a:\n    d"),
        ("a\nlong line b\nc\n", "a\n...\nc", "a\nc"),
        ("total = compute(items, tax)\n", "total = compute(items)", "total = 0"),
        ("if a:\n    b\n", "        if a:\n            b", "        if a:\n    c"),
        ("x = “a” + “b”\n", 'x = "a" + "b"', 'x = "a" + "b" + "c"'),
        ("2|a\n", "1|b\n3|c", "x"),
        ("    a(1)\n    b\n", "a(1)\nb\n", "    a(2)\n    c\n"),
        ("    a(1)\n", "a(1)", "b(1)\na(1)"),
        ("    a(1)\n", "    a(1)", "    b(1)\\n    a(1)"),
    ],
)
def test_what_is_only_like_it_is_never_edited(file: str, search: str, new: str) -> None:
    assert missed(file, search, new).code is Code.SEARCH_TEXT_NOT_FOUND


@pytest.mark.parametrize(
    ("file", "search", "new"),
    [
        (CLASS, "2|    def f(self):\n3|        return 1", "2|    def f(self):\n        return 2"),
        (CLASS, "```\n    def f(self):\n```", "```\n    def h(self):"),
        ("if (a < b) {\n", "if (a &lt; b) {", "if (a &lt; b && c < d) {"),
        ('a = f("x")\n', 'a = f(\\"x\\")', 'a = f(\\"y", "z")'),
        ('a = f("x")\n', 'a = f(\\"x\\")', 'b = 1\\na = f(\\"x\\")'),
    ],
)
def test_a_replacement_wrapped_in_part_is_refused(file: str, search: str, new: str) -> None:
    assert "only in part" in missed(file, search, new).why


def test_several_places_are_never_chosen_from() -> None:
    miss = missed(CLASS, "        return 1", "        return 2")
    assert (miss.code, miss.places) == (Code.SEARCH_TEXT_NOT_UNIQUE, ((3, 3), (6, 6)))
    assert missed("aaa\n", "aa", "b").code is Code.SEARCH_TEXT_NOT_UNIQUE
    assert missed("  a\nx\n  a\n", "\ta  ", "\tb").code is Code.SEARCH_TEXT_NOT_UNIQUE
    assert missed("a \nx\na \n", "a\t\n", "b\n").code is Code.SEARCH_TEXT_NOT_UNIQUE
    deep = missed("    a: int\nx\n        a: int\n", "      a: int", "      b: int")
    assert (deep.code, deep.places) == (Code.SEARCH_TEXT_NOT_UNIQUE, ((1, 1), (3, 3)))


def test_a_line_that_is_changed_in_part_keeps_its_ending() -> None:
    mixed = "x = 1\r\nx = 2\nx = 3\r\nx = 4\n"
    assert edited(mixed, "x", "y", everywhere=True) == mixed.replace("x", "y")
    assert edited("a\nx\ny\r\nb\n", "x\ny", "x1\ny1") == "a\nx1\ny1\r\nb\n"


def test_replace_all_takes_every_place() -> None:
    assert edited(CLASS, "return 1", "return 2", everywhere=True) == CLASS.replace("1", "2")
    assert edited("aaa\n", "a", "b", everywhere=True) == "bbb\n"
    assert edited("a\nb\na\nb\n", "a\n", "", everywhere=True) == "b\nb\n"
    assert edited("a\n\nb\n\nc\n", "\n\n", "\n", everywhere=True) == "a\nb\nc\n"


def test_a_place_that_has_changed_rivals_one_that_only_looks_like_it() -> None:
    file = "    a\n    b\n    c\n\na\nb\nc2\n"
    miss = missed(file, "a\nb\nc\n", "a\nb\nd\n")
    assert (miss.code, miss.places) == (Code.SEARCH_TEXT_NOT_FOUND, ((5, 7),))


def test_a_correct_replacement_of_a_slipped_search_is_taken_as_it_is() -> None:
    file = "class A:\n    def f(self):\n        return 1\n"
    new = "    def f(self):\n        return 2\n"
    assert edited(file, "def f(self):\n    return 1\n", new) == file.replace("1", "2")


def test_nothing_to_change() -> None:
    assert missed("a\n", "a", "a").code is Code.NO_CHANGE
    assert missed("a\nb\n", "1|a\n2|b", "a\nb").code is Code.NO_CHANGE


def test_text_that_the_file_cannot_hold_is_refused() -> None:
    for data, new, code in (
        (b"# coding: latin-1\nx = '\xe9'\n", "x = '€'", Code.UNSUPPORTED_ENCODING),
        (b"\xff\nx = 1\n", "x = 'é'", Code.UNSUPPORTED_ENCODING),
        (b"x = 1\n", "x = '\ud800'", Code.INVALID_ARGUMENTS),
        (b"x = 1\n", "x = '\0'", Code.INVALID_ARGUMENTS),
    ):
        line = decode(data).lines[-1]
        with pytest.raises(Refusal) as caught:
            replace(decode(data), line, new)
        assert caught.value.code is code
    with pytest.raises(Refusal) as empty:
        replace(decode(b"a"), "", "b")
    assert empty.value.code is Code.INVALID_ARGUMENTS


def test_undecodable_bytes_are_copied_by_their_shown_value() -> None:
    assert edited(b"caf\xe9 = 1\nb\n", "caf\\xe9 = 1", "caf\\xe9 = 2") == "caf\udce9 = 2\nb\n"


def test_other_encodings_stay() -> None:
    for encoding in ("utf-16", "utf-8-sig", "utf-32"):
        data = "a\r\né\n".encode(encoding)
        assert match(decode(data), "é\n", "ü\n").data == "a\r\nü\n".encode(encoding)


LINES = st.lists(
    st.tuples(st.sampled_from(["a", "b", "  a", "", "é", "“q”"]), st.sampled_from(["\n", "\r\n"])), max_size=8
)


@given(LINES, LINES, st.sampled_from(["z", "z\n", "\nz", "z\ny\n"]), st.booleans())
def test_every_byte_outside_the_place_stays(
    head: list[tuple[str, str]], tail: list[tuple[str, str]], new: str, final: bool
) -> None:
    before, after = ("".join(line + end for line, end in part) for part in (head, tail))
    if not final:
        after = after.rstrip("\r\n")
    file = (before + "THE PLACE\r\n" + after).encode()
    result = match(decode(file), "THE PLACE", new).data
    assert result.startswith(before.encode())
    assert result.endswith(after.encode())
    middle = result[len(before.encode()) : len(result) - len(after.encode())].decode()
    assert middle.replace("\r\n", "\n").rstrip("\n") == new.rstrip("\n")


@given(LINES, st.text(alphabet='ab \n“q"', min_size=1, max_size=6), st.text(alphabet='ab \n“q"', max_size=6))
def test_no_pair_of_texts_breaks_the_matcher(lines: list[tuple[str, str]], search: str, new: str) -> None:
    """Whatever is asked: one result that is the file but for its matched lines, or a miss."""
    text = decode("".join(line + end for line, end in lines).encode())
    try:
        edit = match(text, search, new)
    except Miss:
        return
    first, last = edit.places[0][0], edit.places[-1][1]
    kept = "".join(a + b for a, b in zip(text.lines[: first - 1], text.endings[: first - 1], strict=True))
    rest = "".join(a + b for a, b in zip(text.lines[last:], text.endings[last:], strict=True))
    assert edit.data.startswith(kept.encode())
    assert edit.data.endswith(rest.encode())
