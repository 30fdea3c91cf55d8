"""Conflicts over sensitive fields: both sides, and the clerk's decision."""
