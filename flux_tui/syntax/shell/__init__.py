"""A bash command line as structure: simple commands, words, redirections, and what is not understood. No verdicts."""
