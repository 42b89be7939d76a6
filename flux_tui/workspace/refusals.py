"""How a refusal is worded: code and place, that nothing was changed, what was found, the next step last."""

from flux_tui.protocol.codes import Code
from flux_tui.protocol.outcomes import Refusal


def refuse(code: Code, path: str, found: str, next_step: str = "") -> Refusal:
    """A refusal about one file, without any of its lines."""
    tail = f" Next: {next_step}" if next_step else ""
    return Refusal(code, f"{code} in {path}. Nothing was changed. {found}{tail}", targets=(path,))
