"""Registering a household found on the spot."""
