"""Flux without a screen: one command a file. Knows no Textual. What scripts rely on stands in docs/cli.md."""
