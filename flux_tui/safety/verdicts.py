"""What a judgement says: allow, ask or deny, with its reason and the rules that would settle it."""

from dataclasses import dataclass
from typing import Literal

from flux_tui.protocol.codes import Code


@dataclass(frozen=True, slots=True)
class Verdict:
    verdict: Literal["allow", "ask", "deny"]
    why: str
    """A sentence, without its full stop, that names the word that decided."""
    code: Code | None = None
    """Set when denied."""
    rules: tuple[str, ...] = ()
    """The narrowest rules that would allow it; empty where none may be offered."""
    dangerous: bool = False


def strength(verdict: Verdict) -> int:
    """For finding the strictest of several."""
    return ("allow", "ask", "deny").index(verdict.verdict)
