"""Finds the definition a name means. Never a guess: what no name or several are is refused with the names there are."""

import re
from difflib import SequenceMatcher

from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Refusal
from flux_tui.syntax.outline import Definition
from flux_tui.workspace import refusals
from flux_tui.workspace.source import Source, aimed

NUMBERED = re.compile(r"(?P<name>.+)(?P<by>[#@])(?P<number>\d+)")
NEAREST = 5
LISTED = 20


def target(source: Source, definitions: tuple[Definition, ...], name: str) -> Definition:
    """Refusal: INVALID_ARGUMENTS (no such name), SEARCH_TEXT_NOT_UNIQUE (several). Its node is the name asked for."""
    wanted = name.strip()
    for spelled in (wanted, wanted.replace("::", ".").removesuffix("()"), wanted.removeprefix("impl ")):
        found = _named(definitions, spelled)
        if len(found) == 1:
            return found[0]
        if found:
            raise aimed(_several(source, found), source.path, wanted)
    raise aimed(_unknown(source, definitions, wanted), source.path, wanted)


def _named(definitions: tuple[Definition, ...], name: str) -> list[Definition]:
    found = [one for one in definitions if one.plain == name]
    numbered = NUMBERED.fullmatch(name)
    if found or numbered is None:
        return found
    same = [one for one in definitions if one.plain == numbered["name"]]
    number = int(numbered["number"])
    if numbered["by"] == "#":
        return same[number - 1 : number] if number else []
    holding = [one for one in same if one.first <= number <= one.last]
    return sorted(holding, key=lambda one: one.last - one.first)[:1]


def _several(source: Source, found: list[Definition]) -> Refusal:
    rows = [f"  {one.plain}#{at}  lines {one.first}-{one.last}" for at, one in enumerate(found, start=1)]
    what = f"{len(found)} definitions have this name:"
    first = found[0]
    step = (
        f'send the call again with target "{first.plain}#1" or "{first.plain}@{first.first}" (the line it begins at).'
    )
    return _listed(Code.SEARCH_TEXT_NOT_UNIQUE, source, what, rows[:LISTED], step)


def _unknown(source: Source, definitions: tuple[Definition, ...], name: str) -> Refusal:
    if not definitions:
        what = "No definitions are known in this file."
        return refusals.refuse(Code.INVALID_ARGUMENTS, source.path, what, "use edit_file.")
    near = sorted(definitions, key=lambda one: -_likeness(one, name))[:NEAREST]
    rows = [f"  {one.name}  lines {one.first}-{one.last}" for one in near]
    what = f"There is no definition {name[:200]!r} in it. The nearest names:"
    return _listed(Code.INVALID_ARGUMENTS, source, what, rows, "send the call again with a name as it stands here.")


def _listed(code: Code, source: Source, what: str, rows: list[str], step: str) -> Refusal:
    text = "\n".join((f"{code} in {source.path}. Nothing was changed. {what}", *rows, f"Next: {step}"))
    return Refusal(code, text, targets=(source.path,))


def _likeness(one: Definition, name: str) -> float:
    last = re.split(r"[.:#]", name)[-1]
    same = one.short in (last, name)
    return same + max(
        SequenceMatcher(None, one.plain, name).ratio(), SequenceMatcher(None, one.short, last).ratio() - 0.1
    )
