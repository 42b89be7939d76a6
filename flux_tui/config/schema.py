"""The settings as a flat table of dotted keys, made from the dataclasses, and the check of one raw value against it."""

import difflib
import inspect
import math
import re
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import Any, Literal

from flux_tui.config import settings
from flux_tui.config.settings import ProviderSettings, Settings

_TOML_NAMES = {bool: "boolean", int: "number", float: "number", list: "list", dict: "table"}


class BadValue(Exception):
    """`str()` says what the value should be, as the rest of a sentence: `must be a whole number`."""


@dataclass(frozen=True, slots=True)
class Key:
    """One setting."""

    name: str
    """Dotted: `limits.max_turns`, `providers.*.base_url`."""
    kind: Any
    """The type as annotated."""
    default: Any
    owner: str
    """The class that has the field."""
    above: float | None = None
    """Numbers must be greater than this; None = at least 0."""
    format: str = ""
    """`url` or `variable`: texts that must look like one."""


@cache
def keys() -> Mapping[str, Key]:
    """Every key in the order of the file. Providers' keys stand under `providers.*`."""
    return {key.name: key for key in _walk(Settings, "")}


@cache
def tables() -> Mapping[str, str]:
    """Tables of the config file with what they are about."""
    docs = {"": _doc(Settings), "providers": _doc(ProviderSettings)}
    for item in fields(Settings):
        kind = _hints(Settings)[item.name]
        if is_dataclass(kind):
            docs[item.name] = _doc(kind)
    return docs


def find(name: str) -> Key | None:
    """The row for a dotted key as it stands in a file."""
    return keys().get(_general(name))


def nearest(name: str, among: Iterable[str] = ()) -> str:
    """The valid key most like this one, or ""."""
    known = [*keys(), *(table for table in tables() if table)]
    last = _general(name)
    if found := difflib.get_close_matches(last, [*known, *among], 1, 0.5):
        return _like(name, found[0])
    leaf = last.rpartition(".")[2]
    ends = {key.rpartition(".")[2]: key for key in known}
    found = difflib.get_close_matches(leaf, list(ends), 1, 0.6)
    return _like(name, ends[found[0]]) if found else ""


def check(key: Key, value: Any) -> Any:
    """The value as its field wants it. BadValue otherwise."""
    return _checked(key.kind, value, key)


def doc(key: Key) -> str:
    """The docstring below the field."""
    return _all_docs().get(key.owner, {}).get(key.name.rpartition(".")[2], "")


def describe_kind(key: Key) -> str:
    """The type in words, for the docs."""
    return _words(key.kind)


def _general(name: str) -> str:
    parts = name.split(".")
    if parts[0] == "providers" and len(parts) > 1:
        parts[1] = "*"
    return ".".join(parts)


def _like(name: str, found: str) -> str:
    parts = name.split(".")
    return found.replace("*", parts[1], 1) if parts[0] == "providers" and len(parts) > 1 else found


def _walk(owner: Any, prefix: str) -> Iterable[Key]:
    hints = _hints(owner)
    for item in fields(owner):
        kind = hints[item.name]
        name = prefix + item.name
        if origin_of_optional(kind) is float:
            kind = float
        if is_dataclass(kind):
            yield from _walk(kind, name + ".")
        elif typing.get_origin(kind) is Mapping:
            yield from _walk(typing.get_args(kind)[1], name + ".*.")
        else:
            yield Key(
                name, kind, item.default, owner.__name__, item.metadata.get("above"), item.metadata.get("format", "")
            )


def origin_of_optional(kind: Any) -> Any:
    """`float` of `float | None`: not to set it is the only way to None. None for what is no such type."""
    arguments = typing.get_args(kind)
    return arguments[0] if len(arguments) == 2 and arguments[1] is type(None) else None


def _hints(owner: Any) -> Mapping[str, Any]:
    return typing.get_type_hints(owner)


def _doc(owner: Any) -> str:
    return inspect.getdoc(owner) or ""


@cache
def _all_docs() -> Mapping[str, Mapping[str, str]]:
    """The docstring below each field, by class and field."""
    import ast

    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(settings)).body:
        if isinstance(node, ast.ClassDef):
            for field, below in pairwise(node.body):
                match field, below:
                    case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                        found.setdefault(node.name, {})[name] = inspect.cleandoc(text)
    return found


def _checked(kind: Any, value: Any, key: Key) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        return _choice(value, arguments)
    if origin is tuple:
        return _words_list(value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(_choice(value, tuple(str(item) for item in kind)))
    if kind is bool:
        return _truth(value)
    if kind in {int, float}:
        return _number(kind, value, key.above)
    return _formatted(_text(value), key.format)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadValue(f"must be true or false, not {value!r}")
    return value


def _choice(value: Any, allowed: tuple[str, ...]) -> str:
    if isinstance(value, str) and value in allowed:
        return value
    near = difflib.get_close_matches(str(value), [item for item in allowed if item], 1, 0.4)
    names = ", ".join(f'"{item}"' for item in allowed if item)
    raise BadValue(f"must be one of {names}, not {value!r}" + (f". Nearest: {near[0]}" if near else ""))


def _words_list(value: Any) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) and item.strip() for item in value):
        return tuple(_text(item) for item in value)
    raise BadValue(f'must be a list of non-empty texts, such as ["…"], not {value!r}')


def _number(kind: type, value: Any, above: float | None) -> int | float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadValue(f"must be a number, not {value!r}")
    if kind is int and not isinstance(value, int):
        raise BadValue(f"must be a whole number, not {value!r}")
    if not math.isfinite(value) or abs(value) > 1e15:
        raise BadValue(f"must be an ordinary number, not {value!r}")
    if above is not None and value <= above:
        raise BadValue(f"must be greater than {above}, not {value!r}")
    if value < 0:
        raise BadValue(f"must not be negative, but is {value!r}")
    return int(value) if kind is int else float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise BadValue(f"must be a text in quotes, not a {_TOML_NAMES.get(type(value), 'date or time')}")
    if any(ord(character) < 32 and character not in "\t\n" for character in value):
        raise BadValue("must not hold control characters")
    return value


def _formatted(text: str, form: str) -> str:
    # What was given is not repeated here: these are the places where a key is pasted by mistake.
    if form == "url" and text and not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", text):
        raise BadValue("must be a URL such as http://127.0.0.1:8080/v1, without query")
    if form == "variable" and text and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text):
        raise BadValue("must be the name of an environment variable, not the key itself")
    return text


def _words(kind: Any) -> str:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        return ", ".join(f"`{item}`" for item in arguments if item)
    if origin is tuple:
        return "list of texts"
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return ", ".join(f"`{item}`" for item in kind)
    return {bool: "true or false", int: "whole number", float: "number"}.get(kind, "text")
