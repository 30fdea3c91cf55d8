"""Sync between a device and the county server: protocol (pure), transport, engine."""
