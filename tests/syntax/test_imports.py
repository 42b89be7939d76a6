"""Where an import goes: the line before and after it, by language, and what counts as there already."""

import pytest

from flux_tui.syntax.imports import imported, is_import, knows_imports, spot

PYTHON = '''#!/usr/bin/env python
"""Doc."""

import os
import sys
from pathlib import Path

import click

from .core import a, b


def f():
    import re
'''
TYPESCRIPT = """\
'use strict';
import fs from 'node:fs';
import { a, b } from 'react';
import c from './c';

export const f = () => 1;
"""
GO = 'package x\n\nimport (\n\t"fmt"\n\t"os"\n\n\t"github.com/a/b"\n)\n'
RUST = "//! doc\n#![allow(x)]\n\nuse std::fmt;\nuse std::io;\n\nuse crate::a::B;\n"
GUARDED = "#ifndef A_H\n#define A_H\n\n#include <stdio.h>\n\nint f(void);\n\n#endif\n"


@pytest.mark.parametrize(
    ("path", "text", "statement", "after", "blanks"),
    [
        ("a.py", PYTHON, "import json", 3, (0, 0)),
        ("a.py", PYTHON, "import re", 4, (0, 0)),
        ("a.py", PYTHON, "from typing import Any", 6, (0, 0)),
        ("a.py", PYTHON, "import attr", 7, (0, 0)),
        ("a.py", PYTHON, "from click.core import X", 8, (0, 0)),
        ("a.py", PYTHON, "from .util import z", 10, (0, 0)),
        ("a.py", PYTHON, "from __future__ import annotations", 3, (0, 1)),
        ("a.py", "from __future__ import annotations\nx = 1\n", "import os", 1, (1, 1)),
        ("a.py", "def f():\n    pass\n", "import os", 0, (0, 2)),
        ("a.py", '"""Doc."""\n\n\ndef f(): ...\n', "import os", 1, (1, 0)),
        ("a.py", "# Licence\n# text\n\nx = 1\n", "import os", 2, (1, 0)),
        ("a.py", "# about x\nx = 1\n", "import os", 0, (0, 1)),
        ("a.py", "", "import os", 0, (0, 0)),
        ("a.ts", TYPESCRIPT, "import path from 'node:path';", 2, (0, 0)),
        ("a.ts", TYPESCRIPT, "import z from 'zod';", 3, (0, 0)),
        ("a.ts", TYPESCRIPT, "import './x.css';", 4, (0, 0)),
        ("a.js", "'use strict';\n\nfunction f() {}\n", "const fs = require('fs');", 1, (1, 0)),
        ("a.js", "#!/usr/bin/env node\nfoo();\n", "import fs from 'fs';", 1, (1, 1)),
        ("a.go", GO, 'import "io"', 4, (0, 0)),
        ("a.go", GO, 'import y "github.com/a/c"', 7, (0, 0)),
        ("a.go", "package x\n\nfunc f() {}\n", 'import "io"', 1, (1, 0)),
        ("a.rs", RUST, "use std::collections::HashMap;", 3, (0, 0)),
        ("a.rs", RUST, "use serde::Serialize;", 5, (1, 0)),
        ("a.rs", RUST, "use crate::z;", 7, (0, 0)),
        ("A.java", "package x;\n\nimport java.util.List;\n", "import java.util.Map;", 3, (0, 0)),
        ("a.h", GUARDED, "#include <stdlib.h>", 4, (0, 0)),
        ("a.h", GUARDED, '#include "b.h"', 4, (1, 0)),
        ("a.h", "#pragma once\n\nint f(void);\n", '#include "b.h"', 1, (1, 0)),
        ("a.rb", "# frozen_string_literal: true\n\nrequire 'json'\n\nclass A\nend\n", "require 'set'", 3, (0, 0)),
        ("a.sh", "#!/bin/bash\nset -e\n\necho\n", "source ./x.sh", 2, (1, 0)),
        ("a.css", "a { b: c; }\n", '@import "x.css";', 0, (0, 1)),
    ],
)
def test_beside_its_like_or_below_what_opens_the_file(
    path: str, text: str, statement: str, after: int, blanks: tuple[int, int]
) -> None:
    assert is_import(path, statement)
    found = spot(path, text.encode(), statement)
    assert (found.after, (found.blanks_before, found.blanks_after)) == (after, blanks)
    assert found.inside == (path == "a.go" and text is GO)


@pytest.mark.parametrize(
    ("path", "text", "statement", "line"),
    [
        ("a.py", PYTHON, "import os", 4),
        ("a.py", PYTHON, "from .core import (\n    b,\n)", 10),
        ("a.py", PYTHON, "from .core import c", 0),
        ("a.py", PYTHON, "import os as o", 0),
        ("a.py", PYTHON, "import re", 0),
        ("a.ts", TYPESCRIPT, 'import { b } from "react"', 3),
        ("a.ts", TYPESCRIPT, "import { z } from 'react';", 0),
        ("a.go", GO, 'import "os"', 5),
        ("a.rs", RUST, "use std::io;", 5),
    ],
)
def test_what_is_there_already(path: str, text: str, statement: str, line: int) -> None:
    assert imported(path, text.encode(), statement) == line


def test_a_language_without_imports() -> None:
    assert not knows_imports("a.json")
    assert not is_import("a.json", "import x")
    assert not is_import("a.py", "important = 1")
