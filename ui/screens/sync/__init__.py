"""The sync screen: what waits, what failed and why, record by record."""
