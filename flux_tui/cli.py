"""The command line: parses once, then loads only what the command needs. `flux [DIR]` opens the screen."""

import argparse
import gc
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from flux_tui import __version__
from flux_tui.protocol.errors import FluxError, UsageError

if TYPE_CHECKING:
    from flux_tui.agent.opening import Opening

MODES = ("plan", "ask", "auto-edit", "full")
COMMANDS = ("exec", "demo", "models", "sessions", "stats", "profile", "config", "doctor", "tool", "rules")


class Parser(argparse.ArgumentParser):
    """Raises UsageError instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}. See {self.prog} --help.")


def main(argv: Sequence[str] | None = None) -> None:
    """The console script. Ends with the exit code of the command."""
    gc.disable()  # what is loaded now stays; a session that goes on turns it on again
    words = list(sys.argv[1:] if argv is None else argv)
    sys.excepthook = _crashed
    try:
        code = _run(words)
    except FluxError as error:
        code = _failed(words, error)
    except KeyboardInterrupt:
        code = 130
    sys.stdout.flush()
    gc.freeze()  # else Python looks for garbage once more, among all that goes with the process anyway
    sys.exit(code)


def _failed(words: Sequence[str], error: FluxError) -> int:
    from flux_tui.headless.exec import failed

    return failed(words[:1] == ["exec"] and "--json" in words, error)


def _crashed(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    """What nothing else caught: the whole of it to the log, without keys; a sentence to the person."""
    from flux_tui.agent import logs

    logs.crashed(kind, error, trace)
    _failed(sys.argv[1:], FluxError(logs.crash_sentence(kind)))


def _run(words: list[str]) -> int:
    if words[:1] and words[0] in COMMANDS:
        args = _commands().parse_args(words)
        return int(_DISPATCH[args.command](args))
    if words[:1] and (near := _meant(words[0])):
        raise UsageError(f"there is no command {words[0]!r}, nor a folder of that name. Did you mean flux {near}?")
    return _screen(_screen_parser().parse_args(words))


def _meant(word: str) -> str:
    """The command a mistyped one is nearest to, "" for what may be a folder."""
    if word.startswith("-") or Path(word).exists():
        return ""
    import difflib

    return next(iter(difflib.get_close_matches(word, COMMANDS, 1, 0.6)), "")


def _screen_parser() -> Parser:
    parser = Parser(
        prog="flux",
        description="A coding agent for the terminal. Without a command it opens the screen on DIR.",
        epilog=f"Commands: {', '.join(COMMANDS)}. Each has its own --help.",
    )
    parser.add_argument("dir", nargs="?", metavar="DIR", help="the folder to work in (default: this one)")
    parser.add_argument("--version", action="version", version=f"flux {__version__}")
    parser.add_argument("--resume", metavar="ID|last", help="continue a session")
    _shared(parser)
    return parser


def _shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", metavar="PROVIDER:MODEL", help="the model to use")
    parser.add_argument("--mode", choices=MODES, help="how much happens without a question")
    parser.add_argument("--profile", metavar="NAME", help="a profile of yours")
    parser.add_argument("--theme", metavar="NAME", help="the colours")
    parser.add_argument("--sandbox", choices=("auto", "require", "off"), help="whether commands need the sandbox")
    parser.add_argument(
        "--trust", action="store_true", help="trust this folder's .flux/ and instruction files as they are"
    )


def _commands() -> Parser:
    parser = Parser(prog="flux")
    sub = parser.add_subparsers(dest="command", required=True, parser_class=Parser)
    _exec_parser(sub.add_parser("exec", help="run one prompt without a screen"))
    sub.add_parser("demo", help="a guided session on a sample project, offline")
    models = sub.add_parser("models", help="the models Flux knows")
    models.add_argument("--json", action="store_true", dest="as_json")
    stats = sub.add_parser("stats", help="tokens, cost and first-attempt success")
    stats.add_argument("--json", action="store_true", dest="as_json")
    stats.add_argument("--session", metavar="ID|last")
    stats.add_argument("--all", action="store_true", dest="everywhere", help="every folder's sessions")
    profile = sub.add_parser("profile", help="your profiles")
    profile.add_argument("action", nargs="?", choices=("list", "show"), default="list")
    profile.add_argument("name", nargs="?")
    config = sub.add_parser("config", help="every setting, its value and where it comes from")
    config.add_argument("--json", action="store_true", dest="as_json")
    config.add_argument("--cwd", default=".", metavar="DIR")
    _shared(config)
    doctor = sub.add_parser("doctor", help="what this machine offers and what is missing")
    doctor.add_argument("--json", action="store_true", dest="as_json")
    _tool_parser(sub.add_parser("tool", help="run tool calls from stdin, one JSON object a line"))
    rules = sub.add_parser("rules", help="the verdict of the rules")
    rules.add_argument("action", choices=("check",))
    _sessions_parser(sub.add_parser("sessions", help="list, show, undo, export … sessions"))
    return parser


def _exec_parser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("prompt", help="what to do, or - to read it from stdin")
    parser.add_argument("--json", action="store_true", dest="as_json", help="JSON lines on stdout")
    parser.add_argument("--cwd", default=".", metavar="DIR", help="the folder to work in")
    parser.add_argument("--resume", metavar="ID|last", help="continue a session")
    parser.add_argument("--max-turns", type=_count, metavar="N", help="at most N replies of the model")
    parser.add_argument("--max-cost", type=float, metavar="USD", help="end the run at this cost")
    _shared(parser)


def _tool_parser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cwd", default=".", metavar="DIR", help="the folder to work in")
    parser.add_argument("--mode", choices=MODES, default="auto-edit")
    parser.add_argument("--rules", type=Path, metavar="FILE", help="rules as a JSON object")
    parser.add_argument("--sandbox", choices=("auto", "require", "off"))


def _sessions_parser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        nargs="?",
        default="list",
        choices=("list", "show", "undo", "redo", "rewind", "export", "rename", "fork", "delete"),
    )
    parser.add_argument("session", nargs="?", metavar="ID|last")
    parser.add_argument("name", nargs="?", help="for rename")
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--all", action="store_true", dest="everywhere", help="every folder's sessions")
    parser.add_argument("--cwd", default=".", metavar="DIR")
    parser.add_argument("--steps", type=_count, default=1, metavar="N")
    parser.add_argument("--path", action="append", default=[], metavar="P")
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--to", type=_count, metavar="TURN")
    parser.add_argument("--chat", action="store_true")
    parser.add_argument("--files", action="store_true")
    parser.add_argument("--format", choices=("md", "json"), default="md")


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _opening(args: argparse.Namespace, cwd: str, more: Mapping[str, Any] | None = None) -> "Opening":
    from flux_tui.agent.opening import Opening

    flags = {name: getattr(args, name, None) for name in ("model", "mode", "profile", "theme", "sandbox")}
    return Opening(
        Path(cwd),
        dict(os.environ),
        {name: value for name, value in {**flags, **(more or {})}.items() if value is not None},
        resume=getattr(args, "resume", None),
        trust=getattr(args, "trust", False),
    )


def _screen(args: argparse.Namespace) -> int:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError('the screen needs a terminal. Without one use: flux exec "what to do"')
    from flux_tui.ui.start import start, start_demo

    opening = _opening(args, args.dir or ".")
    if args.dir is None and opening.resume is None and _nothing_to_drive(opening):
        return start_demo(opening)
    return start(opening)


def _nothing_to_drive(opening: "Opening") -> bool:
    """No folder was named and no model is configured: the demo shows what Flux is, and how to add a key."""
    from flux_tui.config.load import load
    from flux_tui.config.places import places
    from flux_tui.llm.provider_factory import default_spec

    settings = load(places(opening.env), opening.env, opening.flags, None).settings
    return default_spec(settings, opening.env).startswith("demo:")


def _demo(args: argparse.Namespace) -> int:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("the demo needs a terminal")
    from flux_tui.ui.start import start_demo

    return start_demo(_opening(args, "."))


def _exec(args: argparse.Namespace) -> int:
    from dataclasses import replace

    from flux_tui.headless import exec as command

    more = {"limits.max_turns": args.max_turns, "limits.max_cost": args.max_cost}
    prompt = command.stdin_prompt() if args.prompt == "-" else args.prompt
    return command.run(replace(_opening(args, args.cwd, more), interactive=False), prompt, args.as_json)


def _tool(args: argparse.Namespace) -> int:
    from flux_tui.headless import tool

    return tool.run(tool.modelless(_opening(args, args.cwd)), args.rules)


def _rules(args: argparse.Namespace) -> int:
    from flux_tui.headless import rules

    return rules.run()


def _models(args: argparse.Namespace) -> int:
    from flux_tui.headless import models

    return models.run(args.as_json)


def _sessions(args: argparse.Namespace) -> int:
    from flux_tui.headless import sessions

    return sessions.run(args)


def _stats(args: argparse.Namespace) -> int:
    from flux_tui.headless import stats

    return stats.run(args.session, args.everywhere, args.as_json)


def _config(args: argparse.Namespace) -> int:
    from flux_tui.headless import config

    return config.run(_opening(args, args.cwd), args.as_json)


def _profile(args: argparse.Namespace) -> int:
    from flux_tui.headless import config

    return config.profiles(args.action, args.name)


def _doctor(args: argparse.Namespace) -> int:
    from flux_tui.headless import doctor

    return doctor.run(args.as_json)


_DISPATCH = {
    "exec": _exec,
    "demo": _demo,
    "models": _models,
    "sessions": _sessions,
    "stats": _stats,
    "profile": _profile,
    "config": _config,
    "doctor": _doctor,
    "tool": _tool,
    "rules": _rules,
}
