"""What a tool may know while it computes: the folder, what the model has seen, the reading budget."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flux_tui.config.settings import Reading
from flux_tui.safety.paths import is_secret
from flux_tui.workspace.files import Workspace
from flux_tui.workspace.ledger import Ledger


def _never_failed(path: str) -> int:
    return 0


def _not_secret(path: str) -> bool:
    return not is_secret(path)


@dataclass(frozen=True, slots=True)
class ToolContext:
    workspace: Workspace
    ledger: Ledger
    reading: Reading = field(default_factory=Reading)
    failures: Callable[[str], int] = _never_failed
    """How many edits of this path (workspace-relative) failed in a row; the second refusal names another way."""
    readable: Callable[[str], bool] = _not_secret
    """Whether lines of this path may be shown unasked; a search leaves the others out and names them."""
    told_missing: frozenset[str] = frozenset()
    """Paths of which the model was told that no file is there."""
