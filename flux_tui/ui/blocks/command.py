"""A command and what it printed, without its colours."""

from rich.segment import Segment

from flux_tui.protocol.blocks import CommandBlock
from flux_tui.safety.visible import printed
from flux_tui.ui.styles import Styles
from flux_tui.ui.wrap import Line, clean, clip, fold


def lines(block: CommandBlock, width: int, styles: Styles) -> list[Line]:
    found: list[Line] = []
    for at, line in enumerate(block.command.removesuffix("\n").split("\n")):
        sign = Segment("$ " if at == 0 else "  ", styles.faint)
        rows = fold([Segment(clip(clean(line)), styles.strong)], max(8, width - 2))
        found += [[sign if row == 0 else Segment("  ", None), *text] for row, text in enumerate(rows)]
    found += output(block.output, width, styles)
    if block.exit:
        found.append([Segment(f"exit {block.exit}", styles.error)])
    if not block.sandboxed:
        found.append([Segment("ran outside the sandbox", styles.warning)])
    return found


def output(text: str, width: int, styles: Styles) -> list[Line]:
    """What was printed, as it is to be read."""
    shown = printed(text).removesuffix("\n")
    if not shown:
        return []
    return [row for line in shown.split("\n") for row in fold([Segment(clip(clean(line)), styles.muted)], width)]


def words(block: CommandBlock, styles: Styles) -> Line:
    if block.exit:
        return [Segment(f"exit {block.exit}", styles.error)]
    count = len(printed(block.output).split("\n")) - block.output.endswith("\n") if block.output else 0
    return [Segment(f"{count:,} line{'' if count == 1 else 's'}", styles.muted)] if count else []
