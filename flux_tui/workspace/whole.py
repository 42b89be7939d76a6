"""Proves on the result that an operation did what it says: one whole definition in its place, all others as before."""

import re

from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Refusal
from flux_tui.syntax import pool
from flux_tui.syntax.outline import Definition, outline
from flux_tui.syntax.shapes import pieces
from flux_tui.workspace import refusals
from flux_tui.workspace.placing import Plan, Site
from flux_tui.workspace.text import decode

SAID = 3


def check_replaced(site: Site, plan: Plan) -> None:
    one, path = site.one, site.source.path
    found = _outermost(site, plan)
    if len(found) != 1 or pieces(path, plan.data, plan.first, plan.last) != 1:
        raise _not_one(site, found)
    new = found[0]
    if new.kind != one.kind:
        raise _invalid(site, f"{one.name} is a {one.kind}, code is a {new.kind}.", "send code of the same kind.")
    if new.plain != one.plain:
        _check_renamed(site, plan, new)


def check_inserted(site: Site, plan: Plan) -> None:
    found = _outermost(site, plan)
    if pieces(site.source.path, plan.data, plan.first, plan.last) != 1 or len(found) > 1:
        raise _not_one(site, found)


def check_added(site: Site, plan: Plan) -> None:
    check_inserted(site, plan)
    after = _after(site, plan)
    around = [one for one in after if one.first < plan.first and plan.last <= one.last]
    inside = min(around, key=lambda one: one.last - one.first, default=None)
    if inside is None or inside.plain != site.one.plain:
        raise _invalid(site, f"code would not be a member of {site.one.name}.", "send one complete member.")


def check_others(site: Site, plan: Plan) -> None:
    """Every definition outside the changed lines is there as before, and none is new."""
    old_end = plan.at + plan.gone
    delta = plan.last - plan.first + 1
    before = [one for one in site.definitions if not (plan.at < one.first and one.last <= old_end)]
    after = [one for one in _after(site, plan) if not (delta and plan.first <= one.first and one.last <= plan.last)]
    if [(one.plain, one.kind) for one in before] != [(one.plain, one.kind) for one in after]:
        names = {one.plain for one in before} ^ {one.plain for one in after}
        said = ", ".join(sorted(names)[:SAID])
        what = f"code does not stand by itself: it would change other definitions ({said or 'their order'})."
        raise _invalid(site, what, "send one complete definition, its brackets and indentation balanced.")


def _check_renamed(site: Site, plan: Plan, new: Definition) -> None:
    """Another name only if the old one is used nowhere any more."""
    old = site.one.short
    word = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)")
    lines = decode(plan.data).lines
    used = [str(at) for at, line in enumerate(lines, start=1) if word.search(line)]
    if used:
        where = ", ".join(used[:SAID]) + (" …" if len(used) > SAID else "")
        what = f"code defines {new.short}, not {site.one.name}, and {old} is still used (lines {where} of the result)."
        raise _invalid(site, what, f"keep the name {old}, or change its uses first.")


def _after(site: Site, plan: Plan) -> tuple[Definition, ...]:
    return pool.call(outline, site.source.path, plan.data)


def _outermost(site: Site, plan: Plan) -> list[Definition]:
    """The definitions within the code that are in no other."""
    inside = [one for one in _after(site, plan) if plan.first <= one.first and one.last <= plan.last]
    names = {one.name for one in inside}
    return [one for one in inside if one.parent not in names]


def _not_one(site: Site, found: list[Definition]) -> Refusal:
    has = f"it holds {', '.join(one.short for one in found[:SAID])}" if len(found) > 1 else "it is not one"
    return _invalid(site, f"code must be one complete definition; {has}.", "send one definition in one call.")


def _invalid(site: Site, what: str, step: str) -> Refusal:
    return refusals.refuse(Code.INVALID_ARGUMENTS, site.source.path, what, step)
