"""The demo's free mode: find, show, list, rename, replace, run. A handful of patterns, no intelligence."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flux_tui.llm import demo_rename
from flux_tui.llm.demo_steps import Done, Exchange, first_line, plural, seen, shown_lines
from flux_tui.llm.scripted import Call, Reply
from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import Usage

PAUSE = 0.008
QUOTED = r"(?:\"(?P<{0}1>[^\"]+)\"|'(?P<{0}2>[^']+)'|`(?P<{0}3>[^`]+)`|(?P<{0}4>\S+))"
HELP = """I am Flux's built-in demo, not a language model: no key and no network are used. I understand these requests:

- `find WORDS`: search the files (`find *.py` looks for names)
- `show FILE`, `show FILE lines 10-40`, `show NAME`: a file, a part of it, or a definition
- `list FOLDER`
- `rename OLD to NEW`: a name in all files, or a file
- `replace "a" with "b" in FILE`
- `run COMMAND`

What I do is done with Flux's real tools: reads, edits with a review, commands in the sandbox, `/undo`.
For anything else connect a real model: set `ANTHROPIC_API_KEY` or `OPENAI_API_KEY`, or see `/model`."""


def reply(now: Exchange, otherwise: str = HELP) -> Reply:
    """The next step towards what was asked; `otherwise` where that is not understood."""
    for pattern, step in REQUESTS:
        if match := pattern.fullmatch(now.prompt.strip().rstrip("?!")):
            return step({name: value for name, value in match.groupdict().items() if value is not None}, now)
    return say(otherwise)


def say(text: str, *calls: Call) -> Reply:
    return Reply(text, calls, usage=Usage(input=400, output=len(text) // 4 + 30 * len(calls)), pause=PAUSE)


def ask(tool: str, **arguments: Any) -> Reply:
    return say("", Call(tool, arguments))


Words = Mapping[str, str]
Step = Callable[[Words, Exchange], Reply]


def quoted(words: Words, name: str) -> str:
    return next((words[f"{name}{n}"] for n in range(1, 6) if f"{name}{n}" in words), "")


def failed(done: Done) -> Reply | None:
    """What to say of a call that did not work."""
    if done.ok:
        return None
    if done.result.code is Code.REJECTED:
        return say("You turned it down, so nothing was changed.")
    return say(f"That did not work: {first_line(done.result.text)}")


def _find(words: Words, now: Exchange) -> Reply:
    what = quoted(words, "what")
    if not now.done:
        if re.search(r"[*?]", what) and " " not in what:
            return ask("find_files", pattern=what)
        return ask("grep_search", pattern=re.escape(what))
    last = now.done[-1]
    hits = sum(b - a + 1 for _, lines in seen(last.result) for a, b in lines)
    if last.call.tool == "find_files":
        names = [line for line in last.result.text.split("\n") if line.strip()]
        return failed(last) or say("\n".join(f"- `{name}`" for name in names[:30]) or "No file has such a name.")
    if not hits and last.ok:
        return say(f"`{what}` is nowhere in the files that I may search.")
    return failed(last) or say(_places(f"`{what}` is in", last))


def _places(head: str, done: Done) -> str:
    rows = [f"- `{path}`: line {', '.join(map(str, sorted(rows)))}" for path, rows in shown_lines(done.result).items()]
    return "\n".join([f"{head} {plural(len(rows), 'file')}:", *rows[:30]])


def _show(words: Words, now: Exchange) -> Reply:
    what = quoted(words, "what")
    if not now.done:
        if re.search(r"[./\\]", what):
            lines = {"start_line": int(words["first"]), "end_line": int(words["last"])} if "first" in words else {}
            return ask("read_files", paths=[what], **lines)
        word = re.escape(what)
        return ask(
            "grep_search", pattern=rf"\b(def|class|func|fn|function|struct|type|const|let|var)\s+{word}\b|^{word}\s*="
        )
    last = now.done[-1]
    if last.call.tool == "grep_search" and last.ok:
        places = seen(last.result)
        if not places:
            return say(f"I find no definition of `{what}`. `find {what}` searches the text of the files.")
        path, ((start, end), *_) = places[0]
        return ask("read_files", paths=[path], start_line=start, end_line=end)
    told = ", ".join(f"`{path}` lines {lines[0][0]}-{lines[-1][1]}" for path, lines in seen(last.result) if lines)
    return failed(last) or say(f"Shown: {told or 'an empty file'}. Open the card above to read it.")


def _list(words: Words, now: Exchange) -> Reply:
    if not now.done:
        folder = quoted(words, "what")
        return ask("list_files", **({"path": folder} if folder else {}))
    return failed(now.done[-1]) or say(f"```\n{now.done[-1].result.text.strip()[:3000]}\n```")


def _run(words: Words, now: Exchange) -> Reply:
    if not now.done:
        return ask("run_command", command=words["command"])
    last = now.done[-1]
    if last.ok:
        return say(f"`{words['command']}` ended with exit status {last.result.exit}.")
    return failed(last) or say("The command did not run.")


def _replace(words: Words, now: Exchange) -> Reply:
    old, new, path = quoted(words, "old"), quoted(words, "new"), quoted(words, "path")
    edits, reads = now.of("edit_file"), now.of("read_files")
    if edits and (edits[-1].ok or edits[-1].result.code is not Code.UNSEEN_LINES or len(edits) > 5):
        return failed(edits[-1]) or say(f"Replaced in `{path}`. `/undo` takes it back.")
    if not reads:
        return ask("read_files", paths=[path])
    if refused := failed(reads[-1]):
        return refused
    return ask("edit_file", path=path, search=old, replace=new, replace_all=True)


def _rename(words: Words, now: Exchange) -> Reply:
    old, new = quoted(words, "old"), quoted(words, "new")
    if re.search(r"[./\\]", old):
        if not now.done:
            return ask("move_file", path=old, to=new)
        return failed(now.done[-1]) or say(f"`{old}` is now `{new}`. `/undo` takes it back.")
    if not re.fullmatch(r"\w+", old) or not re.fullmatch(r"\w+", new):
        return say(f"I can rename words and files only, not `{old}`.")
    return demo_rename.reply(old, new, now)


def _help(words: Words, now: Exchange) -> Reply:
    return say(HELP)


def _pattern(text: str, *names: str) -> re.Pattern[str]:
    return re.compile(text.format(**{name: QUOTED.format(name) for name in names}), re.IGNORECASE | re.DOTALL)


REQUESTS: tuple[tuple[re.Pattern[str], Step], ...] = (
    (_pattern(r"(?:help|what can you do)"), _help),
    (_pattern(r"(?:please )?(?:run|execute)\s+`?(?P<command>.+?)`?"), _run),
    (_pattern(r"(?:please )?replace\s+{old}\s+(?:with|by)\s+{new}\s+in\s+{path}", "old", "new", "path"), _replace),
    (_pattern(r"(?:please )?(?:rename|move)\s+(?:file\s+)?{old}\s+(?:to|into)\s+{new}", "old", "new"), _rename),
    (_pattern(r"(?:please )?(?:list|ls)(?:\s+files)?(?:\s+(?:in\s+)?{what})?", "what"), _list),
    (
        _pattern(
            r"(?:please )?(?:show|read|open|cat)(?:\s+me)?\s+{what}"
            r"(?:\s+(?:lines?\s+)?(?P<first>\d+)\s*-\s*(?P<last>\d+))?",
            "what",
        ),
        _show,
    ),
    (_pattern(r"(?:please )?(?:find|search(?:\s+for)?|where\s+is|grep)\s+(?:{what}|(?P<what5>.+))", "what"), _find),
)
