"""The demo renames a word in all files: search, read around the hits, one edit a place, all in order."""

import re

from flux_tui.llm.demo_steps import Exchange, first_line, plural, seen, shown_lines
from flux_tui.llm.scripted import Call, Reply
from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import Usage

NEAR = 30
"""Hits that are no further apart are changed by one edit."""
MOST = 12
"""Edits of one request."""

Span = tuple[str, int, int]
"""Path, first and last line."""


def reply(old: str, new: str, now: Exchange) -> Reply:
    searches, reads, edits = now.of("grep_search"), now.of("read_files"), now.of("edit_file")
    if not searches:
        return _say("", Call("grep_search", {"pattern": rf"\b{re.escape(old)}\b"}))
    spans = _spans([(path, lines) for path, lines in seen(searches[-1].result)])
    if not spans:
        return _say(f"`{old}` is nowhere in the files that I may search.")
    if not reads:
        return _say(f"I read around {plural(len(spans), 'place')} first.", *(_read(span) for span in spans[:MOST]))
    if not edits:
        shown: dict[str, dict[int, str]] = {}
        for read in reads:
            for path, lines in shown_lines(read.result).items():
                shown.setdefault(path, {}).update(lines)
        calls = [call for span in spans[:MOST] if (call := _edit(span, shown, old, new)) is not None]
        return _say("", *calls) if calls else _say("I could not read those places, so I change nothing.")
    return _say(_told(old, new, now, len(spans)))


def _spans(places: list[tuple[str, tuple[tuple[int, int], ...]]]) -> list[Span]:
    spans: list[Span] = []
    for path, lines in places:
        for first, last in lines:
            if spans and spans[-1][0] == path and first - spans[-1][2] <= NEAR:
                spans[-1] = (path, spans[-1][1], last)
            else:
                spans.append((path, first, last))
    return spans


def _read(span: Span) -> Call:
    path, first, last = span
    return Call("read_files", {"paths": [path], "start_line": max(1, first - 1), "end_line": last + 1})


def _edit(span: Span, shown: dict[str, dict[int, str]], old: str, new: str) -> Call | None:
    """From one line before the first hit to one after the last, so that the text is likely to be unique."""
    path, first, last = span
    known = shown.get(path, {})
    if any(number not in known for number in range(first, last + 1)):
        return None
    lines = [known[number] for number in range(first - 1, last + 2) if number in known]
    text = "\n".join(lines)
    changed = re.sub(rf"\b{re.escape(old)}\b", new, text)
    return Call("edit_file", {"path": path, "search": text, "replace": changed}) if changed != text else None


def _told(old: str, new: str, now: Exchange, places: int) -> str:
    edits = now.of("edit_file")
    good = [edit for edit in edits if edit.ok]
    files = {edit.call.arguments["path"] for edit in good if edit.call.arguments}
    rows = [f"`{old}` is now `{new}` in {plural(len(files), 'file')}."]
    if not good:
        rows = [f"`{old}` stays as it is."]
    for edit in edits:
        if edit.result.code is Code.REJECTED:
            rows.append(f"- `{edit.result.targets[0] if edit.result.targets else 'a file'}`: you turned it down.")
        elif not edit.ok:
            rows.append(f"- {first_line(edit.result.text)}")
    if places > MOST:
        rows.append(f"There are {places - MOST} more places; ask again for the next.")
    return "\n".join(rows)


def _say(text: str, *calls: Call) -> Reply:
    return Reply(text, calls, usage=Usage(input=400, output=len(text) // 4 + 30 * len(calls)), pause=0.008)
