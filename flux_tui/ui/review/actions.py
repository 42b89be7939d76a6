"""What the review's keys do: one row a key, one small function each. Only `apply` ends a review."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flux_tui.ui.review.decisions import State
from flux_tui.ui.review.view import CONTEXT

if TYPE_CHECKING:
    from flux_tui.ui.review.pane import ReviewPane

ACTIONS: tuple[tuple[str, str, str], ...] = (
    ("accept", "y", "Accept this hunk, go to the next open one"),
    ("reject", "n", "Reject this hunk, go to the next open one"),
    ("words", "r", "Reject this hunk, with words for the model"),
    ("toggle", "space", "Accept or reject, the other way round"),
    ("accept_file", "a", "Accept the rest of this file"),
    ("reject_file", "d", "Reject the rest of this file"),
    ("accept_all", "A", "Accept everything that is open"),
    ("reject_all", "D", "Reject everything that is open"),
    ("undo", "u", "Take back the last decision"),
    ("apply", "enter", "Apply the decisions"),
    ("next", "right_square_bracket", "Next hunk"),
    ("previous", "left_square_bracket", "Previous hunk"),
    ("next_file", "right_curly_bracket", "Next file"),
    ("previous_file", "left_curly_bracket", "Previous file"),
    ("columns", "v", "Side by side, or one column"),
    ("wrap", "w", "Wrap long lines, or move sideways"),
    ("context", "z", "More lines around the hunks"),
    ("open", "o", "Look at the file here"),
    ("leave", "q,escape", "Back to the chat; that decides nothing"),
)
"""(action, keys, what it does): the rows of the key registry for this pane, without their `review.`."""

NOTHING_DECIDED = "Nothing is decided yet: y accepts this hunk, n rejects it, A accepts all"


def act(pane: "ReviewPane", action: str) -> None:
    if pane.decisions.units or action == "leave":
        _ACTS[action](pane)


def _decide(pane: "ReviewPane", units: Iterable[int], state: State, words: str = "") -> None:
    """Then on to the next open unit, if there is one."""
    if pane.asked is None:
        pane.say("These changes are made already: /undo takes them back")
        return
    wanted = list(units)
    if not wanted:
        pane.say("Nothing is open here. u takes back the last decision")
        return
    pane.decisions.decide(wanted, state, words)
    pane.changed()
    following = pane.decisions.next_open(wanted[-1])
    if following is not None:
        pane.view.go(following)


def reject_with(pane: "ReviewPane", words: str) -> None:
    _decide(pane, [pane.view.current], "rejected", words)


def _toggle(pane: "ReviewPane") -> None:
    if pane.asked is None:
        return
    current = pane.view.current
    pane.decisions.decide([current], "rejected" if pane.decisions[current] == "accepted" else "accepted")
    pane.changed()


def _file_units(pane: "ReviewPane") -> list[int]:
    file = pane.decisions.units[pane.view.current].file
    return pane.decisions.open_units(pane.decisions.of_file(file))


def _undo(pane: "ReviewPane") -> None:
    if not pane.decisions.undo():
        pane.say("No decision to take back")
        return
    pane.changed()


def _apply(pane: "ReviewPane") -> None:
    decision = pane.decisions.answer()
    if pane.asked is None:
        pane.say("These changes are made already: nothing to apply")
    elif decision is None:
        pane.say(NOTHING_DECIDED)
    else:
        call = pane.asked.call
        pane.clear()
        pane.post_message(pane.Decided(call, decision))


def _step(by: int) -> Callable[["ReviewPane"], None]:
    def step(pane: "ReviewPane") -> None:
        pane.view.go(max(0, min(pane.view.current + by, len(pane.decisions.units) - 1)))

    return step


def _step_file(by: int) -> Callable[["ReviewPane"], None]:
    def step(pane: "ReviewPane") -> None:
        file = pane.decisions.units[pane.view.current].file + by
        if 0 <= file < len(pane.files):
            pane.view.go(pane.decisions.of_file(file)[0])

    return step


def _columns(pane: "ReviewPane") -> None:
    pane.view.columns = "unified" if pane.view.split else "split"
    pane.view.lay_out_again()


def _wrap(pane: "ReviewPane") -> None:
    pane.view.wrap = not pane.view.wrap
    pane.view.lay_out_again()


def _context(pane: "ReviewPane") -> None:
    pane.view.context = (pane.view.context + 1) % len(CONTEXT)
    pane.view.lay_out_again()


def _open(pane: "ReviewPane") -> None:
    file = pane.files[pane.decisions.units[pane.view.current].file]
    pane.post_message(pane.Opened(file.path, pane.view.line()))


_ACTS: Mapping[str, Callable[["ReviewPane"], Any]] = {
    "accept": lambda pane: _decide(pane, [pane.view.current], "accepted"),
    "reject": lambda pane: _decide(pane, [pane.view.current], "rejected"),
    "words": lambda pane: pane.ask_words(),
    "toggle": _toggle,
    "accept_file": lambda pane: _decide(pane, _file_units(pane), "accepted"),
    "reject_file": lambda pane: _decide(pane, _file_units(pane), "rejected"),
    "accept_all": lambda pane: _decide(pane, pane.decisions.open_units(), "accepted"),
    "reject_all": lambda pane: _decide(pane, pane.decisions.open_units(), "rejected"),
    "undo": _undo,
    "apply": _apply,
    "next": _step(1),
    "previous": _step(-1),
    "next_file": _step_file(1),
    "previous_file": _step_file(-1),
    "columns": _columns,
    "wrap": _wrap,
    "context": _context,
    "open": _open,
    "leave": lambda pane: pane.post_message(pane.Left()),
}
