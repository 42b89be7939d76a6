"""One operation on a definition: found by name, known to the model, put in place, and proved to touch nothing else."""

import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Refusal
from flux_tui.syntax import imports, pool
from flux_tui.syntax.check import problem
from flux_tui.syntax.languages import language_of
from flux_tui.syntax.outline import Definition, outline
from flux_tui.syntax.shapes import pieces, shape, strings
from flux_tui.workspace import placing, refusals
from flux_tui.workspace.ledger import Ledger
from flux_tui.workspace.miss import Miss
from flux_tui.workspace.placing import Plan, Site
from flux_tui.workspace.rebase import Frame, rebased, unwrapped
from flux_tui.workspace.source import Source, aimed
from flux_tui.workspace.targets import target
from flux_tui.workspace.text import lf
from flux_tui.workspace.whole import check_added, check_inserted, check_others, check_replaced

OPERATIONS = ("replace_node", "insert_before", "insert_after", "add_member", "remove_node", "add_import")
FUNCTION = re.compile(
    r"^\s*(?:pub(?:\([^)]*\))?\s+|async\s+|unsafe\s+|const\s+|extern\s+(?:\"\w+\"\s+)?)*fn\b", re.MULTILINE
)
DATA = re.compile(r"^\s*(?:pub(?:\([^)]*\))?\s+)?(?:struct|enum|union)\b", re.MULTILINE)
METHOD = re.compile(r"^\s*func\s*\(", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Done:
    data: bytes
    """The whole file after it."""
    note: str
    node: str


def on_node(source: Source, operation: str, name: str, code: str, ledger: Ledger) -> Done:
    """All operations but add_import. Refusal."""
    definitions = pool.call(outline, source.path, source.data)
    one = target(source, definitions, name)
    _check_known(source, one, ledger)
    try:
        return _done(source, definitions, one, operation, code)
    except Refusal as refusal:
        raise aimed(refusal, source.path, one.name) from refusal


def add_import(source: Source, code: str, ledger: Ledger) -> Done:
    """Refusal. The file must be known as it is now; which lines of it does not matter."""
    path, lines = source.path, unwrapped(lf(code))
    statement = textwrap.dedent("\n".join(lines))
    match ledger.state(path, source.sha256):
        case "unseen":
            raise refusals.not_read(source, None)
        case "stale":
            raise refusals.stale(source, None)
        case _:
            pass
    if not imports.knows_imports(path):
        step = "use edit_file."
        raise aimed(refusals.refuse(Code.INVALID_ARGUMENTS, path, "Its imports are not known.", step), path, "")
    if not imports.is_import(path, statement):
        step = "send the whole statement, as it would stand in the file."
        raise aimed(refusals.refuse(Code.INVALID_ARGUMENTS, path, "code is no import statement.", step), path, "")
    line = imports.imported(path, source.data, statement)
    if line:
        raise aimed(refusals.refuse(Code.NO_CHANGE, path, f"Line {line} imports this already.", "go on."), path, "")
    return _imported(source, statement)


def _imported(source: Source, statement: str) -> Done:
    path = source.path
    spot = imports.spot(path, source.data, statement)
    bare = re.sub(r"^import\s+", "", statement)
    text = bare if spot.inside else f"import {bare}" if statement.startswith('"') else statement
    code = tuple(spot.indent + line for line in text.split("\n"))
    new = (*[""] * spot.blanks_before, *code, *[""] * spot.blanks_after)
    plan = placing.inserted(source.text, spot.after, new, (spot.blanks_before, len(code)))
    if pieces(path, plan.data, plan.first, plan.last) != 1:
        found = problem(path, source.data, plan.data)
        what = "code is not one import statement."
        refused = refusals.refuse(Code.INVALID_ARGUMENTS, path, what, "send one statement in one call.")
        raise aimed(Refusal(found.code, found.text) if found else refused, path, "")
    return Done(plan.data, f"added an import at line {plan.first}", "")


def _check_known(source: Source, one: Definition, ledger: Ledger) -> None:
    place, what = (one.first, one.last), f"{one.name} is"
    match ledger.state(source.path, source.sha256):
        case "unseen":
            raise refusals.not_read(source, place, what)
        case "stale":
            raise refusals.stale(source, place, what)
        case _:
            missing = ledger.missing(source.path, source.sha256, (place,))
    if missing:
        raise refusals.unseen(source, missing, place, what)


def _done(source: Source, definitions: tuple[Definition, ...], one: Definition, operation: str, code: str) -> Done:
    lines = unwrapped(lf(code))
    if operation == "add_member":
        one, outside = _home(source, definitions, one, lines)
        operation = "insert_after" if outside else operation
    site = _site(source, definitions, one)
    if not site.shape.alone and operation != "add_member":
        what = f"{one.name} shares its lines {one.first}-{one.last} with other code."
        raise refusals.refuse(Code.INVALID_ARGUMENTS, source.path, what, "use edit_file.")
    plan = _planned(site, operation, lines)
    if plan.data == source.data:
        step = "go on if that is what you want."
        raise refusals.refuse(Code.NO_CHANGE, source.path, f"{one.name} reads like this already.", step)
    verb = {"replace_node": "replaced", "remove_node": "removed", "add_member": "added to"}.get(operation)
    return Done(plan.data, f"{verb or operation.replace('_', ' ').replace('insert', 'inserted')} {one.name}", one.name)


def _site(source: Source, definitions: tuple[Definition, ...], one: Definition) -> Site:
    language = language_of(source.path)
    comma = language is not None and language.name == "json"
    return Site(source, definitions, one, pool.call(shape, source.path, source.data, one), comma)


def _home(
    source: Source, definitions: tuple[Definition, ...], one: Definition, lines: Sequence[str]
) -> tuple[Definition, bool]:
    """Where a member of it goes: (definition, whether behind it instead of into it).

    Go's methods stand after their type, Rust's in an impl block of their own.
    """
    code = "\n".join(lines)
    if source.path.endswith(".go") and METHOD.search(code):
        methods = [other for other in definitions if other.plain.startswith(one.plain + ".")]
        return max([one, *methods], key=lambda other: other.last), True
    if source.path.endswith(".rs") and not one.short.startswith("impl ") and FUNCTION.search(code):
        return _impl(source, definitions, one), False
    return one, False


def _impl(source: Source, definitions: tuple[Definition, ...], one: Definition) -> Definition:
    found = next((other for other in definitions if other.plain == f"impl {one.plain}"), None)
    if found is None and DATA.search("\n".join(source.text.lines[one.first - 1 : one.header])):
        what = f"{one.name} has no impl block for methods."
        raise refusals.refuse(Code.INVALID_ARGUMENTS, source.path, what, "insert_after it a whole impl block.")
    return found or one


def _planned(site: Site, operation: str, lines: Sequence[str]) -> Plan:
    match operation:
        case "remove_node":
            plan = placing.removed(site)
            _proved(site, plan, lambda: None)
        case "replace_node":
            plan = placing.replaced(site, _moved(site, lines, site.indent))
            _proved(site, plan, partial(check_replaced, site, plan))
        case "insert_before" | "insert_after":
            put = placing.put_before if operation == "insert_before" else placing.put_after
            plan = put(site, _moved(site, lines, site.indent))
            _proved(site, plan, partial(check_inserted, site, plan))
        case _:
            return _added(site, _moved(site, lines, placing.member_indent(site)))
    return plan


def _added(site: Site, code: Sequence[str]) -> Plan:
    """With the gap of definitions if it is one, else as the fields above it."""
    plan = placing.added(site, code, site.gap(site.one.name))
    _proved(site, plan, partial(check_added, site, plan))
    after = outline(site.source.path, plan.data)
    if any(plan.first <= one.first and one.last <= plan.last for one in after):
        return plan
    children = [one for one in site.definitions if one.parent == site.one.name]
    last = site.shape.members[-1] if site.shape.members else None
    if last and any(one.first <= last[0] and last[1] <= one.last for one in children):
        return plan
    return placing.added(site, code, 0)


def _moved(site: Site, lines: Sequence[str], indent: str) -> tuple[str, ...]:
    path, data = site.source.path, "\n".join(lines).encode("utf-8", "surrogateescape")
    old = frozenset(site.lines[site.one.first - 1 : site.one.last])
    tall = strings(path, data, 1, len(lines))
    try:
        return rebased(lines, Frame(indent, site.unit, old), tall)
    except Miss as miss:
        what = "The lines of code are indented less than its first line."
        step = "indent all of code from one base."
        raise refusals.refuse(Code.INVALID_ARGUMENTS, path, what, step) from miss


def _proved(site: Site, plan: Plan, check: Callable[[], None]) -> None:
    """What breaks the syntax is said first, then what the code does to others."""
    try:
        check()
        check_others(site, plan)
    except Refusal:
        path = site.source.path
        found = problem(path, site.source.data, plan.data)
        if found is not None:
            raise Refusal(found.code, found.text, targets=(path,)) from None
        raise
