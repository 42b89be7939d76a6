"""Edits as models send them, on real files: right, refused and corrupted by class, and milliseconds a call.

`python -m tests.bench.edits [FOLDER…] [--seed N] [--cases N]` takes other files than the standard library.
"""

import argparse
import json
import random
import re
import sys
import sysconfig
import tempfile
import time
import tomllib
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import ResultPart, Sight
from flux_tui.protocol.outcomes import EditFiles, Refusal
from flux_tui.syntax.check import problem, too_much
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import build
from flux_tui.workspace.files import Workspace, digest
from flux_tui.workspace.ledger import Ledger
from tests.bench.distort import HOPELESS, REVERSIBLE, Wanted

COMMENTS = {
    ".py": "#",
    ".toml": "#",
    ".js": "//",
    ".mjs": "//",
    ".ts": "//",
    ".go": "//",
    ".rs": "//",
    ".json": "",
    ".md": "note:",
}
WORD = re.compile(r"(?<![\w\\])[a-z]{4,}(?![\w(!:'\"])")
LANGUAGE_WORDS = """
expr ident pat tt ty stmt block item path meta literal lifetime
false true null none from import return class while break continue else elif except finally with yield await
async pass raise lambda global nonlocal assert func type struct interface package range switch case default
select defer chan const goto fallthrough impl trait match loop mut move self super crate where unsafe extern
enum static function typeof instanceof void delete this extends export throw catch debugger string number
boolean object unknown never declare namespace module readonly abstract public private protected keyof infer
asserts usize dyn ref union macro_rules require typing print exec new
"""
WORDS_OF_LANGUAGES = frozenset(LANGUAGE_WORDS.split())
ODD_FILES = ("CR LF file", "mixed file", "no final newline", "byte order mark", "UTF-16 file", "undecodable byte")
OTHERS = ("removal", "inside a line", "not unique", "every place", "unseen line", "stale file", "rival")
CLASSES = (*REVERSIBLE, *HOPELESS, *ODD_FILES, *OTHERS)


@dataclass(frozen=True, slots=True)
class Case:
    kind: str
    path: str
    before: bytes
    search: str
    replace: str
    right: bytes | None
    """None: it must be refused."""
    everywhere: bool = False
    unseen: int = 0
    stale: bool = False


@dataclass
class Tally:
    right: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    corrupted: Counter[str] = field(default_factory=Counter)
    bad: list[tuple[Case, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.right.total() + self.refused.total() + self.corrupted.total()


def run(folders: Sequence[Path], seed: int, cases: int) -> Tally:
    """So many cases, each class in turn. Equal seeds and files give equal cases."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        for case in _cases(folders, random.Random(seed), cases):
            _judge(tally, case, Path(name).resolve())
    return tally


def _judge(tally: Tally, case: Case, root: Path) -> None:
    begin = time.perf_counter()
    written, said = _sent(case, root)
    tally.times.append(time.perf_counter() - begin)
    if written == case.right:
        tally.right[case.kind] += 1
        return
    (tally.refused if written is None else tally.corrupted)[case.kind] += 1
    tally.bad.append((case, said))


def _sent(case: Case, root: Path) -> tuple[bytes | None, str]:
    """The bytes that would be written, and what the model is told."""
    (root / case.path).write_bytes(case.before)
    ledger, total = Ledger(), case.before.count(b"\n") + 1
    spans = [(1, case.unseen - 1), (case.unseen + 1, total)] if case.unseen else [(1, total)]
    lines = tuple(span for span in spans if span[0] <= span[1])
    sight = Sight(case.path, "0" * 64 if case.stale else digest(case.before), lines, total)
    ledger.note(ResultPart("c", "read_files", "", Code.OK, (sight,)))
    arguments = {"path": case.path, "search": case.search, "replace": case.replace, "replace_all": case.everywhere}
    try:
        outcome = build("edit_file", arguments).run(ToolContext(Workspace(root), ledger))
    except Refusal as refusal:
        return None, refusal.text
    finally:
        (root / case.path).unlink()
    assert isinstance(outcome.effect, EditFiles)
    change = outcome.effect.changes[0]
    assert change.after is not None
    found = too_much(case.path, case.before, change.after, outcome.effect.search_lines) or problem(
        case.path, case.before, change.after
    )
    return (None, found.text) if found else (change.after, outcome.text)


def _cases(folders: Sequence[Path], rng: random.Random, count: int) -> Iterator[Case]:
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in COMMENTS)
    by_kind: dict[str, list[Path]] = defaultdict(list)
    for path in files:
        by_kind[path.suffix].append(path)
    for number in range(count):
        kind = CLASSES[number % len(CLASSES)]
        for _ in range(400):
            case = _case(kind, rng.choice(by_kind[rng.choice(sorted(by_kind))]), rng)
            if case is not None:
                yield case
                break


def _case(kind: str, path: Path, rng: random.Random) -> Case | None:
    if not 200 < path.stat().st_size < 120_000:
        return None
    try:
        text = path.read_bytes().decode("ascii" if kind == "UTF-16 file" else "utf-8")
    except UnicodeDecodeError:
        return None
    if "\r" in text or "\0" in text or text.startswith("\ufeff") or not _whole(path.suffix, text):
        return None
    if kind == "decomposed letters":
        text = _accented(text)
    wanted = _wanted(text.split("\n"), path.suffix, rng)
    if wanted is None:
        return None
    name = "case" + path.suffix
    if kind in REVERSIBLE or kind in HOPELESS:
        return _distorted(kind, name, text, wanted)
    return _odd(kind, name, text, wanted) if kind in ODD_FILES else _other(kind, name, text, wanted)


def _accented(text: str) -> str:
    """The word that stands there most often, with a letter that has two forms."""
    words = Counter(word for word in WORD.findall(text) if word not in WORDS_OF_LANGUAGES)
    return text.replace(words.most_common(1)[0][0], "sch\u00e9ma") if words else text


def _whole(suffix: str, text: str) -> bool:
    """What the language itself says, where it is at hand."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if suffix == ".py":
                compile(text, "case", "exec", dont_inherit=True)
            elif suffix == ".json":
                json.loads(text)
            elif suffix == ".toml":
                tomllib.loads(text)
    except (ValueError, SyntaxError, RecursionError):
        return False
    return True


def _wanted(lines: list[str], suffix: str, rng: random.Random) -> Wanted | None:
    """Some lines that stand there once, and a change of them that leaves the file whole."""
    height = min(rng.choice((1, 2, 3, 4, 6, 9)), len(lines) - 1)
    first = rng.randrange(len(lines) - height)
    old = lines[first : first + height]
    joined = "\n".join(old)
    if not old or not (old[0].strip() and old[-1].strip()) or len(joined.strip()) < 12:
        return None
    if "\n".join(lines).count(joined) != 1 or max(map(len, old)) > 1500:
        return None
    new = _changed(old, COMMENTS[suffix], rng)
    if new is None or not _whole(suffix, "\n".join([*lines[:first], *new, *lines[first + height :]])):
        return None
    return Wanted(tuple(old), tuple(new), first + 1, COMMENTS[suffix], rng)


def _changed(old: list[str], comment: str, rng: random.Random) -> list[str] | None:
    at = rng.randrange(len(old))
    words = [word for word in WORD.finditer(old[at]) if word[0] not in WORDS_OF_LANGUAGES]
    if not words:
        return None
    word = rng.choice(words)
    new = [*old]
    new[at] = old[at][: word.end()] + "qx" + old[at][word.end() :]
    if comment and rng.random() < 0.4:
        blanks = old[at][: len(old[at]) - len(old[at].lstrip())]
        new.insert(at, f"{blanks}{comment} a new line {rng.randrange(100)}")
    return new


def _result(text: str, wanted: Wanted, new: Sequence[str]) -> str:
    lines = text.split("\n")
    lines[wanted.first - 1 : wanted.first - 1 + len(wanted.old)] = new
    return "\n".join(lines)


def _distorted(kind: str, name: str, text: str, wanted: Wanted) -> Case | None:
    hopeless = kind in HOPELESS
    sent = (HOPELESS if hopeless else REVERSIBLE)[kind](wanted)
    if sent is None or (sent[0] != wanted.texts[0] and hopeless and sent[0] in text):
        return None
    if sent[0] != wanted.texts[0] and text.count(sent[0]) and wanted.texts[0] not in sent[0]:
        elsewhere = text.find(sent[0]) not in range(_at(text, wanted), _at(text, wanted) + len(wanted.texts[0]))
        if elsewhere or text.count(sent[0]) > 1:
            return None  # it stands literally in another place: then that is what was sent
    right = None if hopeless else _result(text, wanted, wanted.new).encode()
    return Case(kind, name, text.encode(), *sent, right)


def _at(text: str, wanted: Wanted) -> int:
    return text.find(wanted.texts[0])


def _odd(kind: str, name: str, text: str, wanted: Wanted) -> Case | None:
    after = _result(text, wanted, wanted.new)
    if kind == "CR LF file":
        return Case(kind, name, _crlf(text), *wanted.texts, _crlf(after))
    if kind == "byte order mark":
        return Case(kind, name, b"\xef\xbb\xbf" + text.encode(), *wanted.texts, b"\xef\xbb\xbf" + after.encode())
    if kind == "UTF-16 file":
        return (
            None
            if name.endswith((".py", ".toml"))
            else Case(kind, name, text.encode("utf-16"), *wanted.texts, after.encode("utf-16"))
        )
    if kind == "no final newline":
        bare, done = text.rstrip("\n"), after.rstrip("\n")
        return Case(kind, name, bare.encode(), *wanted.texts, done.encode())
    if kind == "undecodable byte":
        if not wanted.comment or not "".join(wanted.new).isascii():
            return None
        tail = f"\n{wanted.comment} ".encode() + b"\xff\x81\n"
        return Case(kind, name, text.encode() + tail, *wanted.texts, after.encode() + tail)
    return _mixed(name, text, wanted)


def _crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def _mixed(name: str, text: str, wanted: Wanted) -> Case | None:
    """Endings by turns before and after; those of the matched lines alike, so that the new line's is known."""
    if "\n" not in text:
        return None
    height = len(wanted.old)

    def joined(lines: Sequence[str], tall: int) -> bytes:
        ends = []
        for at in range(len(lines)):
            inside = wanted.first - 1 <= at < wanted.first - 1 + tall
            ends.append("\r\n" if inside or (at if at < wanted.first else at - tall) % 3 == 0 else "\n")
        return "".join(line + end for line, end in zip(lines[:-1], ends, strict=False)).encode() + lines[-1].encode()

    before = joined(text.split("\n"), height)
    after = joined(_result(text, wanted, wanted.new).split("\n"), len(wanted.new))
    return Case("mixed file", name, before, *wanted.texts, after)


def _other(kind: str, name: str, text: str, wanted: Wanted) -> Case | None:
    old, new = wanted.texts
    match kind:
        case "unseen line":
            line = wanted.first + wanted.rng.randrange(len(wanted.old))
            return Case(kind, name, text.encode(), old, new, None, unseen=line)
        case "stale file":
            return Case(kind, name, text.encode(), old, new, None, stale=True)
        case "removal":
            done = _result(text, wanted, ())
            if not name.endswith(".md"):
                return None  # elsewhere what is left need not be whole
            return Case(kind, name, text.encode(), old + "\n", "", done.encode())
        case "inside a line":
            return _inside(name, text, wanted)
        case "not unique":
            doubled = [row for row in text.split("\n") if len(row.strip()) > 6 and text.count(row) > 1]
            row = wanted.rng.choice(doubled) if doubled else ""
            return Case(kind, name, text.encode(), row, row + "qx", None) if row else None
        case "every place":
            return _everywhere(name, text, wanted)
        case "rival":
            return _rival(name, text, wanted)
        case _:
            raise AssertionError(kind)


def _inside(name: str, text: str, wanted: Wanted) -> Case | None:
    if len(wanted.old) > 1 or len(wanted.new) > 1:
        return None
    old, new = wanted.old[0].strip(), wanted.new[0].strip()
    piece = old[: max(len(old) - 2, 8)]
    if text.count(piece) != 1 or not new.startswith(piece[:4]) or piece + old[len(piece) :] != old:
        return None
    if not new.endswith(old[len(piece) :]):
        return None
    meant = new[: len(new) - len(old[len(piece) :])]
    return Case("inside a line", name, text.encode(), piece, meant, text.replace(piece, meant).encode())


def _everywhere(name: str, text: str, wanted: Wanted) -> Case | None:
    words = [word for word in WORD.findall("\n".join(wanted.old)) if word not in WORDS_OF_LANGUAGES]
    word = wanted.rng.choice(words) if words else ""
    if not word or not 1 < text.count(word) < 40:
        return None
    after = text.replace(word, word + "qx")
    if not _whole(Path(name).suffix, after) or (after.count(word) != text.count(word)):
        return None
    return Case("every place", name, text.encode(), word, word + "qx", after.encode(), everywhere=True)


def _rival(name: str, text: str, wanted: Wanted) -> Case | None:
    """The place that was meant has changed in one line, and a copy stands at another depth."""
    filled = [line for line in wanted.old if line.strip()]
    if not name.endswith((".md", ".js", ".ts", ".go", ".rs")) or len(filled) < 4 or len(filled) < len(wanted.old):
        return None
    at = len(wanted.old) - 1
    changed = [*wanted.old]
    changed[at] = changed[at] + " "  # still whole: only what is sent no longer agrees
    changed[at] = re.sub(r"\w+", lambda word: word[0] + "qz", changed[at].rstrip(), count=1)
    copy = "\n".join("   " + line for line in wanted.old)
    before = _result(text, wanted, changed).rstrip("\n") + "\n" + copy + "\n"
    if before.count(wanted.texts[0]) or changed[at] == wanted.old[at]:
        return None
    return Case("rival", name, before.encode(), *wanted.texts, None)


def lines_of(tally: Tally) -> Iterator[str]:
    for kind in CLASSES:
        counts = tally.right[kind], tally.refused[kind], tally.corrupted[kind]
        yield "{:32} right {:4}  refused {:3}  corrupted {:3}".format(kind, *counts)
    share = 100 * tally.right.total() / max(tally.total, 1)
    yield (
        f"{tally.total} edits: right {share:.2f} %, refused {tally.refused.total()}, "
        f"corrupted {tally.corrupted.total()}, median {median(tally.times) * 1e3:.1f} ms, "
        f"longest {max(tally.times) * 1e3:.0f} ms"
    )


def folders() -> tuple[Path, ...]:
    """The standard library and what is installed."""
    return tuple(Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib"))


def figures() -> Iterator[str]:
    yield from lines_of(run(folders(), seed=1, cases=1100))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=1100)
    given = parser.parse_args(arguments)
    tally = run(given.folders or folders(), given.seed, given.cases)
    for case, said in tally.bad:
        parts: Mapping[str, object] = {"search": case.search, "replace": case.replace}
        sys.stdout.write(f"{case.kind} {case.path} {parts}\n{said[:600]}\n\n")
    sys.stdout.write("\n".join(lines_of(tally)) + "\n")
    return 1 if tally.corrupted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
