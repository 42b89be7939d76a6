"""What is denied is denied in every spelling, behind every wrapper, in every structure, at any size, in any mode."""

import random
import shlex

import pytest

from flux_tui.config.settings import Rules
from flux_tui.protocol.codes import Mode
from flux_tui.safety.permissions import judge_command

NAMES = (
    "rm",
    "'rm'",
    '"rm"',
    "r\\m",
    "r''m",
    "/bin/rm",
    "./rm",
    "$'rm'",
    "$'\\x72m'",
    "\\rm",
    "r\\\nm",
    '""rm',
    "rm\\\n",
)
OPTIONS = (" -rf", "  -rf", " '-rf'", " -r\\f", " -rfv", "\t-rf", " \\\n-rf", " >/dev/null -rf")
WRAPPERS = (
    *("", "", "command ", "exec ", "env ", "env A=1 ", "env -i ", "nohup ", "nice ", "nice -n 5 ", "time ", "time -p "),
    *("timeout 5 ", "timeout -s KILL 5 ", "stdbuf -oL ", "setsid ", "sudo ", "sudo -u x ", "xargs ", "xargs -n 1 "),
    *("strace -f ", "flock x ", "chroot / ", "busybox ", "ionice -c 3 ", "doas ", "A=1 ", "PATH=/x ", "! ", "watch "),
)
STRUCTURES = (
    *("{}", "ls; {}", "ls && {}", "ls || {}", "ls | {}", "{} | ls", "ls & {}", "({})", "{{ {}; }}", "ls\n{}", "{} &"),
    *("if {}; then ls; fi", "if ls; then {}; fi", "while {}; do ls; done", "for x in a; do {}; done", "echo $({})"),
    *('echo "$({})"', "cat <({})", "f() {{ {}; }}; f", "case a in a) {};; esac", "ls > /dev/null; {} 2>&1", "x=$({})"),
    *("cat <<E\n$({})\nE", "cat <<'E'\nx\nE\n{}", '[ -n "$({})" ]', "coproc {}", "until {}; do ls; done"),
    *(
        "ls # x\n{}",
        "ls ;; {}",
        "ls 'x'; {}; ls 'unclosed",
        "{} )",
        "ls \u202e; {}",
        "ls \r; {}",
        "true; " * 200 + "{}",
    ),
)
SHELLS = (
    "bash -c {}",
    "sh -c {}",
    "bash -o pipefail -c {}",
    "eval {}",
    "su -c {}",
    "script -c {} x",
    "env -S {}",
    "trap {} EXIT",
)
RULES = Rules(allow=("*", "rm*", "bash*", "eval*"), deny=("rm -rf*",))


def lines(count: int) -> list[str]:
    chance = random.Random(3)
    found = []
    for _ in range(count):
        line = chance.choice(NAMES) + chance.choice(OPTIONS) + " x"
        if not line.startswith(("./", "/")) or chance.random() < 0.9:
            line = chance.choice(WRAPPERS) + line
        if chance.random() < 0.3:
            line = chance.choice(SHELLS).format(shlex.quote(line))
        for _ in range(chance.choice((1, 1, 2))):
            line = chance.choice(STRUCTURES).format(line)
        found.append(line)
    return found


@pytest.mark.parametrize("mode", list(Mode))
def test_a_denied_command_is_found_wherever_it_hides(mode: Mode) -> None:
    missed = [line for line in lines(1_500) if judge_command(line, mode, RULES, True).verdict != "deny"]
    assert missed == []


def test_size_weakens_nothing() -> None:
    for line in (
        "x;" * 100_000 + "rm -rf x",
        "(" * 3_000 + "rm -rf x",
        "a " * 60_000 + "| rm -rf x",
        "$(" * 200 + "rm -rf x",
    ):
        assert judge_command(line, Mode.FULL, RULES, True).verdict == "deny"
