"""One slash and palette command a file."""
