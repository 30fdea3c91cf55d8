"""One household: the whole file."""
