"""Models: the providers, their prices and limits."""
