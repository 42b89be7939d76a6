"""How a refused edit is worded: code and place, that nothing was changed, the exact lines, the next step last.

At most about 60 lines; the lines shown count as seen, so the next try can succeed.
"""

from collections.abc import Callable, Sequence

from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import Ranges
from flux_tui.protocol.outcomes import Refusal
from flux_tui.workspace import ranges
from flux_tui.workspace.miss import Miss
from flux_tui.workspace.near import Near, nearest
from flux_tui.workspace.source import Source
from flux_tui.workspace.text import lf, shown, split

Others = Callable[[Sequence[str]], tuple[str, ...]]
BUDGET = 40
"""Lines of the file in one refusal."""
WHOLE_LINES = 400
WHOLE_BYTES = 40_000
"""A file up to this is shown whole at the second failure."""
PLACES = 6
EXTENSION = 8
QUOTED = 300
APPLIED = 8
"""Characters from which on a text that is there already is no chance."""
MATCHES = "Your search matches"
NOW = 'as they are now (count as read; leave out "N|" when you copy)'


def refuse(code: Code, path: str, found: str, next_step: str = "") -> Refusal:
    """A refusal about one file, without any of its lines."""
    tail = f" Next: {next_step}" if next_step else ""
    return Refusal(code, f"{code} in {path}. Nothing was changed. {found}{tail}", targets=(path,))


def missed(source: Source, miss: Miss, replacement: str, failures: int, others: Others) -> Refusal:
    """A search without its one place. `failures`: edits of this file that failed before in a row; `others`: what finds
    the files that hold the search."""
    match miss.code:
        case Code.SEARCH_TEXT_NOT_UNIQUE:
            return _not_unique(source, miss)
        case Code.NO_CHANGE:
            node = source.node(*miss.places[0]) if miss.places else ""
            step = "go on if that is what you want; else send a replace that differs."
            text = f"NO_CHANGE in {source.path}. Nothing was changed. {miss.why}\nNext: {step}"
            return Refusal(Code.NO_CHANGE, text, targets=(source.path,), node=node)
        case _:
            return _applied(source, miss, replacement) or _not_found(source, miss, failures, others)


def not_read(source: Source, place: tuple[int, int] | None, what: str = MATCHES) -> Refusal:
    """The file was never shown. `place`: where the search matches, if it does; `what` says so."""
    return _unknown(source, Code.NOT_READ, "This file was not read yet.", place, what)


def stale(source: Source, place: tuple[int, int] | None, what: str = MATCHES) -> Refusal:
    return _unknown(source, Code.STALE_FILE, "The file has changed since you read it.", place, what)


def unseen(source: Source, missing: Ranges, place: tuple[int, int], what: str = MATCHES) -> Refusal:
    """The lines of the place that were never shown whole."""
    lines = _fitting(source, missing)
    shown_text, seen = source.show(lines)
    left = ranges.subtract(missing, seen)
    step = "check that this is what you mean, then send the same call again."
    if left:
        step = f"read_files with start_line={left[0][0]} and end_line={left[-1][1]}, then send the call again."
    text = (
        f"{_head(Code.UNSEEN_LINES, source)} {what} {_lines(place)}, "
        f"but you have not seen {ranges.spoken(missing)}.\n"
        f"{_titled(lines, shown_text)}\nNext: {step}"
    )
    return Refusal(Code.UNSEEN_LINES, text, source.sight(seen), (source.path,), source.node(*place))


def unread_lines(source: Source, missing: Ranges) -> Refusal:
    """A whole file is to be replaced that was seen in part."""
    lines = _fitting(source, missing)
    shown_text, seen = source.show(lines)
    left = ranges.subtract(missing, seen)
    step = "send the same call again if the new content keeps what is needed of these."
    if left:
        step = f"read_files with start_line={left[0][0]}, or change only some lines with edit_file."
    text = (
        f"{_head(Code.UNSEEN_LINES, source)} To replace a whole file all of it must be known; you have not seen "
        f"{ranges.spoken(missing)}.\n"
        f"{_titled(lines, shown_text)}\nNext: {step}"
    )
    return Refusal(Code.UNSEEN_LINES, text, source.sight(seen), (source.path,), "")


def _head(code: Code, source: Source) -> str:
    return f"{code} in {source.path}. Nothing was changed."


def _lines(place: tuple[int, int]) -> str:
    first, last = place
    return f"line {first}" if first == last else f"lines {first}-{last}"


def _titled(lines: Ranges, shown_text: str) -> str:
    return f"Lines {ranges.spoken(lines)} {NOW}:\n{shown_text}"


def _unknown(source: Source, code: Code, why: str, place: tuple[int, int] | None, what: str) -> Refusal:
    if place is None and source.total <= BUDGET:
        lines: Ranges = ((1, source.total),) if source.total else ()
    elif place is None:
        text = f"{_head(code, source)} {why} It has {source.total} lines.\nNext: read_files, then send the edit again."
        return Refusal(code, text, (), (source.path,), "")
    else:
        lines = source.around(*place, BUDGET)
    shown_text, seen = source.show(lines)
    missing = ranges.subtract((place,), seen) if place else ()
    step = "check that this is what you mean, then send the same call again."
    if missing or place is None:
        step = "read_files for what is missing, then send the edit again." if missing else "send the edit again."
    where = f" {what} {_lines(place)}." if place else ""
    text = f"{_head(code, source)} {why}{where}\n{_titled(lines, shown_text)}\nNext: {step}"
    node = source.node(*place) if place else ""
    return Refusal(code, text, source.sight(seen), (source.path,), node)


def _fitting(source: Source, wanted: Ranges) -> Ranges:
    """Whole nodes around the wanted lines, the first that fit the budget; else the first of the lines themselves."""
    found: Ranges = ()
    for first, last in wanted:
        room = BUDGET - ranges.count(found)
        if room <= 0:
            break
        grown = ranges.union(found, source.around(first, last, room))
        found = (
            grown
            if ranges.count(grown) <= BUDGET + 10
            else ranges.union(found, ((first, min(last, first + room - 1)),))
        )
    return found


def _applied(source: Source, miss: Miss, replacement: str) -> Refusal | None:
    """The new text is there and the old one is not, nor a place elsewhere that is like it."""
    new, _ = split(lf(replacement).strip("\n"))
    if sum(len(line.strip()) for line in new) < APPLIED:
        return None
    lines = source.text.lines
    starts = [at for at, line in enumerate(lines) if line == new[0] and lines[at : at + len(new)] == new]
    if len(starts) != 1:
        return None
    place = (starts[0] + 1, starts[0] + len(new))
    near = nearest(lines, miss.lines)
    if near and 2 * near.agreeing >= len(miss.lines) and (near.last < place[0] or near.first > place[1]):
        return None
    around = source.around(*place, BUDGET)
    shown_text, seen = source.show(around)
    text = (
        f"{_head(Code.SEARCH_TEXT_NOT_FOUND, source)} Already applied at {_lines(place)}: your replace "
        f"is there, your search is not. There is nothing to do.\n{_titled(around, shown_text)}\nNext: go on."
    )
    return Refusal(Code.SEARCH_TEXT_NOT_FOUND, text, source.sight(seen), (source.path,), source.node(*place))


def _not_found(source: Source, miss: Miss, failures: int, others: Others) -> Refusal:
    near = nearest(source.text.lines, miss.lines)
    if miss.places:
        near = _at(source, miss)
    told = _told(source, miss, near)
    node = source.node(*((near.first, near.last) if near and near.differs is None else _point(source, near)))
    if failures and source.total <= WHOLE_LINES and len(source.data) <= WHOLE_BYTES:
        lines: Ranges = ((1, source.total),) if source.total else ()
        step = "send write_file with the whole new content, or copy search from these lines."
    elif near is None:
        lines = ((1, source.total),) if 0 < source.total <= BUDGET else ()
        holding = others(miss.lines)
        told += f" It is in {', '.join(holding)}." if holding else ""
        step = "edit the file that holds it, or read_files." if holding else "read_files to see what is there."
    else:
        lines = source.around(near.first, near.last, BUDGET)
        step = (
            "call edit_file again; copy search from these lines, only the 1-10 lines that change and one line around."
        )
    shown_text, seen = source.show(lines)
    excerpt = f"\n{_titled(lines, shown_text)}" if lines else ""
    text = f"{_head(Code.SEARCH_TEXT_NOT_FOUND, source)}\n{told}{excerpt}\nNext: {step}"
    return Refusal(Code.SEARCH_TEXT_NOT_FOUND, text, source.sight(seen), (source.path,), node)


def _at(source: Source, miss: Miss) -> Near:
    first, last = miss.places[0]
    pairs = zip(miss.lines, source.text.lines[first - 1 : last], strict=False)
    differs = next((at for at, (sent, kept) in enumerate(pairs) if sent != kept), None)
    return Near(first, last, last - first + 1, differs)


def _point(source: Source, near: Near | None) -> tuple[int, int]:
    if near is None:
        return (1, source.total or 1)
    line = min(near.first + (near.differs or 0), max(source.total, 1))
    return (line, line)


def _told(source: Source, miss: Miss, near: Near | None) -> str:
    """What agrees, and the first line that does not: the point that mends the next try."""
    why = "" if miss.why == "the text is not in the file." else miss.why[0].upper() + miss.why[1:] + "\n"
    if near is None:
        return f"{why}The text is not in this file ({source.total} lines)."
    if near.differs is None:
        return f"{why}Your text reads as lines {near.first}-{near.last}, but not as whole lines of them."
    line = near.first + near.differs
    sent = shown(miss.lines[near.differs])[:QUOTED]
    kept = shown(source.text.lines[line - 1])[:QUOTED] if line <= source.total else "(the file ends)"
    agreeing = (
        f"agrees with {near.agreeing} of lines {near.first}-{near.last}; the first that differs"
        if near.agreeing
        else (f"is nowhere in the file; the nearest line is {line}")
    )
    width = len(str(line))
    return f"{why}Your text {agreeing}:\n  file {line}|{kept}\n  sent {'':{width}}|{sent}"


def _not_unique(source: Source, miss: Miss) -> Refusal:
    size = len(miss.places)
    count = f"{size} places" if size <= PLACES else f"{size} places, of which the first {PLACES}"
    cures, shown_lines = [], []
    for first, last in miss.places[:PLACES]:
        start = _extension(source.text.lines, first, last)
        shown_lines.append((min(start or first, first), min(last, first + 5)))
        if start:
            quoted = shown(source.text.lines[start - 1])[:QUOTED]
            cures.append(f'to mean {_lines((first, last))} begin search with line {start}: "{quoted}"')
        else:
            cures.append(f"to mean {_lines((first, last))} take more lines around it")
    shown_text, seen = source.show(ranges.normal(shown_lines))
    text = (
        f"{_head(Code.SEARCH_TEXT_NOT_UNIQUE, source)} Your search is there in {count}:\n"
        + "\n".join(cures)
        + f"\nThese lines {NOW}:\n{shown_text}\nNext: send the longer search and a replace that keeps the added lines, "
        "or replace_all=true to change every place."
    )
    return Refusal(Code.SEARCH_TEXT_NOT_UNIQUE, text, source.sight(seen), (source.path,), source.node(*miss.places[0]))


def _extension(lines: Sequence[str], first: int, last: int) -> int | None:
    """The nearest line above from which on the text stands only once; None if none is near."""
    for start in range(first - 1, max(first - 1 - EXTENSION, 0), -1):
        block = lines[start - 1 : last]
        same = (
            at
            for at, line in enumerate(lines)
            if line == block[0] and tuple(lines[at : at + len(block)]) == tuple(block)
        )
        if block[0].strip() and len([at for at, _ in zip(same, range(2), strict=False)]) == 1:
            return start
    return None
