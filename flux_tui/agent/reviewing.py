"""A review hunk by hunk, carried out: what is left of the change, and what the model must hear of the rest."""

import difflib
from dataclasses import dataclass, replace

from flux_tui.agent import gate
from flux_tui.protocol.decisions import FileReview, Review
from flux_tui.protocol.outcomes import EditFiles, FileChange
from flux_tui.workspace.hunks import Hunk, apply, hunks

MOST_SHOWN = 40
"""Lines of refused hunks that go back to the model."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    effect: EditFiles
    words: str
    nothing: bool
    """Nothing is left to write."""


def narrowed(effect: EditFiles, review: Review) -> Narrowed:
    """Files and hunks the review does not name stay unwritten."""
    by_path = {file.path: file for file in review.files}
    kept: list[FileChange] = []
    words: list[str] = []
    for change in effect.changes:
        decided = by_path.get(change.path, FileReview(change.path, frozenset()))
        after = apply(change, decided)
        words += _told(change, decided)
        if after != change.before:
            kept.append(replace(change, after=after))
    if review.words:
        words.append(f"The person said: {review.words}")
    return Narrowed(replace(effect, changes=tuple(kept), search_lines=0), "\n".join(words), not kept)


def _told(change: FileChange, decided: FileReview) -> list[str]:
    before, after = gate.text(change.before) or "", gate.text(change.after) or ""
    found = hunks(before, after)
    edited = dict(decided.edited)
    lines = []
    for hunk in found:
        if hunk.index in edited:
            lines.append(f"Hunk {hunk.index + 1} of {len(found)} in {change.path} was written as the person edited it.")
        elif hunk.index not in decided.accepted:
            what = "rejected" if hunk.index in decided.rejected else "left open and not written"
            lines.append(f"Hunk {hunk.index + 1} of {len(found)} in {change.path} was {what}:")
            lines += _sides(hunk, before, after)
    lines += [f"Comment on line {line} of {change.path}: {said}" for line, said in decided.comments]
    return lines


def _sides(hunk: Hunk, before: str, after: str) -> list[str]:
    old = before.split("\n")[hunk.before_first - 1 : hunk.before_first - 1 + hunk.before_count]
    new = after.split("\n")[hunk.after_first - 1 : hunk.after_first - 1 + hunk.after_count]
    rows = [line for line in difflib.ndiff(old, new) if not line.startswith("?")]
    more = [f"  … {len(rows) - MOST_SHOWN} more lines"] if len(rows) > MOST_SHOWN else []
    return rows[:MOST_SHOWN] + more
