"""Statistics: a month of an area in figures, and the list behind every number."""
