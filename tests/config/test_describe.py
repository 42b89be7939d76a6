"""Every setting explains itself; no password leaves by this way."""

from pathlib import Path

from flux_tui.config import schema
from flux_tui.config.describe import describe, documentation
from flux_tui.config.load import load
from flux_tui.config.places import places


def test_every_setting_has_a_docstring() -> None:
    assert [key.name for key in schema.keys().values() if not schema.doc(key)] == []
    assert [name for name, text in schema.tables().items() if not text] == []


def test_every_key_is_in_the_documentation_once() -> None:
    text = documentation()
    assert text.count("\n| `") == len(schema.keys())
    assert "### `[providers.NAME]`" in text
    assert "| `max_tries` | whole number | `6` |" in text


def test_each_row_says_where_its_value_comes_from(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    path = tmp_path / "config" / "config.toml"
    path.write_text('[providers.compat]\nbase_url = "http://ada:secret@h/v1"', encoding="utf-8")
    loaded = load(places({"FLUX_HOME": str(tmp_path)}), {}, {"mode": "plan"}, None)
    rows = {row.key: row for row in describe(loaded)}
    assert (rows["mode"].value, rows["mode"].source) == ("plan", "flag")
    assert (rows["limits.max_turns"].value, rows["limits.max_turns"].source) == (0, "default")
    assert (rows["rules.allow"].value, rows["theme"].value) == ([], "flux-dark")
    assert rows["providers.compat.base_url"].source == str(path)
    assert rows["providers.compat.base_url"].value == "http://…@h/v1"
