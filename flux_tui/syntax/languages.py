"""The languages Flux knows the structure of: one row each, with one query in `queries/`.

A grammar that is not installed makes its language unknown; nothing here ever downloads one.
"""

import importlib
import importlib.util
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from flux_tui.syntax.kept import Kept

if TYPE_CHECKING:
    import tree_sitter

COMMENTS = frozenset({"comment", "line_comment", "block_comment"})
KEPT_BYTES = 600_000
"""Source bytes whose trees are kept: a tree takes about fifty times its source."""


@dataclass(frozen=True, slots=True)
class Language:
    """One row. Equal names mean equal rows."""

    name: str
    """Also the name of its query file."""
    module: str
    suffixes: tuple[str, ...]
    bodies: frozenset[str]
    """Node types whose named children are statements, members or entries."""
    wrappers: frozenset[str] = frozenset()
    """Node types around a definition that belong to it: decorators, exports."""
    doc: tuple[bytes, ...] = ()
    """How a comment begins that belongs to the definition directly below it."""
    attributes: frozenset[str] = frozenset()
    """Sibling node types above a definition that belong to it."""
    function: str = "language"
    """The module's function that gives the grammar."""
    filenames: tuple[str, ...] = ()
    like: str = ""
    """The row whose query it uses, if not one of its own."""
    imports: str = ""
    """How a statement begins that imports; "" where there is none."""
    families: tuple[str, ...] = ()
    """What tells groups of imports apart, in the order they stand; what fits none comes last."""
    opening: str = ""
    """How a statement begins that stays above imports."""
    unknown: tuple[tuple[str, str], ...] = ()
    """Valid code that the grammar doesn't know, as (expression, what a parser may be given for it)."""
    macros: str = ""
    """What may stand for any code: a fault on its line says nothing."""
    import_list: str = ""
    """The node type that holds imports in brackets."""


_JAVASCRIPT = frozenset({"program", "statement_block", "class_body", "switch_body", "switch_case", "switch_default"})
_TYPESCRIPT = _JAVASCRIPT | {"interface_body", "object_type", "enum_body"}
_C = frozenset(
    {"translation_unit", "compound_statement", "field_declaration_list", "declaration_list", "enumerator_list"}
    | {"case_statement", "preproc_if", "preproc_ifdef", "preproc_else", "preproc_elif"}
)
_JS_IMPORTS = r"import\b|(?:const|let|var)\b[^=\n]*=\s*require\(|require\("
_JS_FAMILIES = (r"[\"']node:", r"[\"'][^.\"'][^\"']*[\"']")
_JS_OPENING = r"[\"']use \w+[\"']"
_RESERVED = (
    r"(?<=\bas )(?:any|await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends"
    r"|false|finally|for|function|if|import|in|instanceof|let|new|null|return|static|super|switch|this|throw|true|try"
    r"|typeof|undefined|var|void|while|with|yield)\b"
)
_JS_UNKNOWN = ((_RESERVED, "i"),)
_TS_UNKNOWN = (
    *_JS_UNKNOWN,
    (r"import\(\s*[\"'][^\"'\n]*[\"']\s*\)", "i"),
    (r"(?<=export) type(?=\s+\*)", ""),
    (r"(?:^[ \t]*|(?<=<)|(?<=, ))(?:(?:in|out) +)+(?=[A-Z_$])", ""),
    (r"default function(?= ?\()", "function i"),
)
_C_IMPORTS = r"#\s*(?:include|import)\b|using\b"
_C_MACROS = r"\b_*[A-Z][A-Z0-9]*_[A-Z0-9_]*\b"
_C_OPENING = r"#\s*(?:pragma\s+once|define\s+\w+\s*$)"
_C_DOC = (b"/**", b"/*!", b"///", b"//!")

LANGUAGES: tuple[Language, ...] = (
    Language(
        "python",
        "tree_sitter_python",
        (".py", ".pyi", ".pyw"),
        bodies=frozenset({"module", "block"}),
        wrappers=frozenset({"decorated_definition"}),
        imports=r"(?:import|from)\s",
        families=(r"^from\s+__future__\b", "python: standard library", r"^(?:import|from)\s+[^.\s]"),
        opening=r"[rRuUbB]{0,2}[\"']",
    ),
    Language(
        "javascript",
        "tree_sitter_javascript",
        (".js", ".mjs", ".cjs", ".jsx"),
        bodies=_JAVASCRIPT,
        wrappers=frozenset({"export_statement"}),
        doc=(b"/**",),
        attributes=frozenset({"decorator"}),
        imports=_JS_IMPORTS,
        families=_JS_FAMILIES,
        opening=_JS_OPENING,
        unknown=_JS_UNKNOWN,
    ),
    Language(
        "typescript",
        "tree_sitter_typescript",
        (".ts", ".mts", ".cts"),
        bodies=_TYPESCRIPT,
        wrappers=frozenset({"export_statement", "ambient_declaration"}),
        doc=(b"/**",),
        attributes=frozenset({"decorator"}),
        imports=_JS_IMPORTS,
        families=_JS_FAMILIES,
        opening=_JS_OPENING,
        unknown=_TS_UNKNOWN,
        function="language_typescript",
    ),
    Language(
        "tsx",
        "tree_sitter_typescript",
        (".tsx",),
        bodies=_TYPESCRIPT,
        wrappers=frozenset({"export_statement", "ambient_declaration"}),
        doc=(b"/**",),
        attributes=frozenset({"decorator"}),
        imports=_JS_IMPORTS,
        families=_JS_FAMILIES,
        opening=_JS_OPENING,
        unknown=_TS_UNKNOWN,
        function="language_tsx",
        like="typescript",
    ),
    Language(
        "go",
        "tree_sitter_go",
        (".go",),
        bodies=frozenset(
            {"source_file", "statement_list", "field_declaration_list", "interface_type", "const_declaration"}
            | {"expression_switch_statement", "type_switch_statement", "select_statement", "import_spec_list"}
        ),
        wrappers=frozenset({"type_declaration"}),
        doc=(b"//", b"/*"),
        imports=r"import\b|[\w.]*\s*\"",
        families=(r"\"[^\"./]+(?:/[^\"]*)?\"",),
        opening=r"package\b",
        import_list="import_spec_list",
    ),
    Language(
        "rust",
        "tree_sitter_rust",
        (".rs",),
        bodies=frozenset(
            {"source_file", "block", "declaration_list", "field_declaration_list", "enum_variant_list", "match_block"}
        ),
        doc=(b"///", b"/**"),
        attributes=frozenset({"attribute_item"}),
        imports=r"(?:pub(?:\([^)]*\))?\s+)?use\b|extern\s+crate\b",
        families=(r"use\s+(?:std|core|alloc)\b", r"(?:use\s+(?!crate\b|self\b|super\b)|extern)"),
        opening=r"#!\[|//!|/\*!",
        unknown=((r"~(?=const\b)", ""), (r"(?<=impl )!(?=\w)", ""), (r"\btry!(?=\()", "i"), (r"\braw\b", "i")),
    ),
    Language(
        "java",
        "tree_sitter_java",
        (".java",),
        bodies=frozenset(
            {"program", "block", "class_body", "interface_body", "enum_body", "enum_body_declarations"}
            | {"constructor_body", "annotation_type_body", "switch_block", "switch_block_statement_group"}
        ),
        doc=(b"/**",),
        imports=r"import\b",
        families=(r"import\s+(?!static\b)",),
        opening=r"package\b",
    ),
    Language(
        "c",
        "tree_sitter_c",
        (".c",),
        bodies=_C,
        doc=_C_DOC,
        imports=_C_IMPORTS,
        families=("<",),
        opening=_C_OPENING,
        macros=_C_MACROS,
    ),
    Language(
        "cpp",
        "tree_sitter_cpp",
        (".cc", ".cpp", ".cxx", ".h", ".hpp", ".hh", ".hxx"),
        bodies=_C,
        wrappers=frozenset({"template_declaration"}),
        doc=_C_DOC,
        imports=_C_IMPORTS,
        families=("<",),
        opening=_C_OPENING,
        macros=_C_MACROS,
    ),
    Language(
        "ruby",
        "tree_sitter_ruby",
        (".rb", ".rake", ".gemspec"),
        bodies=frozenset({"program", "body_statement", "then", "else", "block_body"}),
        doc=(b"#",),
        filenames=("Gemfile", "Rakefile"),
        imports=r"(?:require|require_relative|load)\b",
        families=(r"require\b",),
    ),
    Language(
        "bash",
        "tree_sitter_bash",
        (".sh", ".bash"),
        bodies=frozenset(
            {"program", "compound_statement", "do_group", "if_statement", "elif_clause", "else_clause"}
            | {"case_statement", "case_item", "subshell"}
        ),
        doc=(b"#",),
        filenames=(".bashrc", ".bash_profile", ".profile"),
        imports=r"(?:source|\.)\s",
        opening=r"set\s",
    ),
    Language("json", "tree_sitter_json", (".json", ".jsonc"), bodies=frozenset({"document", "object", "array"})),
    Language(
        "toml",
        "tree_sitter_toml",
        (".toml",),
        bodies=frozenset({"document", "table", "table_array_element"}),
        doc=(b"#",),
        filenames=("Pipfile", "Cargo.lock", "poetry.lock", "uv.lock"),
    ),
    Language(
        "yaml",
        "tree_sitter_yaml",
        (".yaml", ".yml"),
        bodies=frozenset({"stream", "block_mapping", "block_sequence"}),
        doc=(b"#",),
    ),
    Language("html", "tree_sitter_html", (".html", ".htm"), bodies=frozenset({"document", "element"})),
    Language(
        "css",
        "tree_sitter_css",
        (".css",),
        bodies=frozenset({"stylesheet", "block"}),
        imports=r"@import\b",
        opening=r"@charset\b",
    ),
    Language(
        "markdown",
        "tree_sitter_markdown",
        (".md", ".markdown"),
        bodies=frozenset({"document", "section", "list"}),
    ),
)


@cache
def _rows() -> dict[str, Language]:
    """Suffix or file name -> row."""
    return {key: row for row in LANGUAGES for key in (*row.suffixes, *row.filenames)}


@cache
def _installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def language_of(path: str) -> Language | None:
    """By the file's name alone. None: no row, or its grammar is not installed."""
    name = path.rsplit("/", 1)[-1]
    row = _rows().get(name) or _rows().get("." + name.rsplit(".", 1)[-1].lower() if "." in name else "")
    return row if row is not None and _installed(row.module) else None


@cache
def grammar(row: Language) -> "tree_sitter.Language":
    import tree_sitter

    return tree_sitter.Language(getattr(importlib.import_module(row.module), row.function)())


@cache
def query(row: Language) -> "tree_sitter.Query | None":
    """The row's outline query; None where the language has no definitions."""
    import tree_sitter

    source = resources.files("flux_tui.syntax") / "queries" / f"{row.like or row.name}.scm"
    return tree_sitter.Query(grammar(row), source.read_text("utf-8")) if source.is_file() else None


def source(data: bytes) -> bytes:
    """The bytes as UTF-8 with the same lines: what a parser is given."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode()
    return data


def eased(language: Language, data: bytes) -> bytes:
    """The source without what is valid but unknown to the grammar; of the same length, line by line."""
    text = source(data)
    for expression, fill in language.unknown:
        text = _pattern(expression).sub(lambda found, fill=fill: fill.encode().ljust(len(found[0])), text)  # type: ignore[misc]
    return text


@cache
def _pattern(expression: str) -> re.Pattern[bytes]:
    return re.compile(expression.encode(), re.MULTILINE)


def parse(language: Language, data: bytes) -> "tree_sitter.Tree":
    """The tree of these bytes (UTF-8, or UTF-16 with its mark). Rows count LF. The last trees are kept."""
    return _TREES.get(language.name, source(data), lambda text: _parsed(language, text))


def _parsed(language: Language, data: bytes) -> "tree_sitter.Tree":
    import tree_sitter

    return tree_sitter.Parser(grammar(language)).parse(data)


_TREES: "Kept[tree_sitter.Tree]" = Kept(KEPT_BYTES)
