"""Ground truth: no program that bash starts is missing from what was found in a line, but where that is in doubt."""

import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_tui.config.settings import Rules
from flux_tui.protocol.codes import Mode
from flux_tui.safety import commands
from flux_tui.safety.loose import base
from flux_tui.safety.permissions import judge_command
from flux_tui.syntax.shell.words import Word
from tests.safety.real_bash import Words, started
from tests.safety.test_command_lines import ROWS

SOUP_LINES = int(os.environ.get("FLUX_SOUP_LINES", "300"))
SEED = int(os.environ.get("FLUX_SOUP_SEED", "7"))
TOKENS = (
    *("p1", "p2 a", "p3", "'p4'", '"p5 x"', "p6 $x", "$x", '"$x"', "echo", "A=1", "true", "false", "é"),
    *(";", ";", "&&", "||", "|", "&", "\n", "\n", "(", ")", "{ ", "; }", "$(", ")", "`", '"', "'", "\\", "\\\n", "#"),
    *("<<E\n", "\nE\n", "<<'E'\n", "<<-E\n", "<<<", "<", ">", ">>", "2>&1", ">/dev/null", "&>", ">|", "<(", ">("),
    *("${x:-", "}", "${x", "$((", "))", "((", "$'", '$"', "[[", "]]", "[", "]", "=", "==", "=~", "~", "*", "?", " "),
    *("if ", "; then ", "; else ", "; fi", "for x in a b; do ", "; done", "while ", "; do ", "case a in a) "),
    *("; esac", ";;", "a)", "!", "time ", "coproc ", "function f ", "f() { ", "eval ", "trap ", "exec ", "{f}>"),
    *("timeout 1 ", "bash -c ", "a[0]=", "A=(", "let x=1", "export A=", "-eq", "-v", "@(p7|p8)", "!(p9)", "\t"),
    *("command ", "env ", "xargs ", "\\;", "{a,b}"),
)


ONCE_MISSED = (
    "time { p1; }",
    "! { p1; }",
    "! while p1; do p2; break; done",
    "! ! if ! p1\nthen p2\nfi",
    "env =~ p1 $x",
    "?A=1",
    "p1 expor=~ a",
    "p1 =~\n p2",
    "for x in a; do export]]Y=$(p1); done",
    "{ time -v; }",
    "p1<<<{a,b}",
    "if !{a,b} p1\nthen p2\nfi",
    "$${x'=~' x",
    "p1>x p2 >y p3",
    "# a \\\np1",
    "cat <<E 2>&1 | p1\nE",
    "time A=1 p1",
)
"""Lines that an analyser once took for something else than bash does."""


def unseen(lines: list[str], folder: Path) -> list[tuple[str, set[Words]]]:
    """Lines that are taken for understood, with what bash started and the analyser did not see, or saw otherwise."""
    missed: list[tuple[str, set[Words]]] = []
    for line, ran in zip(lines, started(lines, folder), strict=True):
        found = commands.read(line)
        if found.doubts or found.hidden:
            continue
        seen = [(base(words[0].text), words) for words in found.everything()]
        strange = {one for one in ran if not any(name == one[0] and may_become(words, one) for name, words in seen)}
        if strange:
            missed.append((line, strange))
    return missed


def may_become(words: tuple[Word, ...], ran: Words) -> bool:
    """Whether bash may have made these words of those: exactly, but where one of them is not literal, or xargs and
    find add and fill in some.
    """
    texts = (base(words[0].text), *(word.text for word in words[1:]))
    if all(word.literal and "{}" not in word.text for word in words):
        return ran[: len(texts)] == texts
    return True


def soup(count: int, seed: int) -> list[str]:
    """Lines of shell syntax that make sense by chance only."""
    chance = random.Random(seed)
    lines = []
    for _ in range(count):
        pieces = chance.choices(TOKENS, k=chance.randint(2, 9))
        lines.append(chance.choice(("", " ")).join(pieces))
    return [line for line in lines if "\0" not in line]


@pytest.mark.timeout(300)
def test_what_bash_starts_for_the_known_lines_was_seen(tmp_path: Path) -> None:
    lines = [line for _, line, _ in ROWS if "\0" not in line and "while true" not in line and "tail -f" not in line]
    assert unseen(lines, tmp_path) == []


@pytest.mark.timeout(300)
def test_what_was_once_missed_is_seen_or_in_doubt(tmp_path: Path) -> None:
    assert unseen(list(ONCE_MISSED), tmp_path) == []


@pytest.mark.timeout(300)
def test_what_bash_starts_for_lines_of_chance_was_seen(tmp_path: Path) -> None:
    assert unseen(soup(SOUP_LINES, SEED), tmp_path) == []


@given(st.lists(st.sampled_from(TOKENS), max_size=14).map("".join) | st.text(max_size=60))
def test_any_text_gets_a_verdict(command: str) -> None:
    rules = Rules(allow=("*",), deny=("rm*", "git push * -f"), ask=("git*",))
    for mode in Mode:
        assert judge_command(command, mode, rules, True).why


def test_the_stand_ins_are_written_down(tmp_path: Path) -> None:
    lines = [
        "p1 && p2 'a b' ''",
        "p1 || p3",
        "xargs p4",
        "env unknown-name",
        "p1 $(never-heard-of)",
        "bash -c 'p5; p6'",
    ]
    assert started(lines, tmp_path) == [
        {("p1",), ("p2", "a b", "")}, {("p1",), ("p3",)}, {("p4",)}, set(), {("p1",), ("never-heard-of",)},
        {("p5",), ("p6",)},
    ]  # fmt: skip
