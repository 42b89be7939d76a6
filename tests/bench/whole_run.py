"""A whole one-shot run, read, edit, command, finish, beside the import of the vendor's SDK that it can't do without."""

from collections.abc import Iterator
from functools import partial

from tests.bench.measure import Figure, Yardstick, best, python
from tests.bench.runs import SDKS, flux_exec
from tests.fakes.script import Call, Protocol, Reply

PROTOCOLS: tuple[Protocol, ...] = ("chat", "responses", "messages")
AIMS = {"chat": "1000 ms", "responses": "1000 ms", "messages": "1400 ms"}
EDIT = {"path": "rich/table.py", "search": "import dataclass, field\n", "replace": "import field, dataclass\n"}
REPLIES = (
    Reply("Let me look.", calls=(Call("read_files", {"paths": ["rich/table.py"], "end_line": 40}),)),
    Reply(calls=(Call("edit_file", EDIT),)),
    Reply(calls=(Call("run_command", {"command": "head -5 rich/table.py"}),)),
    Reply("Done."),
)


def figures() -> Iterator[Figure]:
    for protocol in PROTOCOLS:
        sdk = SDKS[protocol]
        alone = Yardstick(f"import {sdk}", best(partial(python, f"import {sdk}")))
        yield Figure(f"one-shot run, {protocol}", best(partial(_run, protocol)), alone, AIMS[protocol])
    words = best(partial(python, "import flux_tui.cli as cli; cli.main(['--help'])"))
    yield Figure("flux --help", words, Yardstick("import argparse", best(partial(python, "import argparse"))))


def _run(protocol: Protocol) -> float:
    return flux_exec(REPLIES.__getitem__, protocol).total
