"""Names of files, or the lines a search found in them."""

from rich.segment import Segment

from flux_tui.protocol.blocks import FilesBlock
from flux_tui.ui.styles import Styles
from flux_tui.ui.wrap import Line, clean, clip, crop, fold


def lines(block: FilesBlock, width: int, styles: Styles) -> list[Line]:
    found: list[Line] = []
    digits = max((len(str(number)) for _, number, _ in block.rows if number), default=0)
    last = ""
    for path, number, text in block.rows:
        name = clean(path)
        if not number:
            found += fold([Segment(name, styles.text), *_beside(text, styles)], width)
            continue
        if path != last:
            found.append([Segment(crop(name, width), styles.muted)])
        gutter = Segment(f"  {number:>{digits}}  ", styles.gutter)
        found.append([gutter, Segment(crop(clip(clean(text)), max(8, width - len(gutter.text))), styles.text)])
        last = path
    if block.more:
        found.append([Segment(f"… +{block.more:,} more", styles.muted)])
    return found or [[Segment("nothing", styles.muted)]]


def words(block: FilesBlock, styles: Styles) -> Line:
    count = len(block.rows) + block.more
    noun = "line" if any(number for _, number, _ in block.rows) else "file"
    text = f"{count:,} {noun}{'' if count == 1 else 's'}" if count else "nothing"
    return [Segment(text, styles.muted)]


def _beside(text: str, styles: Styles) -> Line:
    return [Segment(f"  {clip(clean(text))}", styles.muted)] if text else []
