"""run_command: proposes a shell command. Whether and where it may run is decided elsewhere; it never runs anything."""

from dataclasses import dataclass, field
from typing import ClassVar

from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Outcome, Refusal, RunCommand
from flux_tui.tools.context import ToolContext
from flux_tui.tools.registry import Kind, Tool

DEFAULT_TIMEOUT = 120
LONGEST_TIMEOUT = 600
LONGEST = 100_000


@dataclass(frozen=True, kw_only=True)
class RunCommandTool(Tool):
    """Run a command with bash in the workspace folder, in a sandbox: the workspace is writable except .git, the rest of
    the disk is read-only, there is no network, no terminal and no input. You get stdout and stderr together, the exit
    status and the files it changed; of long output head and tail. Each call starts afresh: `cd` and variables do not
    last. Use the other tools to read, search and change files.
    """

    name: ClassVar[str] = "run_command"
    kind: ClassVar[Kind] = "command"
    verb: ClassVar[str] = "run"

    command: str = field(metadata={"doc": "The command line, as you would type it."})
    timeout: int = field(
        default=DEFAULT_TIMEOUT,
        metadata={"doc": f"Seconds until it is ended, at most {LONGEST_TIMEOUT}. Default {DEFAULT_TIMEOUT}."},
    )
    background: bool = field(
        default=False, metadata={"doc": "Let it run on (a server, a watcher) and return at once with its first output."}
    )

    def title(self) -> str:
        return " ".join(self.command.split())

    def run(self, context: ToolContext) -> Outcome:
        if not self.command.strip():
            raise _invalid("the command is empty")
        if "\0" in self.command:
            raise _invalid("the command holds a NUL character")
        if len(self.command) > LONGEST:
            raise _invalid(f"the command is longer than {LONGEST} characters; write a script file and run that")
        if not 1 <= self.timeout <= LONGEST_TIMEOUT:
            raise _invalid(f"timeout is {self.timeout}, but must be from 1 to {LONGEST_TIMEOUT} seconds")
        return Outcome(Code.OK, "", effect=RunCommand(self.command, float(self.timeout), self.background))


def _invalid(what: str) -> Refusal:
    return Refusal(Code.INVALID_ARGUMENTS, f"INVALID_ARGUMENTS: {what}. Nothing was run.")
