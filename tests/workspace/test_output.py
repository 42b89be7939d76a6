"""However the bytes are cut into pieces, the same text comes of them, and what is shown was printed."""

from hypothesis import given
from hypothesis import strategies as st

from flux_tui.workspace.output import HEAD, TAIL, Output


def fed(data: bytes, sizes: list[int]) -> Output:
    output, at = Output(), 0
    for size in [*sizes, len(data)]:
        output.feed(data[at : at + size])
        at += size
    return output


@given(
    st.integers(0, 3 * (HEAD + TAIL)),
    st.lists(st.integers(1, 40_000), max_size=20),
    st.sampled_from(["line {}\n", "é{}"]),
)
def test_pieces_do_not_matter(size: int, sizes: list[int], line: str) -> None:
    data = "".join(line.format(number) for number in range(30_000)).encode()[:size]
    assert fed(data, sizes).text() == fed(data, []).text()
    assert fed(data, sizes).total == size


def test_characters_are_not_cut() -> None:
    text = fed("é".encode() * HEAD * 8, []).text()
    assert set(text.replace("⟨", "").replace("⟩", "")) - {"é", "\n"} == set("bytes left out 0123456789") & set(text)


def test_short_output_is_whole() -> None:
    data = b"x\n" * ((HEAD + TAIL) // 2)
    assert fed(data, [7, 40_000]).text() == data.decode()
