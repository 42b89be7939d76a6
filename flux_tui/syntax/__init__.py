"""Text in, structure out: languages, outlines, growth to whole nodes, checks."""
