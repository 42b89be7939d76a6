"""May this call happen? Mode and rules, asked for each path or for the command. Decides; asks nobody."""

from collections.abc import Iterable

from flux_tui.agent.room import Room
from flux_tui.protocol.codes import Code, Mode
from flux_tui.protocol.outcomes import Refusal
from flux_tui.safety.permissions import Action, Verdict, judge_command, judge_path, strength
from flux_tui.tools.registry import Tool

FREE = Verdict("allow", "reading and planning change nothing", None, (), False)


def judge(room: Room, tool: Tool) -> tuple[Verdict, tuple[str, ...]]:
    """The strictest verdict and the workspace-relative paths. Refusal: DENIED, PROTECTED_PATH, OUTSIDE_WORKSPACE."""
    if room.mode is Mode.PLAN and tool.kind in ("edit", "command"):
        raise Refusal(
            Code.DENIED,
            f"DENIED: the mode is plan, in which {tool.name} does nothing. Nothing was done. "
            "Next: finish the plan and say what you would change; the person switches the mode.",
            targets=tool.paths() if tool.kind == "edit" else (),
        )
    paths = tuple(room.workspace.locate(path) for path in tool.paths())
    if tool.kind == "command":
        command = getattr(tool, "command", "")
        verdict = judge_command(command, room.mode, room.rules, not room.sandbox.asks, room.workspace.root)
    else:
        action: Action = "write" if tool.kind == "edit" else "read"
        names = dict.fromkeys((*paths, *filter(None, map(room.workspace.lexical, tool.paths()))))
        verdicts = [judge_path(tool.name, path, action, room.mode, room.rules) for path in names]
        verdict = max(verdicts, key=strength, default=FREE)
    if verdict.verdict == "deny":
        code = verdict.code or Code.DENIED
        raise Refusal(code, f"{code}: {verdict.why}. Nothing was done.", targets=paths if tool.kind == "edit" else ())
    return verdict, paths


def readable(room: Room, path: str) -> bool:
    """Whether lines of this path may be shown unasked."""
    return judge_path("read_files", path, "read", room.mode, room.rules).verdict == "allow"


def secrets_in(room: Room, paths: Iterable[str]) -> list[tuple[str, Verdict]]:
    """Which of these must not be shown unasked, and why: those that are there and were not shown before."""
    known = room.conversation.ledger
    there = [path for path in paths if room.workspace.exists(path) and known.sight(path)[0] is None]
    found = [(path, judge_path("read_files", path, "read", room.mode, room.rules)) for path in there]
    return [(path, verdict) for path, verdict in found if verdict.verdict == "ask"]
