"""Decides what may happen and what is shown; never asks, never acts."""
