"""What status bar, footer, chips, guide and pane lines say, computed from the session and the focus."""

from typing import TYPE_CHECKING

from flux_tui.ui import keys
from flux_tui.ui.hints import Now, hints

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp
    from flux_tui.ui.live import Live
    from flux_tui.ui.screens.main import MainScreen


def show(app: "FluxApp") -> None:
    if not app.main.furnished:
        app.main.footer.show(hints(Now(drafted=not app.main.chat.composer.empty)))
        return
    base, live = app.main, app.live
    base.footer.show(hints(now(app)))
    app.main.chat.composer.turn_runs = app.running
    if live is None:
        return
    base.status.show(live.status())
    _chips(app, live)
    _rules(app, live)
    if live.guided:
        _guide(app, live)


def pane_of(app: "FluxApp") -> keys.Pane:
    """The pane that has the focus."""
    focused = app.main.focused
    if focused is None:
        return "draft"
    if app.main.chat.card.has_focus_within:
        return "approval"
    inside = {node.id for node in focused.ancestors_with_self}
    if "review-pane" in inside:
        return "review"
    if "tree-pane" in inside:
        return "tree"
    return "chat" if "transcript" in inside else "draft"


def now(app: "FluxApp") -> Now:
    live, composer = app.live, app.main.chat.composer
    return Now(
        pane=pane_of(app),
        running=app.running,
        drafted=not composer.empty,
        popup=composer.popup_open,
        card_waits=live is not None and live.questions.card is not None and not app.main.chat.card.open,
        review_waits=live is not None and live.questions.edit is not None,
        reviewing=bool(app.main.review.files),
    )


def focus_moved(main: "MainScreen") -> None:
    """The pane lines show the focus by their colour."""
    main.tree_rule.refresh()
    main.review_rule.refresh()


def _chips(app: "FluxApp", live: "Live") -> None:
    badge = ("", "", "")
    cards = len(live.questions.cards)
    if cards and not app.main.chat.card.open:
        word = "1 approval waits" if cards == 1 else f"{cards} approvals wait"
        badge = (word, "Alt+A", "approval.open")
    elif (edit := live.questions.edit) is not None and pane_of(app) != "review":
        badge = ("A change waits for your review", "Alt+3", "focus.review")
        if edit.notes:
            badge = ("The change needs another look", "Alt+3", "focus.review")
    app.main.chat.chips.show(badge, tuple(live.pump.steering), tuple(live.pump.queued))


def _rules(app: "FluxApp", live: "Live") -> None:
    app.main.tree_rule.show("", live.session.cwd.name or "/")
    edit = live.questions.edit
    note = "waits for you" if edit is not None else "" if app.main.review.files else "nothing waits"
    app.main.review_rule.show(note)


def _guide(app: "FluxApp", live: "Live") -> None:
    from flux_tui.ui.widgets.guide import step

    review = app.main.review
    words = step(
        live.waiting(
            card_open=app.main.chat.card.open,
            review_focused=pane_of(app) == "review",
            decided=review.all_decided,
            drafted=not app.main.chat.composer.empty,
        )
    )
    app.main.chat.guide.add_class("-on")
    app.main.chat.guide.show(words)
