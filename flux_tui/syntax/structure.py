"""Which definition a line lies in."""

from flux_tui.syntax.outline import Definition, outline


def enclosing(path: str, data: bytes, first: int, last: int) -> Definition | None:
    """The smallest definition that holds these lines; None at module level and where there is no grammar."""
    holding = [one for one in outline(path, data) if one.first <= first and last <= one.last]
    return min(holding, key=lambda one: one.last - one.first, default=None)


def node_name(path: str, data: bytes, line: int) -> str:
    """Qualified name of the definition around a line, "" at module level."""
    found = enclosing(path, data, line, line)
    return found.name if found else ""
