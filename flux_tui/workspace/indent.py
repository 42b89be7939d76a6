"""One uniform change of indentation, derived from the lines that matched, and its way back for new lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flux_tui.protocol.codes import Code
from flux_tui.workspace.miss import Miss


@dataclass(frozen=True, slots=True)
class Shift:
    """How the file's indentation comes from the search's."""

    kind: Literal["add", "remove", "tabs", "blanks"]
    by: str
    """The prefix, or for tabs and blanks as many blanks as one tab stands for."""

    @property
    def note(self) -> str:
        match self.kind:
            case "add":
                return f"with indentation +{_spoken(self.by)}"
            case "remove":
                return f"with indentation -{_spoken(self.by)}"
            case "tabs":
                return f"with {len(self.by)} blanks as a tab"
            case "blanks":
                return f"with a tab as {len(self.by)} blanks"

    def apply(self, line: str) -> str:
        """A line of the model's, as the file indents. Raises Miss if it has less than what is to be taken off."""
        indent, rest = line[: len(line) - len(line.lstrip(" \t"))], line.lstrip(" \t")
        if not rest:
            return "" if self.kind == "remove" else line
        match self.kind:
            case "add":
                return self.by + line
            case "remove" if line.startswith(self.by):
                return line[len(self.by) :]
            case "remove":
                raise Miss(
                    Code.SEARCH_TEXT_NOT_FOUND,
                    f"the search is indented by {_spoken(self.by)} more than the file, the new line {rest!r} by less.",
                )
            case "tabs":
                return indent.replace(self.by, "\t") + rest
            case "blanks":
                return indent.replace("\t", self.by) + rest


def derive(search: Sequence[str], file: Sequence[str]) -> Shift | None:
    """The one change that fits every line that is not blank; None if there is none, or none is needed."""
    pairs = [(_indent(sent), _indent(kept)) for sent, kept in zip(search, file, strict=True) if sent.strip()]
    if not pairs:
        return None
    for shift in _candidates(*max(pairs, key=lambda pair: len(pair[0]) + len(pair[1]))):
        if all(_fits(shift, sent, kept) for sent, kept in pairs):
            return shift
    return None


def _candidates(sent: str, kept: str) -> list[Shift]:
    found: list[Shift] = []
    if kept.endswith(sent) and len(kept) > len(sent):
        found.append(Shift("add", kept[: len(kept) - len(sent)]))
    if sent.endswith(kept) and len(sent) > len(kept):
        found.append(Shift("remove", sent[: len(sent) - len(kept)]))
    for one, other, kind in ((sent, kept, "tabs"), (kept, sent, "blanks")):
        tabs = other.count("\t")
        if tabs and "\t" not in one and one:
            width = (len(one) - other.count(" ")) // tabs
            if width > 0:
                found.append(Shift("tabs" if kind == "tabs" else "blanks", " " * width))
    return found


def _fits(shift: Shift, sent: str, kept: str) -> bool:
    match shift.kind:
        case "add":
            return shift.by + sent == kept
        case "remove":
            return shift.by + kept == sent
        case "tabs":
            return sent.replace(shift.by, "\t") == kept and "\t" not in sent
        case "blanks":
            return sent.replace("\t", shift.by) == kept


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _spoken(prefix: str) -> str:
    if set(prefix) == {"\t"}:
        return f"{len(prefix)} tab" + ("s" if len(prefix) > 1 else "")
    return str(len(prefix))
