"""The demo: its guide on the shipped project, and the plain requests of its free mode, step by step."""

import re
from pathlib import Path

import flux_tui
from flux_tui.llm import demo_guide
from flux_tui.llm.demo_provider import DemoProvider
from flux_tui.llm.scripted import Reply
from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import CallPart, Message, ResultPart, Sight, TextPart, user
from tests.llm.playing import request

PROJECT = Path(flux_tui.__file__).parent / "demo_project"


def talk(made: DemoProvider, prompt: str, *results: ResultPart) -> Reply:
    """The reply after these results, each the answer to a call of its own reply."""
    history = [user("Earlier."), Message("assistant", (TextPart("Yes."),)), user(prompt)]
    for at, result in enumerate(results):
        call = made.answer(request(*history)).calls[0]
        part = CallPart(f"c{at}", call.tool, call.arguments)
        answer = ResultPart(
            part.id, part.tool, result.text, result.code, result.seen, exit=result.exit, targets=result.targets
        )
        history += [Message("assistant", (part,)), Message("user", (answer,))]
    return made.answer(request(*history))


def ok(text: str = "done", *seen: Sight, exit: int | None = None) -> ResultPart:
    return ResultPart("", "", text, Code.OK, seen, exit=exit)


def bad(code: Code) -> ResultPart:
    return ResultPart("", "", f"{code}: no.", code)


def test_the_guides_edit_fits_the_project_and_mends_it() -> None:
    before = (PROJECT / demo_guide.FILE).read_text(encoding="utf-8")
    assert before.count(demo_guide.BLIND_SEARCH) == 1
    assert before.count(demo_guide.SEARCH) == 1
    line = before[: before.index(demo_guide.BLIND_SEARCH)].count("\n") + 1
    assert line > 60
    after = before.replace(demo_guide.SEARCH, demo_guide.REPLACE)
    changed = [pair for pair in zip(before.split("\n"), after.split("\n"), strict=True) if pair[0] != pair[1]]
    assert len(changed) == 3
    for hunk in changed:
        compile(before.replace(*hunk), "one hunk alone", "exec")
    assert demo_guide.BLIND_REPLACE in after


def test_the_guide_goes_its_way() -> None:
    made = DemoProvider("guide")
    assert made.guide_prompts == demo_guide.PROMPTS
    assert [call.tool for call in talk(made, demo_guide.EXPLAIN).calls] == ["list_files", "read_files"]
    fix = demo_guide.FIX
    steps = (ok(), bad(Code.UNSEEN_LINES), ok(), ok("exit 0", exit=0))
    tools = [talk(made, fix, *steps[:n]).calls for n in range(5)]
    assert [[call.tool for call in calls] for calls in tools] == [
        ["read_files"],
        ["edit_file"],
        ["edit_file"],
        ["run_command"],
        [],
    ]
    assert "pass" in talk(made, fix, *steps).text
    assert talk(made, demo_guide.NEXT).calls == ()


def test_the_guide_takes_a_no_for_a_no() -> None:
    made = DemoProvider("guide")
    refused = talk(made, demo_guide.FIX, ok(), bad(Code.UNSEEN_LINES), bad(Code.REJECTED))
    assert refused.calls == ()
    unrun = talk(made, demo_guide.FIX, ok(), bad(Code.UNSEEN_LINES), ok(), bad(Code.REJECTED))
    assert "unverified" in unrun.text
    failing = talk(made, demo_guide.FIX, ok(), bad(Code.UNSEEN_LINES), ok(), ok("exit 1", exit=1))
    assert "fail" in failing.text


def test_off_the_script_it_says_so() -> None:
    assert talk(DemoProvider("guide"), "Write a compiler.").text == demo_guide.OFF_SCRIPT


def test_what_it_does_not_understand_it_says() -> None:
    told = talk(DemoProvider(), "write me a poem")
    assert told.calls == ()
    assert "not a language model" in told.text


def test_find_show_list_run() -> None:
    made = DemoProvider()
    first = talk(made, "find Cart.price").calls[0]
    assert (first.tool, dict(first.arguments or {})) == ("grep_search", {"pattern": re.escape("Cart.price")})
    assert talk(made, "find *.py").calls[0].tool == "find_files"
    shown = talk(made, "show a/b.py lines 3-9").calls[0]
    assert dict(shown.arguments or {}) == {"paths": ["a/b.py"], "start_line": 3, "end_line": 9}
    sight = Sight("shop/inventory.py", "0", ((125, 125),), 186)
    found = talk(made, "show Cart", ok("shop/inventory.py (186 lines)\n125|class Cart:", sight)).calls[0]
    assert dict(found.arguments or {}) == {"paths": ["shop/inventory.py"], "start_line": 125, "end_line": 125}
    assert talk(made, "list").calls[0].tool == "list_files"
    assert dict(talk(made, "run `make test`").calls[0].arguments or {}) == {"command": "make test"}
    assert "status 2" in talk(made, "run make", ok("exit 2", exit=2)).text


def test_replace_reads_before_it_edits_and_tries_again_with_what_it_was_shown() -> None:
    made, prompt = DemoProvider(), "replace \"a b\" with 'c' in x.md"
    assert talk(made, prompt).calls[0].tool == "read_files"
    edit = talk(made, prompt, ok()).calls[0]
    assert dict(edit.arguments or {}) == {"path": "x.md", "search": "a b", "replace": "c", "replace_all": True}
    assert talk(made, prompt, ok(), bad(Code.UNSEEN_LINES)).calls[0].tool == "edit_file"
    assert talk(made, prompt, ok(), ok()).calls == ()
    assert "turned it down" in talk(made, prompt, ok(), bad(Code.REJECTED)).text


def test_rename_changes_whole_words_only() -> None:
    made, prompt = DemoProvider(), "rename Shelf to Rack"
    hits = ok("a.py (9 lines)\n4|class Shelf:\n6|    Shelfish = Shelf", Sight("a.py", "0", ((4, 4), (6, 6)), 9))
    read = talk(made, prompt, hits).calls[0]
    assert dict(read.arguments or {}) == {"paths": ["a.py"], "start_line": 3, "end_line": 7}
    lines = "a.py lines 3-7 of 9, LF, utf-8\n3|\n4|class Shelf:\n5|\n6|    Shelfish = Shelf\n7|"
    edit = talk(made, prompt, hits, ok(lines, Sight("a.py", "0", ((3, 7),), 9))).calls[0]
    assert dict(edit.arguments or {})["replace"] == "\nclass Rack:\n\n    Shelfish = Rack\n"
    assert "nowhere" in talk(made, prompt, ok("No line matches.")).text
    assert talk(made, "rename a.py to b.py").calls[0].tool == "move_file"
