"""What a command line consists of: the vocabulary of the shell reader. Values only."""

from dataclasses import dataclass, field

from flux_tui.syntax.shell.words import Word


@dataclass(frozen=True, slots=True)
class Assignment:
    name: str
    value: Word | None
    """None: an array, or nothing that is one word."""


@dataclass(frozen=True, slots=True)
class Redirect:
    operator: str
    """As written, such as `>`, `>>`, `&>`, `<`, `>&`, `<<<`, `<<`."""
    target: Word | None
    """None for the text of a heredoc."""
    source: str


@dataclass(frozen=True, slots=True)
class Simple:
    """One simple command: what bash looks up, with what it gets. Without words it only sets variables."""

    words: tuple[Word, ...]
    assignments: tuple[Assignment, ...] = ()
    source: str = ""
    fed: bool = False
    """Something is fed to its input: a pipe, a file, a text."""
    link: str = ""
    """The operator before it in its list: `&&`, `||`, `;`, `&`, `|`, or "" for the first."""
    scope: int = 0
    """Which list it stands in; a subshell has its own."""


@dataclass(frozen=True, slots=True)
class Loop:
    variable: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why the line can't be taken for what it seems to be."""

    why: str
    """A clause that names the part."""
    hidden: bool = True
    """Whether what runs may be other than the commands found."""


@dataclass(slots=True)
class Script:
    commands: list[Simple] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def hidden(self) -> bool:
        return any(doubt.hidden for doubt in self.doubts)


def shortened(text: str) -> str:
    """For naming a part in a sentence."""
    return text if len(text) <= 40 else text[:39] + "…"
