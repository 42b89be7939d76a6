"""Excerpts hold whole statements and functions, against the truth of Python's own parser."""

import ast
import random
import sysconfig
import warnings
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from flux_tui.syntax.expand import Excerpt, expand, grow

LIBRARY = Path(sysconfig.get_path("stdlib"))
FILES = "argparse ast bdb calendar configparser csv datetime decimal difflib doctest enum ftplib "
FILES += "gzip inspect ipaddress locale mailbox optparse pdb pickle shutil typing"

Lines = tuple[int, int]


class Truth:
    """What must not be cut, by Python's parser."""

    def __init__(self, data: bytes) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
        self.functions: list[Lines] = []
        self.pieces: list[Lines] = []
        for node in ast.walk(tree):
            self._add(node)

    def _add(self, node: ast.AST) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
                self.pieces.append((first, node.lineno))
                if not isinstance(node, ast.ClassDef):
                    self.functions.append((first, node.end_lineno or 0))
            case ast.If(test=head) | ast.While(test=head) | ast.For(iter=head):
                self.pieces.append((node.lineno, head.end_lineno or 0))
            case ast.With() | ast.Try() | ast.Match() | ast.AsyncFor() | ast.AsyncWith():
                pass
            case ast.stmt():
                self.pieces.append((node.lineno, node.end_lineno or 0))

    def cut(self, excerpt: Excerpt) -> list[Lines]:
        """Pieces that a range holds in part; what is marked as too large does not count."""
        shown = [set(range(first, last + 1)) for first, last in excerpt.ranges]
        pieces = [set(range(first, last + 1)) for first, last in self.pieces]
        return [
            (min(one), max(one))
            for one in pieces
            for lines in shown
            if one & lines and not one <= lines | _marked(excerpt)
        ]

    def smallest_function(self, line: int) -> Lines | None:
        around = [one for one in self.functions if one[0] <= line <= one[1]]
        found = min(around, key=lambda one: one[1] - one[0], default=None)
        return found if found and found[1] - found[0] < 80 else None


def _marked(excerpt: Excerpt) -> set[int]:
    return set(range(excerpt.cut[0], excerpt.cut[1] + 1)) if excerpt.cut else set()


def holds(excerpt: Excerpt, lines: Lines) -> bool:
    return any(first <= lines[0] and lines[1] <= last for first, last in excerpt.ranges)


def test_windows_of_real_files_show_whole_statements_and_functions_at_little_cost() -> None:
    chance = random.Random(7)
    asked = shown = 0
    for name in FILES.split():
        data = (LIBRARY / f"{name}.py").read_bytes()
        total, truth = data.count(b"\n"), Truth(data)
        for _ in range(6):
            size = chance.choice((5, 10, 20, 40, 60, 100, 200))
            first = chance.randint(1, max(total - size, 1))
            last = min(first + size - 1, total)
            excerpt = expand("a.py", data, first, last, 400)
            assert holds(excerpt, (first, last)), (name, first, last)
            assert truth.cut(excerpt) == [], (name, first, last)
            for line in (first, last):
                function = truth.smallest_function(line)
                assert function is None or holds(excerpt, function), (name, first, last)
            asked += size
            shown += sum(end - begin + 1 for begin, end in excerpt.ranges)
    assert shown <= 2 * asked


def test_a_file_read_in_parts_ends_each_part_between_functions() -> None:
    for name in FILES.split():
        data = (LIBRARY / f"{name}.py").read_bytes()
        total, truth = data.count(b"\n"), Truth(data)
        line = 1
        while line <= total:
            excerpt = expand("a.py", data, line, total, 400)
            assert excerpt.main[0] <= line <= excerpt.main[1]
            assert sum(end - begin + 1 for begin, end in excerpt.ranges) <= 400
            assert truth.cut(excerpt) == [], (name, line)
            function = truth.smallest_function(excerpt.main[1])
            assert function is None or holds(excerpt, function), (name, line)
            line = excerpt.main[1] + 1


def lines(*rows: str) -> bytes:
    return "".join(f"{row}\n" for row in rows).encode()


def test_headers_of_what_is_around_come_as_ranges_of_their_own() -> None:
    body = [f"        step({number})" for number in range(90)]
    data = lines(
        "@mark",
        "class Cart(",
        "    Base,",
        "):",
        "    size = 1",
        "",
        "    def price(self,",
        "              tax):",
        *body,
    )
    excerpt = expand("a.py", data, 50, 52, 400)
    assert excerpt.headers == ((1, 4), (7, 8))
    assert excerpt.main == (50, 52)
    assert [one.name for one in excerpt.around] == ["Cart", "Cart.price"]
    assert grow("a.py", data, 50, 52, 400) == ((1, 4), (7, 8), (50, 52))


def test_a_header_is_not_cut_where_its_body_shares_the_line() -> None:
    data = lines("x = 1", "if (a and", "    b): y = (1,", "           2)", "else: z", *["f()"] * 90)
    assert expand("a.py", data, 2, 2, 2).main[0] == 2
    assert expand("a.py", data, 3, 3, 400).main == (2, 5)
    long = lines(
        "if x:", *["    f()"] * 90, "elif (a and", "      b):", *["    g()"] * 90, "y = [1,", "2]; z = [3,", "4]"
    )
    assert expand("a.py", long, 92, 92, 400).main == (92, 93)
    assert expand("a.py", long, 93, 93, 400).main == (92, 93)
    assert expand("a.py", long, 185, 185, 400).main == (184, 186)


def test_a_literal_that_does_not_fit_is_cut_between_elements_and_marked() -> None:
    rows = [row for number in range(300) for row in (f"    {number}: (", "        1,", "    ),")]
    data = lines("before = 1", "TABLE = {", *rows, "}", "after = 1")
    excerpt = expand("a.py", data, 451, 460, 400)
    assert excerpt.cut == (2, 903)
    assert excerpt.broken == (excerpt.main,)
    assert (excerpt.main[0] - 3) % 3 == 0
    assert (excerpt.main[1] - 2) % 3 == 0
    start = expand("a.py", data, 1, 904, 400)
    assert start.main == (1, 1)
    assert start.broken == ()
    inside = expand("a.py", data, 2, 904, 400)
    assert inside.main[0] == 2
    assert inside.main[1] <= 401
    assert (inside.main[1] - 2) % 3 == 0
    assert inside.broken == (inside.main,)
    assert expand("a.py", data, 2, 903, 1000).broken == ()


def test_a_string_that_does_not_fit_is_marked_too() -> None:
    data = lines('TEXT = """', *["words"] * 500, '"""', "x = 1")
    excerpt = expand("a.py", data, 100, 110, 400)
    assert excerpt.main == (100, 110)
    assert excerpt.broken == ((100, 110),)
    assert excerpt.cut == (1, 502)


def test_without_a_grammar_paragraphs_are_kept_whole() -> None:
    data = lines("Title", "", "one", "two", "three", "", "    indented", "", "other", "last")
    assert expand("a.unknown", data, 4, 4, 400).main == (3, 7)
    assert expand("a.unknown", data, 9, 9, 400).main == (9, 10)
    assert expand("a.unknown", data, 2, 2, 400).main == (2, 2)
    long = lines(*["row"] * 1000)
    assert expand("a.csv", long, 500, 510, 400).main == (500, 510)


def test_edges() -> None:
    assert expand("a.py", b"", 1, 10, 400).ranges == ()
    assert expand("a.py", b"x", 1, 10, 400).main == (1, 1)
    assert expand("a.py", b"\n\n\n", 2, 9, 400).main == (2, 3)
    deep = b"x = " + b"(" * 3000 + b"1" + b")" * 3000 + b"\n" + b"y = \\\n1 +\\\n" * 3
    assert expand("a.py", deep, 1, 1, 400).main == (1, 1)


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet=st.sampled_from("ab():\n\n\n    \"'\\#[,]{};=\t\f\ré"), max_size=300),
    st.integers(1, 60),
    st.integers(0, 40),
    st.integers(1, 40),
    st.sampled_from(("a.py", "a.unknown")),
)
def test_any_text_gives_ranges_within_the_file_and_the_budget(
    text: str, first: int, more: int, budget: int, name: str
) -> None:
    data = text.encode()
    total = data.count(b"\n") + (not data.endswith(b"\n") and data != b"")
    excerpt = expand(name, data, first, first + more, budget)
    if not total:
        assert excerpt.ranges == ()
        return
    wanted = min(first, total)
    assert excerpt.main[0] <= wanted <= excerpt.main[1] <= total
    assert list(excerpt.ranges) == sorted(excerpt.ranges)
    assert all(begin <= end for begin, end in excerpt.ranges)
    assert sum(end - begin + 1 for begin, end in excerpt.ranges) <= budget
