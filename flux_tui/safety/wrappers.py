"""Programs that run other programs: what they would run, and whether a rule for that may speak for the whole."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from flux_tui.safety import git_words
from flux_tui.safety.programs import canonical
from flux_tui.syntax.shell.words import Word, plain

Words = tuple[Word, ...]
SHELLS = frozenset({"bash", "sh", "dash", "zsh", "ksh", "mksh", "ash", "fish", "rbash", "tcsh", "csh"})


@dataclass(frozen=True, slots=True)
class Wrapper:
    """One row: how its own words end and the other program's begin."""

    valued: str = ""
    """Letters and long names, divided by blanks, of options whose value is the next word."""
    operands: int = 0
    """Own operands before the other program's name."""
    script: str = ""
    """Options whose value is text for a shell."""
    joins: bool = False
    """The rest is joined to one text for a shell."""
    after: str = ""
    """A subcommand that must stand before: `run`."""
    transparent: str | None = None
    """None: a rule never covers it. Else the options under which it stays transparent."""


_TABLE: dict[str, Wrapper] = {
    "command": Wrapper(transparent=""),
    "builtin": Wrapper(),
    "exec": Wrapper("a"),
    "env": Wrapper("u C S unset chdir split-string", script="S split-string", transparent=""),
    "nohup": Wrapper(transparent=""),
    "nice": Wrapper("n adjustment", transparent="n adjustment"),
    "ionice": Wrapper("c n p P u class classdata"),
    "time": Wrapper("f o format output", transparent="p"),
    "timeout": Wrapper("k s kill-after signal", 1, transparent="k s v kill-after signal verbose foreground"),
    "stdbuf": Wrapper("i o e input output error"),
    "setsid": Wrapper(),
    "xargs": Wrapper("a d E I L n P s arg-file delimiter max-lines max-args max-procs max-chars"),
    "sudo": Wrapper("u g h p C c r t T U D R user group host prompt chdir chroot other-user"),
    "doas": Wrapper("u C"),
    "su": Wrapper("s w g G", 1, script="c command session-command"),
    "runuser": Wrapper("u s w g G user", script="c command"),
    "sg": Wrapper(operands=1, script="c"),
    "script": Wrapper("E I O B T m o", 1, script="c command"),
    "watch": Wrapper("n interval q", joins=True),
    "strace": Wrapper("e o p s u S a b E I O P X"),
    "ltrace": Wrapper("e o p s u a A n l x D F w"),
    "perf": Wrapper("e o p", 1),
    "valgrind": Wrapper(),
    "flock": Wrapper("w E timeout conflict-exit-code", 1, script="c command"),
    "chroot": Wrapper(operands=1),
    "busybox": Wrapper(),
    "toybox": Wrapper(),
    "parallel": Wrapper("j a n N I S", joins=True),
    "taskset": Wrapper("p c", 1),
    "chrt": Wrapper("T P D", 1),
    "prlimit": Wrapper("p"),
    "setarch": Wrapper(operands=1),
    "linux32": Wrapper(),
    "linux64": Wrapper(),
    "unshare": Wrapper("S G R w"),
    "nsenter": Wrapper("t S G w"),
    "bwrap": Wrapper(),
    "fakeroot": Wrapper("l s i b"),
    "proot": Wrapper("r b w"),
    "firejail": Wrapper(),
    "pkexec": Wrapper("user"),
    "gosu": Wrapper(operands=1),
    "setpriv": Wrapper("reuid regid groups"),
    "systemd-run": Wrapper("p u property unit"),
    "dbus-run-session": Wrapper(),
    "xvfb-run": Wrapper("n s f e"),
    "unbuffer": Wrapper(),
    "rlwrap": Wrapper(),
    "entr": Wrapper(),
    "hyperfine": Wrapper("w m M r p s", joins=True),
    "ssh": Wrapper("b c D E e F I i J L l m O o p Q R S W w", 1, joins=True),
    "tmux": Wrapper("f L S", 1, joins=True),
    "screen": Wrapper("S c"),
    "eval": Wrapper(joins=True),
    "coproc": Wrapper(),
    "cross-env": Wrapper(),
    "dotenv": Wrapper("f e", after="run"),
    "direnv": Wrapper(operands=1, after="exec"),
    "npx": Wrapper("p c package", script="c call"),
    "bunx": Wrapper(),
    "pnpx": Wrapper(),
    "uvx": Wrapper("p from python with"),
    "pipx": Wrapper("p spec python", after="run"),
    "uv": Wrapper("p python with extra group", after="run"),
    "poetry": Wrapper(after="run"),
    "pipenv": Wrapper(after="run"),
    "pdm": Wrapper(after="run"),
    "hatch": Wrapper("e env", after="run"),
    "rye": Wrapper(after="run"),
    "conda": Wrapper("n p name prefix", after="run"),
    "bundle": Wrapper(after="exec"),
    "npm": Wrapper("c call package", after="exec", script="c call"),
    "pnpm": Wrapper(after="exec"),
    "yarn": Wrapper(after="exec"),
    "mise": Wrapper(after="exec"),
    "docker": Wrapper("v e w u p name volume env workdir user network mount", 1, after="run exec"),
    "kubectl": Wrapper("n c namespace container", 1, after="exec"),
}  # fmt: skip

TRANSPARENT = frozenset(name for name, row in _TABLE.items() if row.transparent is not None)
_NAMED_RUNNERS = frozenset({"uv", "poetry", "pipenv", "pdm", "hatch", "rye", "bundle", "npx", "pnpm", "npm", "yarn"})
"""A rule that names what they run covers it."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a command would run beside itself."""

    inner: Words = ()
    also: tuple[Words, ...] = ()
    """Further commands, such as those of find."""
    scripts: tuple[Word, ...] = ()
    """Texts for a shell."""
    transparent: bool = False
    """Whether what goes for `inner` goes for the whole."""
    must_name: int = 0
    """The place of the word that a rule has to name, where it may cover the whole at all."""
    why: str = ""
    """Why no rule covers it, as a clause; "" if one may."""
    hidden: bool = False
    """Whether it runs something that can't be known."""


def look(words: Words, *, fed: bool) -> Look:
    """Looks through one command. `fed`: something is fed to its input."""
    name = canonical(words[0].text.rpartition("/")[2] or words[0].text)
    texts = [word.text for word in words]
    if name in SHELLS:
        return _shell(name, words, fed)
    if name in ("find", "fd"):
        return _finder(name, words)
    if name == "trap":
        return _trap(words)
    if name in ("source", "."):
        return Look(why=f"`{name}` runs a file in this very shell", hidden=True)
    if name in ("at", "batch", "crontab"):
        return Look(why=f"`{name}` runs commands later", hidden=True)
    if name == "alias":
        values = tuple(plain(word.text.partition("=")[2]) for word in words[1:] if "=" in word.text)
        return Look(scripts=values, why="`alias` changes what later words mean")
    if name == "git":
        return _git(words, texts)
    row = _TABLE.get(name)
    if row is None or (row.after and texts[1:2] != [] and not _runs(row, texts)):
        return Look()
    return _wrapped(name, row, words) if len(words) > 1 else Look()


def _runs(row: Wrapper, texts: Sequence[str]) -> bool:
    operand = next((text for text in texts[1:] if not text.startswith("-")), "")
    return operand in row.after.split()


def _wrapped(name: str, row: Wrapper, words: Words) -> Look:
    at, options, scripts = _own_words(name, row, words)
    inner = words[at:]
    if name == "command" and any(option in ("v", "V") for option in options):
        return Look()
    assigned = any("=" in word.text for word in words[1:at] if not word.text.startswith("-"))
    if row.joins or name == "eval":
        scripts = (*scripts, _joined(inner))
        inner = inner if name not in ("eval", "ssh", "tmux") else ()
    if row.transparent is not None and not assigned and not scripts and set(options) <= set(row.transparent.split()):
        return Look(inner, transparent=bool(inner))
    if words[0].text == "time":  # bash's own takes `-p` only: any other option is the program's name
        return Look(inner, (words[1:],), why="`time` takes no such option")
    hidden = any(not word.literal for word in (*scripts, *inner[:1]))
    if name in _NAMED_RUNNERS and inner and not scripts:
        return Look(inner, must_name=at, hidden=hidden)
    if not inner and not scripts and name not in ("xargs", "parallel"):
        return Look(why=f"`{words[0].text}` may start another program", hidden=name in ("su", "sudo", "script", "sg"))
    return Look(inner, _unsure(name, words), scripts, why=f"`{words[0].text}` starts another program", hidden=hidden)


def _unsure(name: str, words: Words) -> tuple[Words, ...]:
    """For programs with options that are not all known: every later word may be where the other program begins."""
    sure = ("command", "env", "nohup", "nice", "time", "timeout", "xargs", "sudo", "stdbuf", "setsid", "eval", "exec")
    return () if name in sure else tuple(words[at:] for at in range(1, min(len(words), 40)))


def _own_words(name: str, row: Wrapper, words: Words) -> tuple[int, list[str], tuple[Word, ...]]:
    """(where the other program begins, own options without dashes, texts for a shell)."""
    valued, script = row.valued.split(), row.script.split()
    options: list[str] = []
    scripts: list[Word] = []
    operands = row.operands + bool(row.after)
    at = 1
    while at < len(words):
        text = words[at].text
        if text == "--":
            at += 1
            if not operands:
                break
        elif text.startswith("-") and text != "-":
            option, value = _option(text, [*valued, *script])
            options.append(option)
            takes = option in valued or option in script
            if takes and value is None:
                at += 1
                value = words[at].text if at < len(words) else ""
            if option in script:
                scripts.append(words[at] if at < len(words) and words[at].text == value else plain(value or ""))
            at += 1
        elif "=" in text and name in ("env", "sudo", "doas", "cross-env"):
            at += 1
        elif operands or text == "-":
            operands -= text != "-"
            options += ["-"] if text == "-" else []
            at += 1
        else:
            break
    return min(at, len(words)), options, tuple(scripts)


def _option(text: str, valued: Sequence[str]) -> tuple[str, str | None]:
    """(name without dashes, its value if it stands in the same word)."""
    if text.startswith("--"):
        name, has, value = text[2:].partition("=")
        full = next((one for one in valued if len(one) > 1 and one.startswith(name)), name)
        return full, value if has else None
    if text[1:].isdigit():
        return "n", text[1:]
    for at, letter in enumerate(text[1:], 2):
        if letter in valued:
            return letter, text[at:] or None
    return text[1:], ""


def _joined(words: Words) -> Word:
    text = " ".join(word.text for word in words)
    return Word(text, text, any(word.bare for word in words), any(word.glob for word in words))


def _shell(name: str, words: Words, fed: bool) -> Look:
    at, reads, more = 1, False, False
    while at < len(words) and words[at].text[:1] in ("-", "+") and words[at].text not in ("-", "--"):
        text = words[at].text
        reads = reads or (not text.startswith("--") and "c" in text[1:])
        more = more or text in ("--login", "--rcfile", "--init-file") or bool(re.match(r"-[^-]*[li]", text))
        at += 1 + (text in ("--rcfile", "--init-file") or (text[-1] in "oO" and not text.startswith("--")))
    at += at < len(words) and words[at].text == "--"
    if reads and at < len(words):
        script = words[at]
        return Look(scripts=(script,), why=f"`{name} -c` runs a text", hidden=more or not script.literal)
    if at >= len(words) or words[at].text == "-":
        return Look(why=f"`{name}` reads what it runs from its input", hidden=fed or at < len(words))
    if at > 1:
        return Look(why=f"`{name}` runs with options", hidden=True)
    if not words[at].literal or words[at].text.startswith("/dev/"):
        return Look(why=f"`{name}` runs a file that is not known", hidden=True)
    return Look(must_name=1)


def _finder(name: str, words: Words) -> Look:
    starts = ("-exec", "-execdir", "-ok", "-okdir") if name == "find" else ("-x", "-X", "--exec", "--exec-batch")
    found: list[Words] = []
    ends = [at for at, word in enumerate(words) if word.text in (";", "+")]
    for at, word in enumerate(words):
        if word.text in starts or (name == "fd" and re.match(r"--exec(?:-batch)?=|-[A-Za-wyz]*[xX]", word.text)):
            end = ends[place] if (place := bisect_left(ends, at)) < len(ends) else len(words)
            if end > at + 1:
                found.append(words[at + 1 : end])
            attached = word.text.partition("=")[2]
            if attached:
                found.append((plain(attached), *words[at + 1 : end]))
    return Look(also=tuple(found), why=f"`{name}` starts another program") if found else Look()


def _trap(words: Words) -> Look:
    at = 1 + (words[1:2] != () and words[1].text == "--")
    return Look(
        scripts=words[at : at + 1], why="`trap` runs a text later", hidden=any(not w.literal for w in words[1:2])
    )


def _git(words: Words, texts: Sequence[str]) -> Look:
    """Git runs commands from configuration, and some subcommands run what follows."""
    scripts = [plain(text.partition("=")[2].lstrip("!")) for text in texts[1:] if re.match(r"[a-z]+\.\S*=.", text)]
    at = git_words.subcommand(texts)
    rest = words[at + 1 :]
    if texts[at : at + 2] in (["bisect", "run"], ["submodule", "foreach"]):
        inner = tuple(word for word in rest[1:] if word.text not in ("--recursive", "--quiet"))
        return Look(inner, scripts=(_joined(inner), *scripts), why=f"`git {texts[at]}` starts another program")
    for place, word in enumerate(rest):
        if word.text in ("-x", "--exec", "--extcmd", "--tree-filter", "--index-filter") and texts[at] != "clean":
            scripts += rest[place + 1 : place + 2]
        elif word.text.startswith(("--exec=", "--extcmd=", "--upload-pack=")):
            scripts.append(plain(word.text.partition("=")[2]))
    return Look(scripts=tuple(scripts))
