"""Hundreds of command lines and their verdicts: nothing allowed that should ask, no deny missed, no needless ask."""

import json
from collections import Counter
from pathlib import Path

import pytest

from flux_tui.config.settings import Rules
from flux_tui.protocol.codes import Mode
from flux_tui.safety.permissions import judge_command

ORDER = ("allow", "ask", "deny")


def rows() -> list[tuple[str, str, Rules]]:
    found: list[tuple[str, str, Rules]] = []
    rules = Rules()
    for line in Path(__file__).with_name("command_lines.txt").read_text(encoding="utf-8").split("\n"):
        if line.startswith("@"):
            rules = Rules(**{name: tuple(texts) for name, texts in json.loads(line[1:]).items()})
        elif line and not line.startswith("#"):
            verdict, _, command = line.partition("\t")
            if command.startswith("~"):
                command = command[1:].encode().decode("unicode_escape")
            found.append((verdict, command, rules))
    return found


ROWS = rows()


def test_the_table_is_large_enough() -> None:
    counts = Counter(verdict for verdict, _, _ in ROWS)
    assert set(counts) == set(ORDER)
    assert len(ROWS) >= 570


@pytest.mark.parametrize(("verdict", "command", "rules"), ROWS, ids=[repr(row[1])[:60] for row in ROWS])
def test_verdict(verdict: str, command: str, rules: Rules) -> None:
    found = judge_command(command, Mode.ASK, rules, True)
    assert found.verdict == verdict, found.why
    assert found.why
