"""Whole definitions of real and made files, put back, moved, copied and taken out again: no other byte changes."""

import random
import re
import textwrap
from pathlib import Path

import pytest

from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import ResultPart, Sight
from flux_tui.protocol.outcomes import Refusal
from flux_tui.syntax.check import problem
from flux_tui.syntax.outline import Definition, outline
from flux_tui.workspace.files import digest
from flux_tui.workspace.ledger import Ledger
from flux_tui.workspace.node_edit import on_node
from flux_tui.workspace.source import Source
from flux_tui.workspace.text import decode
from tests.workspace.code_samples import SAMPLES

STANDARD = Path(textwrap.__file__).parent
MODULES = ("argparse.py", "ast.py", "configparser.py", "csv.py", "enum.py", "shutil.py", "string.py", "tarfile.py")
EACH = 12
CODE = frozenset({"function", "class", "method"})


def source_of(path: str) -> bytes:
    return SAMPLES[path].encode() if path in SAMPLES else (STANDARD / path).read_bytes()


def edit(path: str, data: bytes, operation: str, target: str, code: str = "") -> bytes:
    text = decode(data)
    source, ledger = Source(path, data, text, digest(data)), Ledger()
    sight = Sight(path, source.sha256, ((1, source.total),), source.total)
    ledger.note(ResultPart("c", "read", "", seen=(sight,)))
    return on_node(source, operation, target, code, ledger).data


def named(definitions: tuple[Definition, ...], one: Definition) -> str:
    same = [other for other in definitions if other.plain == one.plain]
    return one.plain if len(same) == 1 else f"{one.plain}#{same.index(one) + 1}"


def chosen(path: str, data: bytes) -> list[tuple[str, Definition, str]]:
    """(target, definition, its text) for some definitions."""
    definitions, lines = outline(path, data), decode(data).lines
    some = random.Random(path).sample(definitions, min(EACH, len(definitions)))
    return [(named(definitions, one), one, "\n".join(lines[one.first - 1 : one.last])) for one in some]


@pytest.mark.parametrize("path", [*MODULES, *SAMPLES])
def test_a_definition_replaced_by_itself_changes_nothing(path: str) -> None:
    data = source_of(path)
    for target, _, code in chosen(path, data):
        for sent in (code, textwrap.dedent(code), f"\n{code}\n\n", code.replace("\n", "\r\n")):
            with pytest.raises(Refusal) as refused:
                edit(path, data, "replace_node", target, sent)
            assert refused.value.code is Code.NO_CHANGE, (target, refused.value.text)


@pytest.mark.parametrize("path", [*MODULES, *SAMPLES])
def test_a_copy_put_beside_and_removed_leaves_the_file_as_it_was(path: str) -> None:
    data = source_of(path)
    for target, one, code in chosen(path, data):
        if one.kind not in CODE or not one.short.isidentifier():
            continue
        copy = re.sub(rf"\b{one.short}\b", "ZzNew", textwrap.dedent(code))
        for operation in ("insert_before", "insert_after"):
            after = edit(path, data, operation, target, copy)
            assert problem(path, data, after) is None
            definitions = outline(path, after)
            new = next(other for other in definitions if other.short == "ZzNew")
            others = [other.plain for other in definitions if "ZzNew" not in other.plain]
            assert others == [other.plain for other in outline(path, data)]
            back = edit(path, after, "remove_node", named(definitions, new))
            assert back.split() == data.split()
            assert operation == "insert_after" or back == data, target


@pytest.mark.parametrize("path", [*MODULES, *SAMPLES])
def test_a_definition_removed_takes_its_own_lines_only(path: str) -> None:
    data = source_of(path)
    lines = decode(data).lines
    for target, one, _ in chosen(path, data):
        left = [line for line in (*lines[: one.first - 1], *lines[one.last :]) if line.strip()]
        after = edit(path, data, "remove_node", target)
        assert [line for line in decode(after).lines if line.strip()] == left
