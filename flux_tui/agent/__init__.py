"""The loop between model, tools and person."""
