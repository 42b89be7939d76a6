"""Config files, read with suspicion: bounded, regular files only; each fault is one sentence with file and line."""

import os
import re
import stat
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flux_tui.protocol.errors import UsageError

SIZE_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read."""

    path: Path
    text: str
    data: dict[str, Any]


def read(path: Path) -> Source | None:
    """The file's tables, None if there is none. UsageError for what is there but can't be used; never waits."""
    raw = _bytes(path)
    if raw is None:
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}: line {line} is not UTF-8 text. Save the file as UTF-8.") from error
    try:
        return Source(path, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not valid TOML: {_place(str(error), text)}") from error
    except RecursionError as error:
        raise UsageError(f"{path}: not usable: nested too deeply.") from error


def line_of(source: Source, key: tuple[str, ...]) -> int | None:
    """The 1-based line on which the key, or the table that holds it, is written; None where that can't be told."""
    header: tuple[str, ...] = ()
    best: int | None = None
    for number, line in enumerate(source.text.split("\n"), start=1):
        if found := re.match(r"\s*\[\[?([^\[\]]+)\]\]?\s*(?:#.*)?$", line):
            header = _dotted(found[1])
            written = header
        elif found := re.match(r"\s*([^=#\[\]{}]+?)\s*=", line):
            written = header + _dotted(found[1])
        else:
            continue
        if written == key:
            return number
        if best is None and (written[: len(key)] == key or key[: len(written)] == written):
            best = number
    return best


def _dotted(text: str) -> tuple[str, ...]:
    try:
        table: Any = tomllib.loads(f"{text.strip()} = 0")
    except (tomllib.TOMLDecodeError, RecursionError):
        return ()
    parts: list[str] = []
    while isinstance(table, dict) and table:
        name, table = next(iter(table.items()))
        parts.append(name)
    return tuple(parts)


def _bytes(path: Path) -> bytes | None:
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(path, flags)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror}. Mend or remove it.") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UsageError(f"{path}: is not a regular file. Put a TOML file there or remove it.")
    with os.fdopen(descriptor, "rb") as file:
        raw = file.read(SIZE_LIMIT + 1)
    if len(raw) > SIZE_LIMIT:
        raise UsageError(f"{path}: is larger than {SIZE_LIMIT:,} bytes, which no config file should be.")
    return raw


def _place(message: str, text: str) -> str:
    if message.endswith("(at end of document)"):
        return message.replace("(at end of document)", f"(at the end, line {text.rstrip().count(chr(10)) + 1})")
    return message
