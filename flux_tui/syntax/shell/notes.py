"""What is noted while a line is read: doubts, and that every byte belongs to something."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from flux_tui.syntax.shell.script import Doubt, Script, shortened
from flux_tui.syntax.shell.words import Word

if TYPE_CHECKING:
    from tree_sitter import Node

_FD_VARIABLE = re.compile(r"\{[A-Za-z_][A-Za-z0-9_]*\}$")

_SETS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\[.*\])?\+?=", re.DOTALL)
_RESERVED = frozenset({
    "!", "{", "}", "[[", "]]", "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case",
    "esac", "in", "function", "select", "coproc", "time", "-p",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Notes:
    text: str
    script: Script

    def doubt(self, why: str, *, hidden: bool = True) -> None:
        doubt = Doubt(why, hidden)
        if doubt not in self.script.doubts:
            self.script.doubts.append(doubt)

    def source(self, node: "Node") -> str:
        return self.text[node.start_byte : node.end_byte]

    def gaps(self, node: "Node", blanks: str = " \t\n") -> None:
        at = node.start_byte
        for child in node.children:
            self._gap(at, child.start_byte, blanks)
            at = child.end_byte
        self._gap(at, node.end_byte, blanks)

    def _gap(self, start: int, end: int, blanks: str) -> None:
        if self.text[start:end].strip(blanks):
            self.doubt(f"{shortened(self.text[start:end])!r} is in no command, or in two")

    def comment(self, node: "Node") -> None:
        before = self.text[node.start_byte - 1] if node.start_byte else " "
        if before not in " \t\n;&|()" or "\n" in self.source(node) or not self.source(node).startswith("#"):
            self.doubt(f"{shortened(self.source(node))!r} is not surely a comment")

    def apart(self, node: "Node") -> None:
        """Neighbours without a blank between them are one word to bash, or a descriptor's name."""
        for left, right in zip(node.children, node.children[1:], strict=False):
            if left.end_byte < right.start_byte:
                continue
            number = right.type.endswith("redirect") and self.text[right.start_byte].isdigit()
            if not right.type.endswith("redirect") or number or _FD_VARIABLE.search(self.source(left)):
                self.doubt(f"{shortened(self.source(left) + self.source(right))!r} is one word or two")

    def reserved(self, words: Sequence[Word]) -> None:
        """Behind `!` and `time` the grammar takes bash's reserved words for programs."""
        leading = [word.source for word in takewhile(lambda word: word.source in _RESERVED, words)]
        if leading and leading not in (["time"], ["time", "-p"]):
            self.doubt(f"`{leading[-1]}` stands where a program's name should")
        elif leading and len(words) > len(leading) and _SETS.match(words[len(leading)].source):
            self.doubt(f"`{shortened(words[len(leading)].source)}` sets a variable for what is timed")
