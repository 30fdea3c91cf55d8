"""Level 3: carries the messages of sync.protocol to a server and back. Knows HTTP, nothing of the store."""
