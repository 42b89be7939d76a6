"""Which theme is on: the config's, else the one last chosen on the screen. Remembers that in the state folder."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App

from flux_tui.protocol.errors import UsageError
from flux_tui.ui import themes

if TYPE_CHECKING:
    from flux_tui.ui.app import FluxApp


def first(app: "FluxApp") -> None:
    """The last theme, without its watchers: the first frame is drawn in it and the stylesheet parsed once."""
    name = remembered(app.places.state)
    for path in themes.files(app.places.config / "themes"):
        if path.stem in (name, themes.DEFAULT):
            with suppress(UsageError):
                app.register_theme(themes.load(path))
    chosen = name if name in app.available_themes else themes.DEFAULT
    if chosen not in app.available_themes:
        return
    app.set_reactive(App.theme, chosen)
    app.set_class(app.current_theme.dark, "-dark-mode", update=False)
    app.set_class(not app.current_theme.dark, "-light-mode", update=False)
    app.stylesheet.set_variables(app.get_css_variables())


def all_themes(app: "FluxApp") -> list[str]:
    """Register every theme; returns what is wrong with the files that can't be used."""
    problems: list[str] = []
    for theme in themes.themes(app.places.config / "themes", problems).values():
        app.register_theme(theme)
    return problems


def names(app: "FluxApp") -> list[str]:
    """Ours first, then Textual's."""
    every = sorted(app.available_themes)
    return sorted(every, key=lambda name: (not name.startswith("flux-"), name))


def apply_setting(app: "FluxApp", name: str) -> str:
    """Put on the config's theme, unless it is the default and another was chosen on the screen. Returns a complaint."""
    wanted = name if name != themes.DEFAULT else remembered(app.places.state) or name
    if wanted not in app.available_themes:
        return f"There is no theme {wanted}. Choose one with /theme."
    app.theme = wanted
    return ""


def remember(state: Path, name: str) -> None:
    with suppress(OSError):
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        (state / "theme").write_text(name, "utf-8")


def remembered(state: Path) -> str:
    try:
        return (state / "theme").read_text("utf-8")[:100].strip()
    except (OSError, ValueError):
        return ""
