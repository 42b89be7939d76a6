"""The words that every layer speaks. Standard library only, no I/O, imports nobody."""
