"""One tool a file. A tool computes; it never asks and never acts."""
