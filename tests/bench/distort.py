"""Ways in which models send edits wrong, and files are odd. Each knows the right bytes, or that there are none.

A distortion of the text gets lines as they stand in the file and gives (search, replace), or None where it does not
apply. `REVERSIBLE` ones must end in the right bytes; `HOPELESS` ones must be refused.
"""

import html
import json
import random
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Sent = tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """An edit as it is meant: `old` stands at line `first` of the file and is to become `new`."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    first: int
    comment: str
    rng: random.Random

    def each(self, change: Callable[[str], str]) -> Sent:
        """The same change on every line of both texts; None if the search stays as it is."""
        old = [change(line) for line in self.old]
        return None if old == list(self.old) else ("\n".join(old), "\n".join(map(change, self.new)))

    @property
    def texts(self) -> tuple[str, str]:
        return "\n".join(self.old), "\n".join(self.new)


def _around(before: str, after: str, both: bool = True) -> Callable[[Wanted], Sent]:
    def sent(wanted: Wanted) -> Sent:
        old, new = wanted.texts
        return before + old + after, before + new + after if both else new

    return sent


def _numbered(form: str, both: bool = True) -> Callable[[Wanted], Sent]:
    def sent(wanted: Wanted) -> Sent:
        old, new = (
            "\n".join(form.format(wanted.first + at) + line for at, line in enumerate(lines))
            for lines in (wanted.old, wanted.new)
        )
        return old, new if both else "\n".join(wanted.new)

    return sent


def _fenced(wanted: Wanted) -> Sent:
    sent = _numbered("{:>5}|")(wanted)
    return ("```\n" + sent[0] + "\n```", "```\n" + sent[1] + "\n```") if sent else None


def _more(blanks: str) -> Callable[[Wanted], Sent]:
    return lambda wanted: wanted.each(lambda line: blanks + line if line.strip() else line) if _tall(wanted) else None


def _tall(wanted: Wanted) -> bool:
    return sum(bool(line.strip()) for line in wanted.old) > 1


def _indents(wanted: Wanted) -> list[str]:
    return [line[: len(line) - len(line.lstrip())] for line in (*wanted.old, *wanted.new) if line.strip()]


def _less(wanted: Wanted) -> Sent:
    common = min(_indents(wanted), key=len)
    if not common or not _tall(wanted) or any(not indent.startswith(common) for indent in _indents(wanted)):
        return None
    return wanted.each(lambda line: line.removeprefix(common))


def _first_bare(wanted: Wanted) -> Sent:
    if not (_tall(wanted) and wanted.old[0] == wanted.new[0] and wanted.old[0][:1].isspace()):
        return None
    old, new = wanted.texts
    return old.lstrip(), new.lstrip()


def _to_tabs(wanted: Wanted) -> Sent:
    deep = _indents(wanted)
    if not _tall(wanted) or any("\t" in blanks or len(blanks) % 4 for blanks in deep) or not any(deep):
        return None
    return wanted.each(lambda line: "\t" * ((len(line) - len(line.lstrip())) // 4) + line.lstrip())


def _to_blanks(wanted: Wanted) -> Sent:
    if not _tall(wanted) or any(" " in blanks for blanks in _indents(wanted)):
        return None
    return wanted.each(lambda line: "    " * (len(line) - len(line.lstrip("\t"))) + line.lstrip("\t"))


def _swap(plain: str, odd: str) -> Callable[[Wanted], Sent]:
    """Every one of a character as its typographic form; not where the file has that form already."""

    def sent(wanted: Wanted) -> Sent:
        if odd in "".join((*wanted.old, *wanted.new)):
            return None
        indented = plain == " "
        return wanted.each(lambda line: line.replace(plain, odd) if not indented or line.strip() else line)

    return sent


def _decomposed(wanted: Wanted) -> Sent:
    if any(line != unicodedata.normalize("NFC", line) for line in (*wanted.old, *wanted.new)):
        return None
    return wanted.each(lambda line: unicodedata.normalize("NFD", line))


def _entities(wanted: Wanted) -> Sent:
    if "&" in "".join((*wanted.old, *wanted.new)):
        return None
    return wanted.each(lambda line: html.escape(line, quote=False))


def _json_level(wanted: Wanted) -> Sent:
    old, new = wanted.texts
    return (json.dumps(old)[1:-1], json.dumps(new)[1:-1]) if "\n" in old and old.isascii() and new.isascii() else None


def _escaped(quote: str) -> Callable[[Wanted], Sent]:
    def sent(wanted: Wanted) -> Sent:
        if "\\" in "".join((*wanted.old, *wanted.new)):
            return None
        return wanted.each(lambda line: line.replace(quote, "\\" + quote))

    return sent


REVERSIBLE: Mapping[str, Callable[[Wanted], Sent]] = {
    "exact": lambda wanted: wanted.texts,
    "newline at both ends": _around("", "\n"),
    "newline at search's end": _around("", "\n", both=False),
    "newline before both": _around("\n", ""),
    "blank edge lines": _around("\n\n", "\n\n\n"),
    "trailing blanks sent": lambda wanted: wanted.each(lambda line: line + "  "),
    "indentation +4": _more("    "),
    "indentation +2": _more("  "),
    "indentation + tab": _more("\t"),
    "indentation lost": _less,
    "first line's indentation lost": _first_bare,
    "blanks as tabs": _to_tabs,
    "tabs as blanks": _to_blanks,
    "fence": _around("```\n", "\n```"),
    "fence with language": _around("```python\n", "\n```\n"),
    "fence around search": _around("```\n", "\n```", both=False),
    "numbers N|": _numbered("{:>5}|"),
    "numbers N tab": _numbered("{:>6}\t"),
    "numbers N:": _numbered("{}: "),
    "numbers N arrow": _numbered("{:>6}→"),
    "numbers in search": _numbered("{:>5}|", both=False),
    "fence and numbers": _fenced,
    "entities": _entities,
    "JSON level": _json_level,
    "escaped double quotes": _escaped('"'),
    "escaped single quotes": _escaped("'"),
    "typographic double quotes": _swap('"', "”"),
    "typographic single quotes": _swap("'", "’"),
    "dashes": _swap("-", "–"),
    "no-break spaces": _swap(" ", "\u00a0"),
    "decomposed letters": _decomposed,
    "CR LF sent": lambda wanted: (wanted.texts[0].replace("\n", "\r\n"), wanted.texts[1].replace("\n", "\r\n")),
    "byte order mark sent": lambda wanted: ("\ufeff" + wanted.texts[0], wanted.texts[1]),
}


def _other_line(wanted: Wanted) -> Sent:
    """One line as it never was: remembered from another state."""
    if not _tall(wanted):
        return None
    at = max(range(len(wanted.old)), key=lambda at: len(wanted.old[at].strip()))
    old = [*wanted.old]
    old[at] = re.sub(r"\w+", lambda word: word[0] + "_was", old[at], count=1)
    return "\n".join(old), wanted.texts[1]


def _inner_blanks(wanted: Wanted) -> Sent:
    sent = wanted.each(lambda line: re.sub(r"(?<=\S) (?=\S)", "  ", line))
    return (sent[0], wanted.texts[1]) if sent else None


def _left_out(wanted: Wanted) -> Sent:
    if len(wanted.old) < 4 or "..." in wanted.texts[0]:
        return None
    return "\n".join((wanted.old[0], "...", wanted.old[-1])), wanted.texts[1]


def _stands_for(wanted: Wanted) -> Sent:
    old, _ = wanted.texts
    if len(wanted.old) < 3 or wanted.comment not in ("#", "//") or "..." in old:
        return None
    return old, "\n".join((wanted.old[0], f"{wanted.comment} ... rest of the code unchanged ...", wanted.old[-1]))


def _half_numbered(wanted: Wanted) -> Sent:
    sent = _numbered("{:>5}|")(wanted)
    if sent is None or len(wanted.new) < 2:
        return None
    head, *rest = sent[1].split("\n")
    return sent[0], "\n".join((head, *(line[6:] for line in rest)))


def _gaps(wanted: Wanted) -> Sent:
    if len(wanted.old) < 3:
        return None
    return "\n".join(f"{wanted.first + at * 2:>5}|{line}" for at, line in enumerate(wanted.old)), wanted.texts[1]


HOPELESS: Mapping[str, Callable[[Wanted], Sent]] = {
    "stale line": _other_line,
    "invented": lambda wanted: ("zq_never_there = 1\n" + wanted.texts[0], wanted.texts[1]),
    "no change": lambda wanted: (wanted.texts[0], wanted.texts[0]),
    "blanks inside lines": _inner_blanks,
    "left-out code in search": _left_out,
    "left-out code in replace": _stands_for,
    "numbered by half": _half_numbered,
    "numbers with gaps": _gaps,
    "text of the next line lost": lambda wanted: (wanted.texts[0] + "\nzq_after", wanted.texts[1]),
}
