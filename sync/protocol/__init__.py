"""Level 2: the wire. Pure; both ends import it. docs/sync-protocol.md is normative."""
