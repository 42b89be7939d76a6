"""Markdown as it streams: blocks are parsed a line at a time, drawn once they end, and never drawn again."""
