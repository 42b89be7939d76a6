"""The tools, found by folder: a tool is a dataclass whose fields are its schema and whose docstring the model reads."""

import dataclasses
import difflib
import importlib
import pkgutil
import types
import typing
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Literal

import flux_tui.tools
from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import ToolSpec
from flux_tui.protocol.outcomes import Outcome, Refusal
from flux_tui.tools.context import ToolContext

Kind = Literal["read", "edit", "command", "plan"]

JSON_TYPES: Mapping[type, str] = {str: "string", int: "integer", bool: "boolean"}

ALIASES: Mapping[str, tuple[str, ...]] = {
    "path": ("file_path", "filename", "file"),
    "paths": ("path", "file_path", "file_paths"),
    "search": ("old_string", "old_str", "old_text"),
    "replace": ("new_string", "new_str", "new_text"),
    "content": ("contents", "file_text"),
    "command": ("cmd",),
    "to": ("destination", "new_path"),
}
"""Names that models bring from elsewhere: taken, and answered by ours."""


@dataclasses.dataclass(frozen=True)
class Tool(ABC):
    """Subclasses are frozen keyword-only dataclasses. A field's metadata `{"doc": …}` is its description in the schema,
    `{"name": …}` its name there if that differs (`paths` is taken by a method).

    Field types: `str`, `int`, `bool`, `list[str]`, each also with `| None`. A field without default is required.
    """

    name: ClassVar[str]
    kind: ClassVar[Kind]
    verb: ClassVar[str]
    """What the person reads before the title: `read`, `edit`, `run`."""

    @abstractmethod
    def run(self, context: ToolContext) -> Outcome:
        """Compute the outcome. May raise Refusal; must not write, run or ask. Called in a worker thread."""

    @abstractmethod
    def title(self) -> str:
        """The place or the command, in one line, for the person."""

    def paths(self) -> tuple[str, ...]:
        """Paths as the model gave them, for the rules."""
        return ()


@cache
def tools() -> Mapping[str, type[Tool]]:
    """Every tool by name, in the order the model is told of them."""
    found: dict[str, type[Tool]] = {}
    for module in pkgutil.iter_modules(flux_tui.tools.__path__):
        if module.name in ("registry", "context"):
            continue
        loaded = importlib.import_module(f"flux_tui.tools.{module.name}")
        for value in vars(loaded).values():
            if isinstance(value, type) and issubclass(value, Tool) and value.__module__ == loaded.__name__:
                found[value.name] = value
    order = ("read", "edit", "command", "plan")
    return dict(sorted(found.items(), key=lambda item: (order.index(item[1].kind), item[0] != "read_files", item[0])))


@cache
def specs() -> tuple[ToolSpec, ...]:
    """What the model is told. Frozen for a session: thinking signatures and the prompt cache are bound to it."""
    return tuple(ToolSpec(name, _description(tool), _schema(tool)) for name, tool in tools().items())


def build(name: str, arguments: Mapping[str, Any] | None) -> Tool:
    """The call as a tool with checked arguments. Refusal: UNKNOWN_TOOL, INVALID_ARGUMENTS."""
    tool = tools().get(name)
    if tool is None:
        near = difflib.get_close_matches(name, tools(), 1, 0.4)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise Refusal(Code.UNKNOWN_TOOL, f"UNKNOWN_TOOL: there is no tool {name!r}.{hint} Tools: {', '.join(tools())}.")
    if arguments is None:
        raise Refusal(Code.INVALID_ARGUMENTS, f"INVALID_ARGUMENTS: {name} takes one JSON object of arguments.")
    return tool(**_checked(tool, arguments))


def meant_paths(name: str, arguments: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The file an edit is about whose arguments are wrong otherwise."""
    tool = tools().get(name)
    if tool is None or tool.kind != "edit" or arguments is None:
        return ()
    found = (arguments.get(key) for key in ("path", *ALIASES["path"]))
    return tuple(path for path in found if isinstance(path, str) and path)[:1]


def _description(tool: type[Tool]) -> str:
    return " ".join((tool.__doc__ or "").split())


@cache
def _fields(tool: type[Tool]) -> Mapping[str, tuple[type, bool, bool, str]]:
    """name -> (type, is a list, required, description)."""
    hints = typing.get_type_hints(tool)
    found = {}
    for item in dataclasses.fields(tool):
        kind, is_list = _kind(hints[item.name])
        required = item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
        found[item.metadata.get("name", item.name)] = (kind, is_list, required, item.metadata.get("doc", ""))
    return found


def _kind(hint: Any) -> tuple[type, bool]:
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        hint = next(arg for arg in typing.get_args(hint) if arg is not types.NoneType)
    if typing.get_origin(hint) is list:
        return typing.get_args(hint)[0], True
    return hint, False


def _schema(tool: type[Tool]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for name, (kind, is_list, _, doc) in _fields(tool).items():
        entry: dict[str, Any] = {"type": JSON_TYPES[kind]}
        if is_list:
            entry = {"type": "array", "items": entry}
        properties[name] = {**entry, "description": doc} if doc else entry
    required = [name for name, (_, _, needed, _) in _fields(tool).items() if needed]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _checked(tool: type[Tool], arguments: Mapping[str, Any]) -> dict[str, Any]:
    fields = _fields(tool)
    given = _renamed(tool, arguments)
    for name in fields:
        if fields[name][2] and given.get(name) is None:
            raise _invalid(tool, f"{name!r} is missing")
    attributes = {item.metadata.get("name", item.name): item.name for item in dataclasses.fields(tool)}
    return {attributes[name]: _value(tool, name, value) for name, value in given.items() if value is not None}


def _renamed(tool: type[Tool], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Aliases replaced by our names; any other unknown name is refused, since a lost argument does harm."""
    fields = _fields(tool)
    given = {name: value for name, value in arguments.items() if name in fields}
    for alias, value in arguments.items():
        if alias in fields:
            continue
        ours = next((name for name in fields if alias in ALIASES.get(name, ()) and name not in given), None)
        if ours is None:
            near = difflib.get_close_matches(alias, fields, 1, 0.3)
            raise _invalid(tool, f"unknown argument {alias!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
        given[ours] = value
    return given


def _value(tool: type[Tool], name: str, value: Any) -> Any:
    kind, is_list, _, _ = _fields(tool)[name]
    if is_list:
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, kind) for item in items):
            raise _invalid(tool, f"{name!r} must be a list of {JSON_TYPES[kind]}s")
        return items
    if kind is int and isinstance(value, float) and value.is_integer():
        value = int(value)
    if kind is int and isinstance(value, str) and value.strip().isdigit():
        value = int(value)
    if kind is bool and value in ("true", "false"):
        value = value == "true"
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise _invalid(tool, f"{name!r} must be a {JSON_TYPES[kind]}")
    return value


def _invalid(tool: type[Tool], what: str) -> Refusal:
    taken = ", ".join(f"{name}" if needed else f"{name}?" for name, (_, _, needed, _) in _fields(tool).items())
    return Refusal(Code.INVALID_ARGUMENTS, f"INVALID_ARGUMENTS: {what}. Nothing was done. {tool.name} takes: {taken}.")
