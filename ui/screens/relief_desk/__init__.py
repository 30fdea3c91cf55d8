"""The towns' standby funds with their entries, and the ledger of temporary relief. Layer 5."""
