"""Level 4: keeps a device's store and its county's server in step (docs/sync-protocol.md)."""
