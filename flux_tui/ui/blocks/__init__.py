"""One renderer a block."""
