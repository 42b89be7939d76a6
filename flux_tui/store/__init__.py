"""Sessions, messages, changes and usage in one SQLite file."""
