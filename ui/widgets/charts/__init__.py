"""Painted charts with a spoken description and a table twin. Layer 5."""
