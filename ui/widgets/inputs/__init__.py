"""Editors of one value and the field frame around them. Layer 5."""
