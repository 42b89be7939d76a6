"""However the bytes are cut into pieces, the same text comes of them, and what is shown was printed."""

from pathlib import Path

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


def test_what_is_too_long_is_kept_whole_in_a_file(tmp_path: Path) -> None:
    output = Output(tmp_path)
    lines = [f"line {number}\n".encode() for number in range(20_000)]
    for line in lines:
        output.feed(line)
    output.close()
    (file,) = tmp_path.iterdir()
    assert file.name == output.spilled
    assert file.read_bytes() == b"".join(lines)
    assert file.stat().st_mode & 0o777 == 0o600
    short = Output(tmp_path)
    short.feed(b"short")
    assert (short.spilled, len(list(tmp_path.iterdir()))) == ("", 1)


def test_a_file_that_can_not_be_made_loses_only_the_middle(tmp_path: Path) -> None:
    output = Output(tmp_path / "missing")
    output.feed(b"x\n" * 100_000)
    assert "bytes left out" in output.text()
    assert output.spilled == ""
