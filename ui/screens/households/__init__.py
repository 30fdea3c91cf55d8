"""Households: search, filter, long list."""
