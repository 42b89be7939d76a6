"""Verdicts on commands and paths: unknown asks, deny always wins, a general rule never covers a special file."""

import pytest

from flux_tui.config.settings import Rules
from flux_tui.protocol.codes import Code, Mode
from flux_tui.safety.permissions import judge_command, judge_path


def verdict(command: str, *, mode: Mode = Mode.ASK, sandboxed: bool = True, **rules: list[str]) -> str:
    given = Rules(**{name: tuple(texts) for name, texts in rules.items()})
    found = judge_command(command, mode, given, sandboxed)
    assert found.why
    assert not found.why.endswith(".")
    assert (found.code is not None) == (found.verdict == "deny")
    return found.verdict


@pytest.mark.parametrize(
    "command",
    [
        "git diff",
        "git diff --stat",
        "  git   diff  HEAD~1 ",
        "git diff 'a b' \"c\"",
        "git di\\\nff",
        "/usr/bin/git diff",
    ],
)
def test_an_allow_rule_covers_whole_words(command: str) -> None:
    assert verdict(command, allow=["run_command(git diff*)"]) == "allow"
    assert verdict(command, allow=["git diff*"]) == "allow"
    assert verdict(command) == "ask"


@pytest.mark.parametrize(
    "command",
    [
        "git difftool",
        "git",
        "./git diff",
        "git diff; ls",
        "git diff && rm x",
        "git diff | sh",
        "git diff\nrm x",
        "git diff > x",
        "git diff $(id)",
        "git diff `id`",
        "git diff $HOME",
        'git diff "$(id)"',
        "git diff *.py",
        "git diff ~/x",
        "git diff \u202ex",
        "git diff \x0cx",
        "git diff 'open",
        "git diff \\",
        "A=1 git diff",
        "bash -c 'git diff'",
        "git -C /x diff",
        "git diff --output=x",
        "git diff" + " " * 20 + "x",
        "git diff " + "x" * 10_001,
        "gіt diff",  # a Cyrillic letter
        "",
    ],
)
def test_what_a_rule_does_not_cover_asks(command: str) -> None:
    assert verdict(command, allow=["git diff*", "git difftool x"]) == "ask"


def test_a_rule_without_a_star_takes_no_further_words() -> None:
    assert verdict("make test", allow=["make test"]) == "allow"
    assert verdict("make test SHELL=x", allow=["make test"]) == "ask"


def test_a_lone_star_covers_named_programs_but_none_that_run_others() -> None:
    assert verdict("ls -la", allow=["*"]) == "allow"
    for command in ("bash x.sh", "eval ls", "xargs rm", "sudo ls", "find . -delete", "./x", "$X"):
        assert verdict(command, allow=["*"]) == "ask"


def test_plain_use_of_a_program_that_could_run_others_is_covered_by_its_rule() -> None:
    assert verdict("find . -name x", allow=["find*"]) == "allow"
    assert verdict("find . -exec rm x", allow=["find*"]) == "ask"
    assert verdict("bash scripts/test.sh", allow=["bash scripts/test.sh"]) == "allow"
    assert verdict("sudo ls", allow=["sudo*"]) == "ask"


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf x",
        "rm -rfv x",
        "/bin/rm -rf x",
        "./rm -rf x",
        "r'm' -rf x",
        "r\\m -r\\f x",
        "r\\\nm -rf x",
        "ls && rm -rf x",
        "ls; rm -rf x",
        "ls | xargs rm -rf",
        "sudo rm -rf x",
        "A=1 rm -rf x",
        "env A=1 rm -rf x",
        "if true; then rm -rf x; fi",
        "echo $(rm -rf x)",
        "echo `rm -rf x`",
        "bash -c 'rm -rf x'",
        'eval "rm -rf x"',
        "(rm -rf x)",
        "cat <<E 2>&1 | rm -rf x\nE",
        "'unclosed rm -rf x",
        "find . -exec rm -rf {} +",
        "true " * 3000 + "; rm -rf x",
        "\x07 rm -rf x",
        "\u200b;rm -rf x",
    ],
)
@pytest.mark.parametrize("mode", list(Mode))
def test_deny_wins_at_any_size_and_any_parse(command: str, mode: Mode) -> None:
    assert verdict(command, mode=mode, allow=["*", "rm*"], deny=["rm -rf*"]) == "deny"


@pytest.mark.parametrize(
    "command", ["echo 'rm -rf x'", "grep rm -rf.txt", "ls rm", "git add rm.py && pytest", "rmdir x"]
)
def test_deny_does_not_catch_words_that_are_no_command(command: str) -> None:
    assert verdict(command, deny=["rm"]) == "ask"


def test_deny_sees_through_git_options() -> None:
    assert verdict("git -C x --no-pager push origin", mode=Mode.FULL, deny=["git push*"]) == "deny"
    assert verdict("git -c a=b status", mode=Mode.FULL, deny=["git push*"]) == "allow"


def test_deny_takes_patterns_inside() -> None:
    assert verdict("git push x --force", deny=["git push * --force"]) == "deny"


def test_a_huge_line_is_judged_in_bounded_time() -> None:
    assert verdict("x;" * 100_000 + "rm -rf x", mode=Mode.FULL, deny=["rm -rf*"]) == "deny"


def test_ask_rules_stand_above_allow_and_full() -> None:
    assert verdict("git push", mode=Mode.FULL, allow=["git*"], ask=["git push*"]) == "ask"


@pytest.mark.parametrize(
    "command", ["true", "false", ":", "exit 1", "test -f x", "[ -f x ]", "cd src", "set -e", "set -o pipefail"]
)
def test_free_without_a_rule(command: str) -> None:
    assert verdict(command) == "allow"
    assert verdict(command, sandboxed=False) == "allow"
    assert verdict(command, mode=Mode.PLAN) == "deny"


@pytest.mark.parametrize("command", ["cd /", "cd ..", "cd ../x", "cd -", "cd", "test $X", "[ -f * ]", "set", "set -x"])
def test_not_free(command: str) -> None:
    assert verdict(command) == "ask"


def test_modes() -> None:
    assert verdict("pytest") == "ask"
    assert verdict("pytest", mode=Mode.AUTO_EDIT) == "ask"
    assert verdict("pytest", mode=Mode.AUTO_EDIT, allow=["pytest"]) == "allow"
    assert verdict("a | b > c", mode=Mode.FULL) == "allow"
    assert verdict("pytest", mode=Mode.PLAN, allow=["*"]) == "deny"


def test_without_a_sandbox_nothing_runs_unasked() -> None:
    assert verdict("pytest", mode=Mode.FULL, sandboxed=False, allow=["pytest"]) == "ask"
    assert judge_command("pytest", Mode.FULL, Rules(), False).rules == ()


@pytest.mark.parametrize(
    ("command", "proposed"),
    [
        ("git status -s", ("run_command(git status*)",)),
        ("pytest -q tests", ("run_command(pytest*)",)),
        ("python -m pytest", ("run_command(python -m pytest)",)),
        ("rm -rf x", ()),
        ("git push", ()),
        ("bash -c x", ()),
        ("a && b", ("run_command(a*)", "run_command(b*)")),
        ("true && git status | head -3; git status", ("run_command(git status*)", "run_command(head*)")),
        ("a && rm b", ()),
        ("a > b", ()),
        ("grep 'a b' x", ("run_command(grep*)",)),
        ("python 'a b'", ("run_command(python 'a b')",)),
        ("find . -name x", ("run_command(find*)",)),
    ],
)
def test_proposals_are_narrow_and_work(command: str, proposed: tuple[str, ...]) -> None:
    found = judge_command(command, Mode.ASK, Rules(), True)
    assert found.rules == proposed
    assert not proposed or verdict(command, allow=list(proposed)) == "allow"


@pytest.mark.parametrize("command", ["rm x", "sudo ls", "git push", "ls; rm -r x", "echo $(rm x)", "xargs rm"])
def test_what_destroys_is_marked(command: str) -> None:
    assert judge_command(command, Mode.ASK, Rules(), True).dangerous


@pytest.mark.parametrize("command", ["ls rm", "git status", "pytest -q"])
def test_what_does_not_is_not(command: str) -> None:
    assert not judge_command(command, Mode.ASK, Rules(), True).dangerous


def path_verdict(
    path: str, action: str = "write", *, tool: str = "edit_file", mode: Mode = Mode.AUTO_EDIT, **rules: list[str]
) -> str:
    given = Rules(**{name: tuple(texts) for name, texts in rules.items()})
    found = judge_path(tool, path, "read" if action == "read" else "write", mode, given)
    assert found.why
    assert not found.why.endswith(".")
    assert (found.code is not None) == (found.verdict == "deny")
    return found.verdict if found.code in (None, Code.DENIED) else str(found.code)


@pytest.mark.parametrize(
    "path",
    [".git/config", "sub/.git/hooks/x", ".GIT/config", "a/.Git", ".git", "x/../.git/y", ".g\u200cit/x", ".git./x"],
)
def test_git_is_never_touched(path: str) -> None:
    assert path_verdict(path, allow=["edit_file(**)", "edit_file(.git/**)"]) == "PROTECTED_PATH"
    assert path_verdict(path, mode=Mode.FULL) == "PROTECTED_PATH"


@pytest.mark.parametrize(
    "path",
    [
        ".gitignore",
        ".github/x",
        "git/x",
        "a.git/x",
        "src/x.py",
        "id_utils.py",
        "credentials.md",
        ".env.example",
        "x.pub",
    ],
)
@pytest.mark.parametrize("action", ["read", "write"])
def test_ordinary_files_need_no_question_in_auto_edit(path: str, action: str) -> None:
    assert path_verdict(path, action) == "allow"


@pytest.mark.parametrize(
    "path",
    [
        ".envrc", ".vscode/tasks.json", "a/.husky/pre-commit", ".github/workflows/ci.yml", ".GitHub/Workflows/ci.yml",
        ".claude/x", ".bashrc", "home/.zshrc", ".gitmodules", ".gitattributes", ".mcp.json", ".flux/config.toml",
        ".pre-commit-config.yaml",
    ],
)  # fmt: skip
def test_files_that_run_later_ask_to_be_written_but_not_to_be_read(path: str) -> None:
    assert path_verdict(path, mode=Mode.FULL, allow=["edit_file(**)"]) == "ask"
    assert path_verdict(path, "read") == ("ask" if path.startswith(".flux") else "allow")


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        ".env.local",
        "a/.ENV",
        "x.pem",
        "id_rsa",
        ".ssh/id_ed25519",
        "credentials",
        ".aws/credentials",
        "credentials.json",
    ],
)
@pytest.mark.parametrize("action", ["read", "write"])
def test_secrets_ask(path: str, action: str) -> None:
    assert path_verdict(path, action, mode=Mode.FULL, tool="") == "ask"


def test_a_rule_that_names_the_special_file_covers_it() -> None:
    assert path_verdict(".env", "read", tool="read_files", allow=["read_files(.env)"]) == "allow"
    assert path_verdict(".env", "read", tool="read_files", allow=["read_files(*)"]) == "ask"
    assert path_verdict(".github/workflows/ci.yml", allow=["edit_file(.github/workflows/*)"]) == "allow"
    assert path_verdict(".flux/config.toml", allow=["edit_file(.flux/**)"]) == "ask"
    proposed = judge_path("read_files", ".env", "read", Mode.ASK, Rules()).rules
    assert proposed == ("read_files(.env)",)


def test_outside() -> None:
    for path in ("../x", "/etc/passwd", "a/../../x", "", "a\0b"):
        assert path_verdict(path) == "OUTSIDE_WORKSPACE"


def test_path_modes() -> None:
    assert path_verdict("src/x.py", mode=Mode.ASK) == "ask"
    assert path_verdict("src/x.py", mode=Mode.ASK, allow=["edit_file(src/**)"]) == "allow"
    assert path_verdict("srcs/x.py", mode=Mode.ASK, allow=["edit_file(src/**)"]) == "ask"
    assert path_verdict("src/x.py", mode=Mode.FULL) == "allow"
    assert path_verdict("src/x.py", mode=Mode.PLAN, allow=["edit_file(src/**)"]) == "deny"
    assert path_verdict("src/x.py", "read", mode=Mode.PLAN) == "allow"


def test_allow_for_edits_is_no_allow_for_removals() -> None:
    assert path_verdict("src/x.py", mode=Mode.ASK, tool="write_file", allow=["edit_file(src/**)"]) == "allow"
    assert path_verdict("src/x.py", mode=Mode.ASK, tool="delete_file", allow=["edit_file(src/**)"]) == "ask"


def test_a_denied_path_is_denied_in_any_spelling_and_by_any_tool() -> None:
    for tool in ("edit_file", "write_file", "delete_file", "ast_edit"):
        for path in ("SRC/Secret.py", "./src/secret.py", "src/x/../secret.py"):
            assert path_verdict(path, tool=tool, deny=["edit_file(src/secret.py)"]) == "deny"
    assert path_verdict("vendor/a/b.py", "read", tool="grep_search", deny=["read_files(vendor)"]) == "deny"
    assert path_verdict("vendor/a/b.py", deny=["read_files(vendor/)"]) == "deny"
    assert path_verdict("src/secret.py", "read", deny=["edit_file(src/secret.py)"]) == "allow"


def test_glob_stays_within_a_component() -> None:
    for path, expected in (("a.py", "allow"), ("d/a.py", "ask"), ("d/e/a.py", "ask")):
        assert path_verdict(path, mode=Mode.ASK, allow=["edit_file(./?.py)"]) == expected
    assert path_verdict("docs/a.md", mode=Mode.ASK, allow=["edit_file(docs/*.md)"]) == "allow"
    assert path_verdict("docs/x/a.md", mode=Mode.ASK, allow=["edit_file(docs/*.md)"]) == "ask"
    assert path_verdict("docs/x/a.md", mode=Mode.ASK, allow=["edit_file(docs/**/*.md)"]) == "allow"
    assert path_verdict("docs/a.md", mode=Mode.ASK, allow=["edit_file(docs/**/*.md)"]) == "allow"
    assert path_verdict("x/a.md", mode=Mode.ASK, allow=["edit_file(*.md)"]) == "allow"
