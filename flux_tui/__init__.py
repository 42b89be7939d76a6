"""Flux: a coding agent for the terminal in which the tools enforce what a prompt can only ask for."""

__version__ = "0.1.0"
