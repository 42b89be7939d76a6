"""Rules hooked into the loop, one a file."""
