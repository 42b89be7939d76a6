"""A command line through the grammar of bash: every node kind is one that is understood, or leaves a doubt.

The grammar is not trusted alone: words are read again by our own rules, every byte must belong to something, and
heredocs are looked up in the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from flux_tui.syntax.shell.expansions import opaque_in, value_of
from flux_tui.syntax.shell.heredocs import ends_there
from flux_tui.syntax.shell.joined import joined
from flux_tui.syntax.shell.notes import Notes
from flux_tui.syntax.shell.script import Assignment, Doubt, Loop, Redirect, Script, Simple, shortened
from flux_tui.syntax.shell.words import Lexer, NotAWordError, Word, plain

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

LONGEST = 10_000
DEEPEST = 50

GROUPS = frozenset({
    "program", "list", "pipeline", "subshell", "compound_statement", "negated_command", "if_statement", "elif_clause",
    "else_clause", "while_statement", "do_group", "case_statement", "case_item", "command_substitution",
    "process_substitution", "variable_assignments",
})  # fmt: skip
WORDS = frozenset({
    "word", "number", "string", "raw_string", "ansi_c_string", "concatenation", "simple_expansion", "expansion",
    "command_substitution", "process_substitution", "arithmetic_expansion", "brace_expression", "variable_name",
    "command_name", "translated_string", "special_variable_name",
})  # fmt: skip
_SEPARATORS = frozenset({"&&", "||", ";", "&", "|", "|&"})
_TOKENS = _SEPARATORS | frozenset({
    "if", "then", "elif", "else", "fi", "while", "until", "do", "done", "case", "in", "esac", "(", ")", "{", "}", "!",
    "$(", "`", "<(", ">(",
})  # fmt: skip
_CASE_TOKENS = frozenset({";;", ";&", ";;&", "|", "(", ")"})
_ARITHMETIC = re.compile(r"[0-9+\-*/%<>=!&|() \t]*")
_CASE_PATTERN = re.compile(r"[A-Za-z0-9*?._/\[\]+=:,@^!-]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LOOP_VARIABLE = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class _Place:
    depth: int = 0
    fed: bool = False
    link: str = ""
    scope: int = 0


def read(text: str) -> Script:
    """The structure of a whole command line. Never raises; what is not understood is a doubt in the result."""
    script = Script()
    if len(text) > LONGEST:
        script.doubts.append(Doubt(f"it is longer than {LONGEST} characters"))
        return script
    whole = joined(text)
    if whole is None:
        script.doubts.append(Doubt("a line is continued by a backslash in a way that is not understood"))
        whole = text.replace("\\\n", "")
    _Reader(whole, script).read()
    return script


@cache
def _parser() -> "Parser":
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


class _Reader:
    def __init__(self, text: str, script: Script) -> None:
        self.text = text
        self.script = script
        self.notes = Notes(text, script)
        self._scopes = 0

    def read(self) -> None:
        # Letters beyond ASCII become one byte each that is a letter to bash, but no name: places in bytes and in
        # characters are then the same.
        flat = re.sub(r"[^\x00-\x7f]", "%", self.text)
        root = _parser().parse(flat.encode()).root_node
        if root.has_error:
            self.notes.doubt(f"it is not understood near {_bad(root, self.text)!r}")
        if self.text[: root.start_byte].strip(" \t\n") or self.text[root.end_byte :].strip(" \t\n"):
            self.notes.doubt("a part of it is in no command")
        self._node(root, _Place())

    def _node(self, node: "Node", place: _Place) -> None:
        if place.depth > DEEPEST:
            return self.notes.doubt(f"it is nested more than {DEEPEST} deep")
        kind = node.type
        if kind in GROUPS:
            self._group(node, place)
        elif kind == "command":
            self._command(node, place)
        elif kind == "redirected_statement":
            self._redirected(node, place)
        elif kind == "variable_assignment":
            self.script.commands.append(
                Simple(
                    (), (self._assignment(node, place),), self.notes.source(node), link=place.link, scope=place.scope
                )
            )
        elif kind in ("declaration_command", "unset_command"):
            self._declaration(node, place)
        elif kind == "test_command":
            self._test(node, place)
        elif kind == "for_statement":
            self._for(node, place)
        elif kind == "comment":
            self.notes.comment(node)
        elif kind in WORDS:
            self._words(node, place)
        elif kind == "extglob_pattern" and _CASE_PATTERN.fullmatch(self.notes.source(node)):
            pass
        else:
            self._other(node, place)

    def _other(self, node: "Node", place: _Place) -> None:
        """Kinds that always leave a doubt: what stands in them is still read."""
        named = {"function_definition": "a function", "c_style_for_statement": "arithmetic"}
        self.notes.doubt(f"{shortened(self.notes.source(node))!r} is {named.get(node.type, 'not understood')}")
        for child in node.named_children:
            self._node(child, self._deeper(place))

    def _group(self, node: "Node", place: _Place) -> None:
        inner = place if node.type in ("list", "pipeline") else self._deeper(place)
        if node.type == "compound_statement" and node.children[0].type == "((":
            return self._arithmetic(node, inner)
        if self.notes.source(node)[:1] == "`" and "\\" in self.notes.source(node):
            self.notes.doubt("backquotes hold a backslash")
        if node.type == "negated_command" and self.text[node.start_byte + 1 :][:1] not in (" ", "\t"):
            self.notes.doubt(f"{shortened(self.notes.source(node))!r} may be a name")
        link, fed = place.link, place.fed
        piped = False
        for child in self._flat(node):
            if child.is_named:
                self._node(child, replace(inner, link=link, fed=fed or piped))
            elif child.type in _SEPARATORS:
                piped = child.type in ("|", "|&")
            elif child.type not in (_CASE_TOKENS if node.type == "case_item" else _TOKENS):
                self._token(child, node)
            link = ";" if child.is_named else child.type if child.type in _SEPARATORS else ""
        self.notes.gaps(node)

    def _flat(self, node: "Node") -> Iterator["Node"]:
        """The children, with lists of lists as one list: thousands of commands are no depth."""
        waiting = list(reversed(node.children))
        while waiting:
            child = waiting.pop()
            if child.type == "list" and node.type in ("program", "list"):
                self.notes.gaps(child)
                waiting.extend(reversed(child.children))
            else:
                yield child

    def _token(self, child: "Node", parent: "Node") -> None:
        if child.type.strip(" \t") in _TOKENS or child.type in ("\n", "$`"):
            return
        self.notes.doubt(f"{self.notes.source(child)!r} is not understood in {shortened(self.notes.source(parent))!r}")

    def _deeper(self, place: _Place) -> _Place:
        self._scopes += 1
        return _Place(place.depth + 1, place.fed, "", self._scopes)

    # Commands

    def _command(self, node: "Node", place: _Place) -> None:
        words: list[Word] = []
        assignments: list[Assignment] = []
        fed = place.fed
        for child in node.children:
            if child.type == "variable_assignment":
                assignments.append(self._assignment(child, place))
            elif child.type in ("file_redirect", "herestring_redirect"):
                fed = self._redirect(child, place, words) or fed
            elif child.type in WORDS or child.type in ("==", "=~"):
                words += self._words(child, place)
            else:
                self.notes.doubt(f"{shortened(self.notes.source(child))!r} is not understood")
                self._node(child, self._deeper(place)) if child.is_named else None
        self.notes.apart(node)
        self.notes.gaps(node, " \t")
        self.notes.reserved(words)
        self.script.commands.append(
            Simple(tuple(words), tuple(assignments), self.notes.source(node), fed, place.link, place.scope)
        )

    def _words(self, node: "Node", place: _Place) -> tuple[Word, ...]:
        """The words that a word node stands for; what runs inside it is read too."""
        inner = node.children[0] if node.type == "command_name" and node.child_count else node
        self._inside(inner, place)
        try:
            lexer = Lexer(self.text, opaque_in(inner, self.text), node.start_byte, node.end_byte)
            words = lexer.word()
            if lexer.at != node.end_byte:
                raise NotAWordError("it holds an operator")
        except NotAWordError as problem:
            self.notes.doubt(f"{shortened(self.notes.source(node))!r} is not understood: {problem}")
            return (plain(self.notes.source(node)),)
        return words

    def _inside(self, node: "Node", place: _Place) -> None:
        """Reads the substitutions in a word, and doubts expansions that do more than look up."""
        if node.type in ("command_substitution", "process_substitution"):
            return self._group(node, self._deeper(place))
        if node.type in ("expansion", "simple_expansion", "arithmetic_expansion"):
            if doubt := value_of(node, self.notes.source(node)).doubt:
                self.notes.doubt(doubt)
        elif node.type in ("subscript", "array", "extglob_pattern"):
            self.notes.doubt(f"{shortened(self.notes.source(node))!r} is not understood")
        if place.depth > DEEPEST:
            return self.notes.doubt(f"it is nested more than {DEEPEST} deep")
        for child in node.named_children:
            self._inside(child, replace(place, depth=place.depth + 1))
        return None

    def _assignment(self, node: "Node", place: _Place) -> Assignment:
        name, value = node.children[0], node.children[-1]
        if not _NAME.fullmatch(self.notes.source(name)):
            self.notes.doubt(f"{shortened(self.notes.source(node))!r} sets a part of an array, or nothing")
        if value.type not in WORDS:
            self._inside(node, place)
            return Assignment(self.notes.source(name), plain("") if value.type == "=" else None)
        words = self._words(value, place)
        return Assignment(self.notes.source(name), words[0] if len(words) == 1 else None)

    def _declaration(self, node: "Node", place: _Place) -> None:
        words: list[Word] = [plain(self.notes.source(node.children[0]))]
        assignments: list[Assignment] = []
        for child in node.children[1:]:
            if child.type == "variable_assignment":
                assignments.append(self._assignment(child, place))
                words.append(plain(self.notes.source(child)))
            elif child.type in WORDS:
                words += self._words(child, place)
            else:
                self.notes.doubt(f"{shortened(self.notes.source(child))!r} is not understood")
                self._inside(child, place)
        self.notes.apart(node)
        self.notes.gaps(node, " \t")
        self.script.commands.append(
            Simple(tuple(words), tuple(assignments), self.notes.source(node), link=place.link, scope=place.scope)
        )

    def _test(self, node: "Node", place: _Place) -> None:
        """`[` is a program like others to bash, whatever the grammar makes of its arguments."""
        self._inside(node, place)
        double = self.notes.source(node).startswith("[[")
        try:
            lexer = Lexer(self.text, opaque_in(node, self.text), node.start_byte, node.end_byte)
            words = tuple(lexer.words())
        except NotAWordError as problem:
            self.notes.doubt(f"{shortened(self.notes.source(node))!r} is not understood: {problem}", hidden=not double)
            words = (plain("[[" if double else "["),)
        self.script.commands.append(Simple(words, (), self.notes.source(node), place.fed, place.link, place.scope))

    def _arithmetic(self, node: "Node", place: _Place) -> None:
        self._inside(node, place)
        if not _ARITHMETIC.fullmatch(self.notes.source(node)):
            self.notes.doubt(f"{shortened(self.notes.source(node))!r} is arithmetic with variables")

    def _for(self, node: "Node", place: _Place) -> None:
        variable = node.child_by_field_name("variable")
        name = self.notes.source(variable) if variable else ""
        words = tuple(one for value in node.children_by_field_name("value") for one in self._words(value, place))
        if node.children[0].type != "for" or not _LOOP_VARIABLE.fullmatch(name):
            self.notes.doubt(f"{shortened(self.notes.source(node))!r} sets a variable that may mean more")
        self.script.loops.append(Loop(name, words))
        for child in node.named_children:
            if child.type in ("do_group", "compound_statement"):
                self._node(child, self._deeper(place))
        self.notes.gaps(node)

    # Redirections

    def _redirected(self, node: "Node", place: _Place) -> None:
        body = node.child_by_field_name("body")
        redirects = [child for child in node.children if child != body]
        fed = place.fed
        extra: list[Word] = []
        for child in redirects:
            fed = self._redirect(child, place, extra) or fed
        heredocs = sum(child.type == "heredoc_redirect" for child in redirects)
        if heredocs > 1 or (heredocs and place.depth > 1):
            self.notes.doubt("where its heredocs end is not understood")
        if body is not None:
            self._node(body, replace(place, fed=fed))
        self._give(tuple(extra), body)
        self.notes.apart(node)
        self.notes.gaps(node, " \t")

    def _give(self, words: tuple[Word, ...], body: "Node | None") -> None:
        """Gives the words behind redirections to the command they belong to: the last that was read."""
        while body is not None and body.type in ("list", "pipeline", "negated_command"):
            body = body.named_children[-1]
        if words and body is not None and body.type == "command":
            last = self.script.commands.pop()
            self.script.commands.append(replace(last, words=(*last.words, *words)))
        elif words:
            self.notes.doubt(f"{words[0].source!r} behind a redirection is not understood")

    def _redirect(self, node: "Node", place: _Place, behind: list[Word]) -> bool:
        """Notes a redirection; whether it feeds the command's input. The grammar counts what stands behind the target
        to it, bash to the command: `behind` gets that.
        """
        if node.type == "heredoc_redirect":
            self._heredoc(node, place)
            return True
        operator, words = "", list[Word]()
        for child in node.children:
            if child.type in WORDS:
                found = self._words(child, place)
                words.append(found[0])
                if len(found) > 1:
                    self.notes.doubt(f"{shortened(self.notes.source(node))!r} names more than one place")
            elif not child.is_named:
                operator = child.type
            elif child.type != "file_descriptor":
                self.notes.doubt(f"{shortened(self.notes.source(child))!r} is not understood")
                self._inside(child, place)
        behind += words[1:]
        self.notes.gaps(node)
        source = self.notes.source(node) if len(words) < 2 else f"{operator} {words[0].source}"
        self.script.redirects.append(Redirect(operator, words[0] if words else None, source))
        return operator.startswith("<")

    def _heredoc(self, node: "Node", place: _Place) -> None:
        self.script.redirects.append(Redirect("<<", None, self.notes.source(node.children[0])))
        start = body = end = None
        for child in node.children:
            match child.type:
                case "<<" | "<<-" | "file_descriptor":
                    pass
                case "heredoc_start":
                    start = child
                case "heredoc_body":
                    body = child
                case "heredoc_end":
                    end = child
                case "file_redirect":
                    behind: list[Word] = []
                    self._redirect(child, place, behind)
                    self._give(tuple(behind), None)
                case "pipeline" | "list":
                    self._group(child, replace(place, fed=True))
                case _:
                    self.notes.doubt(f"{shortened(self.notes.source(child))!r} behind a heredoc is not understood")
                    self._node(child, self._deeper(place)) if child.is_named else None
        if start is None or end is None or not ends_there(self.text, node, start, end):
            self.notes.doubt("where its heredoc ends is not understood")
        if body is not None and start is not None and not set(self.notes.source(start)) & set("'\"\\"):
            self._inside(body, place)
            try:
                Lexer(self.text, opaque_in(body, self.text), body.start_byte, body.end_byte).double_quoted("")
            except NotAWordError as problem:
                self.notes.doubt(f"a heredoc's text is not understood: {problem}")


def _bad(root: "Node", text: str) -> str:
    """The text of the first place the grammar stumbled at."""
    node = root
    while not (node.is_error or node.is_missing):
        child = next((one for one in node.children if one.has_error), None)
        if child is None:
            break
        node = child
    return shortened(text[node.start_byte : node.end_byte] or text[max(0, node.start_byte - 10) : node.end_byte + 10])
